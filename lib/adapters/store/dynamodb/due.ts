import { QueryCommand, type AttributeValue, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { pool } from '../../../core/pool.ts';
import { CHECK, type Due, type Row } from '../../../core/row.ts';
import type { Table } from '../../../ports.ts';
import { CONCURRENCY, type Send } from './client.ts';
import { text } from './item.ts';
import {
  beforeQueues,
  behindQueue,
  dueAt,
  dueRange,
  mayStay,
  sharedPartitions,
  wholeQueue,
  type DueRange,
} from './due-keys.ts';
import { DUE_INDEX, keyAt, names, type TableName } from './keys.ts';
import type { Reader } from './reader.ts';
import type { Register } from './register.ts';

/** Entries read at once while looking for queues: about as many as half a read unit pays for. */
const PEEK = 16;
/** A page of an index holds some 3,500 entries. What is counted beyond 50,000 would interest nobody. */
const MAX_COUNT_PAGES = 16;

/**
 * Jobs to check are read most of all. One that has just changed is checked once more at worst: what comes of the check is written
 * on the condition that the row is as it was read. What waits to be published goes out before anything is written of it.
 */
const readAs = (name: TableName, queue: string): 'are' | 'were' =>
  name === 'jobs' && queue.startsWith(CHECK) ? 'were' : 'are';

/** The range of a query, in one partition of the index. */
interface Where {
  duePk: string;
  condition: string;
  values: Record<string, AttributeValue>;
}
const behind = (duePk: string, sortKey: string): Where => ({
  duePk,
  condition: '#dueSk > :from',
  values: { ':from': text(sortKey) },
});
const within = ({ duePk, from, to }: DueRange): Where => ({
  duePk,
  condition: '#dueSk BETWEEN :from AND :to',
  values: { ':from': text(from), ':to': text(to) },
});

type Entry = Record<string, AttributeValue>;
type Part = Pick<QueryCommandInput, 'Limit' | 'Select' | 'ExclusiveStartKey'>;

/**
 * The queries of the index. It lags behind the rows by some milliseconds, now and then more, so what it says is a hint:
 * rows are read anew, and one that does not wait in this place any more is left out. So is one that kept its place and is due
 * later (`STAYS_MS`).
 */
export function createDue<R extends Row>(
  send: Send,
  tableName: string,
  name: TableName,
  reader: Reader<R>,
  register: Register | null,
): Pick<Table<R>, 'due' | 'queues' | 'depth'> {
  const ask = ({ duePk, condition, values }: Where, part: Part) =>
    send(
      new QueryCommand({
        TableName: tableName,
        IndexName: DUE_INDEX,
        KeyConditionExpression: `#duePk = :duePk AND ${condition}`,
        ExpressionAttributeNames: names('duePk', 'dueSk'),
        ExpressionAttributeValues: { ':duePk': text(duePk), ...values },
        ...part,
      }),
    );

  const keyIn = ({ pk, sk }: Entry): string => keyAt(name, { pk: pk!.S!, sk: sk!.S! });
  const dueIn = ({ duePk, dueSk }: Entry): Due => dueAt(name, { duePk: duePk!.S!, dueSk: dueSk!.S! });

  async function rowsAt(entries: readonly Entry[], as: 'are' | 'were'): Promise<R[]> {
    const rows = new Map((await reader.many(entries.map(keyIn), as)).map((row) => [row.key, row]));
    return entries.flatMap((entry) => {
      const row = rows.get(keyIn(entry));
      return row?.due && mayStay(name, dueIn(entry), row.due) ? [row] : [];
    });
  }

  /** The earliest of a queue, due or not. */
  async function first(queue: string): Promise<Due | null> {
    const { Items: [entry] = [] } = await ask(within(wholeQueue(name, queue)), { Limit: 1 });
    return entry ? dueIn(entry) : null;
  }

  /** The first of each queue: one request for each that the register has. */
  async function registered(prefix: string, queues: readonly string[]): Promise<Due[]> {
    const ours = queues.filter((queue) => queue.startsWith(prefix));
    return (await pool(ours, CONCURRENCY, first)).filter((due) => due !== null);
  }

  /** The first of each queue, from all partitions side by side. */
  async function sought(prefix: string): Promise<Due[]> {
    return (await pool(sharedPartitions(name), CONCURRENCY, (duePk) => soughtIn(duePk, prefix))).flat();
  }

  /** One request for each queue that has rows waiting, fewer where queues are short. */
  async function soughtIn(duePk: string, prefix: string): Promise<Due[]> {
    const earliest = new Map<string, Due>();
    for (let place = beforeQueues(prefix); ;) {
      const { Items: entries = [] } = await ask(behind(duePk, place), { Limit: PEEK });
      const ours = entries.map(dueIn).filter(({ queue }) => queue.startsWith(prefix));
      for (const due of ours) if (!earliest.has(due.queue)) earliest.set(due.queue, due);
      if (ours.length < PEEK) return [...earliest.values()];
      place = behindQueue(ours.at(-1)!.queue);
    }
  }

  return {
    async due(queue, now, limit, since = 0) {
      if (since > now) return [];
      const range = within(dueRange(name, queue, since, now));
      const rows = new Map<string, R>();
      let start: Entry | undefined;
      let passedOver = 0;
      while (rows.size < limit) {
        // As many again as were passed over: however many those are, few requests come behind them.
        const Limit = Math.max(limit - rows.size, passedOver);
        const { Items: entries = [], LastEvaluatedKey } = await ask(range, {
          Limit,
          ExclusiveStartKey: start,
        });
        const before = rows.size;
        for (const row of await rowsAt(entries, readAs(name, queue)))
          if (row.due!.at >= since && row.due!.at <= now) rows.set(row.key, row);
        passedOver += entries.length - (rows.size - before);
        start = LastEvaluatedKey;
        if (!start) break;
      }
      return [...rows.values()].toSorted((a, b) => a.due!.at - b.due!.at).slice(0, Math.max(0, limit));
    },

    async queues(prefix, now, limit) {
      const found = register ? await registered(prefix, await register.all()) : await sought(prefix);
      return found
        .filter(({ at }) => at <= now)
        .toSorted((a, b) => a.at - b.at)
        .slice(0, Math.max(0, limit))
        .map(({ queue }) => queue);
    },

    /** Of a queue longer than `MAX_COUNT_PAGES`, `count` is what those hold. */
    async depth(queue, most = Infinity) {
      const earliest = await first(queue);
      if (!earliest) return { count: 0, earliest: null };
      let count = 0;
      let start: Entry | undefined;
      for (let page = 0; page < MAX_COUNT_PAGES; page += 1) {
        const counted = await ask(within(wholeQueue(name, queue)), {
          Select: 'COUNT',
          ...(most < Infinity && { Limit: Math.max(1, most - count) }),
          ExclusiveStartKey: start,
        });
        count += counted.Count ?? 0;
        start = counted.LastEvaluatedKey;
        if (!start || count >= most) break;
      }
      return { count, earliest: earliest.at };
    },
  };
}
