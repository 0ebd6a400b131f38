import * as z from 'zod';
import { lazily } from '../../core/lazily.ts';
import { pool } from '../../app/sweep/pool.ts';
import type { Telemetry } from '../../ports.ts';

/** What Lambda hands over of a queue, as far as it is read. */
const batch = lazily(() =>
  z.object({ Records: z.array(z.object({ messageId: z.string(), body: z.string() })) }),
);

export interface BatchResult {
  batchItemFailures: { itemIdentifier: string }[];
}

export interface BatchDeps {
  work: (body: unknown) => Promise<unknown>;
  /** Messages worked on at once. */
  width: number;
  telemetry: Telemetry;
  /** How much time is left, in milliseconds. */
  remaining: () => number;
  /** What one message may take. What there is no time for is left for another invocation. */
  reserveMs?: number;
}

/** An exchange of 30 s at most, and its writes. */
const RESERVE_MS = 35_000;

/** Works off a batch, message by message. Those that fail come back alone; the others are removed from the queue. */
export async function workOff(raw: unknown, deps: BatchDeps): Promise<BatchResult> {
  const { work, width, telemetry, remaining, reserveMs = RESERVE_MS } = deps;
  const batchItemFailures: BatchResult['batchItemFailures'] = [];
  await pool(batch().parse(raw).Records, width, async ({ messageId, body }) => {
    try {
      if (remaining() < reserveMs) throw new Error('no time is left');
      await work(JSON.parse(body));
    } catch (error) {
      telemetry.line('error', 'message.failed', { messageId, error });
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  });
  return { batchItemFailures };
}
