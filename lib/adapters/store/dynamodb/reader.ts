import { setTimeout as sleep } from 'node:timers/promises';
import { BatchGetItemCommand, GetItemCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { pool } from '../../../core/pool.ts';
import type { Row } from '../../../core/row.ts';
import { CONCURRENCY, type Send } from './client.ts';
import { decode, keyOf } from './item.ts';
import type { TableName } from './keys.ts';

/** Reads rows whose keys are known. */
export interface Reader<R extends Row> {
  /** As it is. */
  one(key: string): Promise<R | null>;
  /** As it was some milliseconds ago where it was there already, for half of the price: of rows that never change. */
  same(key: string): Promise<R | null>;
  /** Those that are there, in no order: as they are, or for half of the price as they were some milliseconds ago. */
  many(keys: readonly string[], as?: 'are' | 'were'): Promise<R[]>;
}

/** What one BatchGetItem takes. */
const BATCH = 100;
/** DynamoDB may leave keys of a batch out, when it is throttled or an answer is full: first wait, doubled each time. */
const FIRST_WAIT_MS = 25;
const ATTEMPTS = 8;

type Key = Record<string, AttributeValue>;

export function createReader<R extends Row>(send: Send, tableName: string, name: TableName): Reader<R> {
  async function batch(keys: Key[], ConsistentRead: boolean): Promise<R[]> {
    const rows: R[] = [];
    let left = keys;
    for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
      if (attempt > 0) await sleep(FIRST_WAIT_MS * 2 ** (attempt - 1));
      const answer = await send(
        new BatchGetItemCommand({ RequestItems: { [tableName]: { Keys: left, ConsistentRead } } }),
      );
      for (const item of answer.Responses?.[tableName] ?? []) rows.push(decode<R>(name, item));
      left = answer.UnprocessedKeys?.[tableName]?.Keys ?? [];
      if (left.length === 0) return rows;
    }
    throw new Error(`the DynamoDB table '${tableName}' left ${left.length} rows unread ${ATTEMPTS} times`);
  }

  async function get(key: string, ConsistentRead: boolean): Promise<R | null> {
    const { Item: item } = await send(
      new GetItemCommand({ TableName: tableName, Key: keyOf(name, key), ConsistentRead }),
    );
    return item ? decode<R>(name, item) : null;
  }

  return {
    one: (key) => get(key, true),
    same: async (key) => (await get(key, false)) ?? get(key, true),
    async many(keys, as = 'are') {
      const distinct = [...new Set(keys)].map((key) => keyOf(name, key));
      const batches = Array.from({ length: Math.ceil(distinct.length / BATCH) }, (_, n) =>
        distinct.slice(n * BATCH, (n + 1) * BATCH),
      );
      return (await pool(batches, CONCURRENCY, (keys) => batch(keys, as === 'are'))).flat();
    },
  };
}
