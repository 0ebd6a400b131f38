import { onFirstCall } from '../lib/wire/aws/on-first-call.ts';
import { openWebhook } from '../lib/wire/aws/webhook.ts';
import { onBatch } from './batch.ts';

const open = onFirstCall(() => openWebhook(process.env));

/** Rings of the doorbell: each names a delivery, whose row says what is to be done. */
export const handler = onBatch(async () => {
  const { deliver, width, telemetry } = await open();
  return { telemetry, width, work: deliver };
});
