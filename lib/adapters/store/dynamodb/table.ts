import { pool } from '../../../core/pool.ts';
import type { Row } from '../../../core/row.ts';
import type { Created, Saved, Table } from '../../../ports.ts';
import { CONCURRENCY, type Send } from './client.ts';
import { createDue } from './due.ts';
import { encode, keyOf, number, type Expiry, type Item } from './item.ts';
import { isFeed } from './feed-keys.ts';
import { names, type TableName } from './keys.ts';
import { createListing } from './listing.ts';
import { createReader } from './reader.ts';
import { createRegister } from './register.ts';
import { alone, type Writing } from './writing.ts';

/**
 * The port over one DynamoDB table. Each write is one item on one condition, so it costs what it must, and mostly needs no
 * transaction (`writing`). A write whose answer was lost is sent again by the SDK; it then finds itself (`#write`) and is answered as
 * if for the first time, not as lost to itself.
 */
export function createTable<R extends Row>(
  send: Send,
  tableName: string,
  name: TableName,
  expiry: Expiry,
  writing: Writing = alone(send),
): Table<R> {
  const reader = createReader<R>(send, tableName, name);
  const register = createRegister(send, tableName, name);
  /** Before a row waits in a queue, the queue is known. */
  const ready = async ({ due }: R): Promise<void> => {
    if (due && !isFeed(due.queue)) await register?.enter(due.queue);
  };

  const insert = (item: Item): Promise<boolean> =>
    writing.put({
      TableName: tableName,
      Item: item,
      ConditionExpression: 'attribute_not_exists(#pk) OR #write = :write',
      ExpressionAttributeNames: names('pk', 'write'),
      ExpressionAttributeValues: { ':write': item.write },
    });

  async function createOne(row: R, item: Item): Promise<Created<R>> {
    await ready(row);
    for (;;) {
      if (await insert(item)) return { outcome: 'created', row: { ...row, version: 1 } };
      const present = await reader.one(row.key);
      // Null: it was removed in between, so there is room again.
      if (present) return { outcome: 'existed', row: present };
    }
  }

  return {
    async create(rows) {
      // All are encoded before any is written: a row that cannot be stored stops its whole call.
      const asked = rows.map((row, i) => ({ i, row, item: encode(name, row, 1, expiry) }));
      const answers: Created<R>[] = [];
      const byKey = Map.groupBy(asked, ({ row }) => row.key);
      await pool([...byKey.values()], CONCURRENCY, async (sameKey) => {
        for (const { i, row, item } of sameKey) answers[i] = await createOne(row, item);
      });
      return answers;
    },

    get: reader.one,

    async save(row, before): Promise<Saved<R>> {
      const version = row.version + 1;
      const item = encode(name, row, version, expiry, before?.due);
      await ready(row);
      const isSaved = await writing.put({
        TableName: tableName,
        Item: item,
        ConditionExpression: `(${UNCHANGED}) OR #write = :write`,
        ExpressionAttributeNames: names('version', 'created', 'write'),
        ExpressionAttributeValues: { ...unchangedSince(row), ':write': item.write },
      });
      return isSaved ? { outcome: 'saved', row: { ...row, version } } : { outcome: 'raced' };
    },

    async remove(row) {
      const isRemoved = await writing.remove({
        TableName: tableName,
        Key: keyOf(name, row.key),
        ConditionExpression: UNCHANGED,
        ExpressionAttributeNames: names('version', 'created'),
        ExpressionAttributeValues: unchangedSince(row),
      });
      return isRemoved ? 'removed' : 'raced';
    },

    ...createDue(send, tableName, name, reader, register),
    list: createListing(send, tableName, name, reader),
  };
}

const UNCHANGED = '#version = :version AND #created = :created';
const unchangedSince = ({ version, createdAt }: Row) => ({
  ':version': number(version),
  ':created': number(createdAt),
});
