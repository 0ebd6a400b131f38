import { onFirstCall } from '../lib/wire/aws/on-first-call.ts';
import { openEmail } from '../lib/wire/aws/email.ts';
import { onBatch } from './batch.ts';

const open = onFirstCall(() => openEmail(process.env));

/** Rings of the doorbell: each names a delivery, whose row says what is to be done. */
export const handler = onBatch(async () => {
  const { deliver, width, telemetry, reserveMs } = await open();
  return { telemetry, width, reserveMs, work: deliver };
});
