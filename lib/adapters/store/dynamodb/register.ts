import { PutItemCommand, QueryCommand } from '@aws-sdk/client-dynamodb';
import type { Send } from './client.ts';
import { text } from './item.ts';
import { DUE_PARTITIONS, names, queueAt, registerKey, type TableName } from './keys.ts';
import { itemsOf } from './pages.ts';

/**
 * Which queues of a table there are: an index that has a partition for each cannot list them. An entry is an item without
 * anything but its key. It is there before the first row waits in its queue, so a death in between leaves an empty queue
 * and no row that nobody finds. It is never removed: the queues are bounded by the origins that there ever were.
 */
export interface Register {
  /** Resolves once the queue is entered. Costs nothing for a queue that this process has entered or read before. */
  enter(queue: string): Promise<void>;
  /** All queues, by name. Eventually consistent. */
  all(): Promise<string[]>;
}

/** Null where the queues are found in the index itself. */
export function createRegister(send: Send, tableName: string, name: TableName): Register | null {
  if (DUE_PARTITIONS[name] !== 'queue') return null;
  /** Those that are there, and those that are being entered, so that many rows of a new queue enter it once. */
  const known = new Map<string, Promise<void>>();

  async function all(): Promise<string[]> {
    const items = itemsOf((start) =>
      send(
        new QueryCommand({
          TableName: tableName,
          KeyConditionExpression: '#pk = :pk',
          ExpressionAttributeNames: names('pk'),
          ExpressionAttributeValues: { ':pk': text(registerKey(name, '').pk) },
          ExclusiveStartKey: start,
        }),
      ),
    );
    const queues: string[] = [];
    for await (const { sk } of items) queues.push(queueAt({ sk: sk!.S! }));
    for (const queue of queues) known.set(queue, Promise.resolve());
    return queues;
  }

  /** Half a read unit mostly saves a write unit, and returns the other queues. Entering one twice does no harm. */
  async function enterOnce(queue: string): Promise<void> {
    if ((await all()).includes(queue)) return;
    const { pk, sk } = registerKey(name, queue);
    await send(new PutItemCommand({ TableName: tableName, Item: { pk: text(pk), sk: text(sk) } }));
  }

  return {
    all,
    enter(queue) {
      const entered = known.get(queue) ?? enterOnce(queue);
      known.set(queue, entered);
      entered.catch(() => known.delete(queue));
      return entered;
    },
  };
}
