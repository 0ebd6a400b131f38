import type { BatchParts } from '../lib/wire/aws/middleware/batch.ts';
import { onBatch } from './batch.ts';

interface Ringing extends BatchParts {
  deliver(body: unknown, signal: AbortSignal): Promise<unknown>;
}

/** The function of a channel, behind its queue. Rings of the doorbell: each names a delivery, whose row says what is to be done. */
export const onRing = (open: () => () => Promise<Ringing>) =>
  onBatch(open, ({ deliver }, body, signal) => deliver(body, signal));
