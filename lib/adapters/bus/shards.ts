import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { lazily } from '../../core/lazily.ts';

/** Origins that one worker sweeps and whose records it reads, until a time; epoch milliseconds. */
export interface Shard {
  origins: string[];
  until: number;
}

const MAX_ENTRIES = 10;

const message = lazily(() => z.object({ origins: z.array(z.string().min(1)).min(1), until: z.number() }));

/** The shard that a message hands over. Throws a `ZodError` for any other message. */
export const shardOf = (body: unknown): Shard => message().parse(body);

/**
 * Hands shards to the listeners of the queue. The first origin of each is its message group, so that one that comes again and
 * again takes no turn of another. Answers those that the queue did not take.
 */
export async function sendShards(
  client: SQSClient,
  queue: string,
  shards: readonly Shard[],
  delayMs = 0,
): Promise<Shard[]> {
  const DelaySeconds = Math.ceil(delayMs / 1_000);
  const batches = Array.from({ length: Math.ceil(shards.length / MAX_ENTRIES) }, (_, i) =>
    shards.slice(i * MAX_ENTRIES, (i + 1) * MAX_ENTRIES),
  );
  const left = batches.map(async (batch) => {
    const Entries = batch.map((shard, i) => ({
      Id: String(i),
      MessageBody: JSON.stringify(shard),
      MessageGroupId: groupOf(shard),
      ...(DelaySeconds > 0 && { DelaySeconds }),
    }));
    const { Failed = [] } = await client
      .send(new SendMessageBatchCommand({ QueueUrl: queue, Entries }))
      .catch(() => ({ Failed: Entries }));
    return Failed.map(({ Id }) => batch[Number(Id)]!);
  });
  return (await Promise.all(left)).flat();
}

/** A group has 128 characters of ASCII; a name of an origin has fewer. */
const groupOf = ({ origins }: Shard): string => origins[0]!.slice(0, 128);
