import { onFirstCall } from '../lib/wire/aws/on-first-call.ts';
import { openSlack } from '../lib/wire/aws/slack.ts';
import { onBatch } from './batch.ts';

const open = onFirstCall(() => openSlack(process.env));

/** Rings of the doorbell: each names a delivery, whose row says what is to be done. */
export const handler = onBatch(async () => {
  const { deliver, width, telemetry } = await open();
  return { telemetry, width, work: deliver };
});
