import { ChangeMessageVisibilityBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Telemetry } from '../../ports.ts';

/** A message that a function has in hand and does not get done. */
export interface InHand {
  receiptHandle: string;
  /** How often it was handed over, this time included. */
  receives: number;
}
/** Sees to it that messages that failed come back soon. */
export type ComeBack = (failed: readonly InHand[]) => Promise<void>;

const FIRST_WAIT_S = 5;
const LONGEST_WAIT_S = 900;
/** With as many tries as a queue allows (`TRIES` in deploy/queues.cjs) a message is given up after some 40 minutes. */
const FACTOR = 3;
const MAX_ENTRIES = 10;

export const waitAfter = (receives: number): number =>
  Math.min(LONGEST_WAIT_S, FIRST_WAIT_S * FACTOR ** (receives - 1));

/**
 * A message that failed is hidden for a while that grows with its tries, and not for as long as a function might still be at it: that
 * is minutes. Where this cannot be said, the message comes back after those.
 */
export const createComeBack =
  (client: SQSClient, queue: string, telemetry: Telemetry): ComeBack =>
  async (failed) => {
    const wait = async (some: readonly InHand[]): Promise<void> => {
      const Entries = some.map(({ receiptHandle, receives }, i) => ({
        Id: String(i),
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: waitAfter(receives),
      }));
      const command = new ChangeMessageVisibilityBatchCommand({ QueueUrl: queue, Entries });
      try {
        const { Failed: left = [] } = await client.send(command);
        if (left.length > 0)
          telemetry.line('warn', 'messages.slow', { count: left.length, detail: left[0]!.Code });
      } catch (error) {
        telemetry.line('warn', 'messages.slow', { count: some.length, error });
      }
    };
    const batches = Array.from({ length: Math.ceil(failed.length / MAX_ENTRIES) }, (_, i) =>
      failed.slice(i * MAX_ENTRIES, (i + 1) * MAX_ENTRIES),
    );
    await Promise.all(batches.map(wait));
  };
