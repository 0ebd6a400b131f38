import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { lazily } from '../../core/lazily.ts';
import type { Delivery } from '../../core/notify/delivery.ts';
import type { ChannelName } from '../../core/notify/subscription.ts';
import type { Clock, Doorbell, Telemetry } from '../../ports.ts';

export interface SqsDoorbellDeps {
  client: SQSClient;
  /** Where the workers of each channel listen: the URLs of standard queues. A channel without one is not rung for. */
  queues: Record<ChannelName, string | undefined>;
  clock: Clock;
  telemetry: Telemetry;
}

const MAX_ENTRIES = 10;
/** The longest delay of a queue. What waits longer is found by its row. */
const MAX_DELAY_MS = 900_000;

const message = lazily(() => z.object({ delivery: z.string().min(1) }));

/** The key of the delivery that a message of the queue rings for. Throws a `ZodError` for any other message. */
export const deliveryOf = (body: unknown): string => message().parse(body).delivery;

/**
 * Rings by messages that carry no more than the key. Each subscription is a message group of its own: with many messages
 * of one waiting, the queue serves those of the others first. What cannot be sent is left to the rows, which stay due.
 */
export function createSqsDoorbell({ client, queues, clock, telemetry }: SqsDoorbellDeps): Doorbell {
  async function send(channel: ChannelName, rows: readonly Delivery[]): Promise<void> {
    const now = clock();
    const failed = (count: number, detail: unknown) =>
      telemetry.line('warn', 'doorbell.unheard', { channel, count, detail });
    try {
      const answer = await client.send(
        new SendMessageBatchCommand({
          QueueUrl: queues[channel],
          Entries: rows.map((row, i) => ({
            Id: String(i),
            MessageBody: JSON.stringify({ delivery: row.key } satisfies z.infer<typeof message>),
            MessageGroupId: row.subscription,
            DelaySeconds: Math.ceil(waitOf(row, now) / 1_000),
          })),
        }),
      );
      const unheard = answer.Failed ?? [];
      if (unheard.length > 0) failed(unheard.length, unheard[0]!.Code);
    } catch (error) {
      failed(rows.length, error);
    }
  }

  return {
    async ring(deliveries) {
      const now = clock();
      const soon = deliveries.filter(
        (row) => queues[row.channel] && row.due && waitOf(row, now) <= MAX_DELAY_MS,
      );
      const batches = [...Map.groupBy(soon, (row) => row.channel)].flatMap(([channel, rows]) =>
        chunks(rows).map((chunk) => send(channel, chunk)),
      );
      await Promise.all(batches);
    },
  };
}

const waitOf = (row: Delivery, now: number): number => Math.max(0, (row.due?.at ?? now) - now);

const chunks = <T>(all: readonly T[]): T[][] =>
  Array.from({ length: Math.ceil(all.length / MAX_ENTRIES) }, (_, i) =>
    all.slice(i * MAX_ENTRIES, (i + 1) * MAX_ENTRIES),
  );
