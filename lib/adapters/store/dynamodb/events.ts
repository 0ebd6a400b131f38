import { QueryCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import type { EventRow } from '../../../core/jobs/event-row.ts';
import { pool } from '../../../core/pool.ts';
import type { Clock, EventStore } from '../../../ports.ts';
import { CONCURRENCY, type Send } from './client.ts';
import { dueAt, dueKeyFor, wholeQueue } from './due-keys.ts';
import { text, type Expiry } from './item.ts';
import { dayOf, FEED, feedQueue, SHARDS } from './feed-keys.ts';
import { DUE_INDEX, keyAt, names } from './keys.ts';
import { createReader } from './reader.ts';
import { createTable } from './table.ts';

/**
 * The feed ends this long before now. An event is placed by when it was about to be stored; it has until then to be stored
 * and to appear in the index. One that takes longer is behind the readers that are at the end: it is in no page of theirs.
 */
const SETTLED_MS = 10_000;

/** Where the feed has come to: behind the event `key` of the time `at`. */
interface FeedCursor {
  at: number;
  key: string;
}

/** The table of events with its feed, which is read from the index of due rows: an event's place there is its position. */
export function createEvents(
  send: Send,
  tableName: string,
  expiry: Expiry,
  retention: number,
  clock: Clock,
): EventStore {
  const table = createTable<EventRow>(send, tableName, 'events', expiry);
  const reader = createReader<EventRow>(send, tableName, 'events');

  /** Of one shard and day, in order. */
  async function cursorsOf(day: number, shard: number, after: FeedCursor, end: number, limit: number) {
    const { duePk } = wholeQueue('events', feedQueue(day, shard));
    const { Items: entries = [] } = await send(
      new QueryCommand({
        TableName: tableName,
        IndexName: DUE_INDEX,
        KeyConditionExpression: '#duePk = :duePk AND #dueSk BETWEEN :from AND :to',
        ExpressionAttributeNames: names('duePk', 'dueSk'),
        ExpressionAttributeValues: {
          ':duePk': text(duePk),
          ':from': text(`${sortKey(after)}\u0000`),
          ':to': text(sortKey({ at: end, key: '' })),
        },
        Limit: limit,
      }),
    );
    return entries.map(feedCursorOf);
  }

  return {
    ...table,
    get: reader.same,

    // The index may be behind by a moment more.
    settlesMs: SETTLED_MS + 2_000,
    async feed(after, limit, since = clock() - retention) {
      const end = clock() - SETTLED_MS;
      const last = after === null ? null : await reader.one(after);
      const oldest = Math.max(since, clock() - 2 * retention);
      const from = last ? { at: last.createdAt, key: last.key } : { at: oldest, key: '' };
      if (from.at >= end) return [];
      const found: FeedCursor[] = [];
      for (let day = dayOf(from.at); day <= dayOf(end) && found.length < limit; day += 1) {
        const shards = Array.from({ length: SHARDS }, (_, shard) => shard);
        const some = await pool(shards, CONCURRENCY, (shard) => cursorsOf(day, shard, from, end, limit));
        found.push(...some.flat().toSorted(inOrder));
      }
      const page = found.slice(0, limit);
      const rows = new Map((await reader.many(page.map(({ key }) => key))).map((row) => [row.key, row]));
      return page.flatMap(({ key }) => rows.get(key) ?? []);
    },
  };
}

const inOrder = (a: FeedCursor, b: FeedCursor): number => a.at - b.at || (a.key < b.key ? -1 : 1);

const sortKey = ({ at, key }: FeedCursor): string => dueKeyFor('events', { queue: FEED, at }, key).dueSk;
function feedCursorOf({ pk, sk, duePk, dueSk }: Record<string, AttributeValue>): FeedCursor {
  const { at } = dueAt('events', { duePk: duePk!.S!, dueSk: dueSk!.S! });
  return { at, key: keyAt('events', { pk: pk!.S!, sk: sk!.S! }) };
}
