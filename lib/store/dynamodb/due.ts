import { QueryCommand, type AttributeValue, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { Row } from '../../jobs/row.ts';
import type { Table } from '../../ports.ts';
import type { Send } from './client.ts';
import { text } from './item.ts';
import {
  beforeQueues,
  behindQueue,
  DUE_INDEX,
  dueRange,
  dueSortKey,
  keyAt,
  names,
  parseDueSortKey,
  startOfQueue,
  type TableName,
} from './keys.ts';
import type { Reader } from './reader.ts';

/** Entries read at once while looking for queues: about as many as half a read unit pays for. */
const PEEK = 16;
/** A page of an index holds some 3,500 entries. What is counted beyond 50,000 would interest nobody. */
const MAX_COUNT_PAGES = 16;

/** A range of the index, without the table that all questions are about. */
interface Where {
  condition: string;
  values: Record<string, AttributeValue>;
}
const behind = (sortKey: string): Where => ({
  condition: '#dueSk > :from',
  values: { ':from': text(sortKey) },
});
const between = (from: string, to: string): Where => ({
  condition: '#dueSk BETWEEN :from AND :to',
  values: { ':from': text(from), ':to': text(to) },
});

type Entry = Record<string, AttributeValue>;
type Part = Pick<QueryCommandInput, 'Limit' | 'Select' | 'ExclusiveStartKey'>;

/**
 * The questions to the index. It lags behind the rows by some milliseconds, now and then more, so what it says is a hint:
 * rows are read anew, and one that does not wait in this place any more is left out.
 */
export function createDue<R extends Row>(
  send: Send,
  tableName: string,
  name: TableName,
  reader: Reader<R>,
): Pick<Table<R>, 'due' | 'queues' | 'depth'> {
  const ask = ({ condition, values }: Where, part: Part) =>
    send(
      new QueryCommand({
        TableName: tableName,
        IndexName: DUE_INDEX,
        KeyConditionExpression: `#duePk = :table AND ${condition}`,
        ExpressionAttributeNames: names('duePk', 'dueSk'),
        ExpressionAttributeValues: { ':table': text(name), ...values },
        ...part,
      }),
    );

  async function rowsAt(entries: readonly Entry[]): Promise<R[]> {
    const keys = entries.map(({ pk, sk }) => keyAt(name, { pk: pk!.S!, sk: sk!.S! }));
    const rows = new Map((await reader.many(keys)).map((row) => [sortKeyOf(row), row]));
    return entries.flatMap(({ dueSk }) => rows.get(dueSk!.S!) ?? []);
  }

  return {
    async due(queue, now, limit, since = 0) {
      if (since > now) return [];
      const { from, to } = dueRange(queue, since, now);
      const rows: R[] = [];
      let start: Entry | undefined;
      while (rows.length < limit) {
        const page = await ask(between(from, to), { Limit: limit - rows.length, ExclusiveStartKey: start });
        rows.push(...(await rowsAt(page.Items ?? [])));
        start = page.LastEvaluatedKey;
        if (!start) break;
      }
      return rows;
    },

    /** One request for each queue that has rows waiting, fewer where queues are short. */
    async queues(prefix, now, limit) {
      const earliest = new Map<string, number>();
      for (let place = beforeQueues(prefix); ;) {
        const { Items: entries = [] } = await ask(behind(place), { Limit: PEEK });
        const found = entries.map(({ dueSk }) => parseDueSortKey(dueSk!.S!));
        const ours = found.filter(({ queue }) => queue.startsWith(prefix));
        for (const { queue, at } of ours) if (!earliest.has(queue)) earliest.set(queue, at);
        if (ours.length < PEEK) break;
        place = behindQueue(ours.at(-1)!.queue);
      }
      return [...earliest]
        .filter(([, at]) => at <= now)
        .toSorted(([, a], [, b]) => a - b)
        .slice(0, Math.max(0, limit))
        .map(([queue]) => queue);
    },

    /** Of a queue longer than `MAX_COUNT_PAGES`, `count` is what those hold. */
    async depth(queue) {
      const all = between(startOfQueue(queue), behindQueue(queue));
      const first = await ask(all, { Limit: 1 });
      const entry = first.Items?.[0];
      if (!entry) return { count: 0, earliest: null };
      let count = 0;
      let start: Entry | undefined;
      for (let page = 0; page < MAX_COUNT_PAGES; page += 1) {
        const counted = await ask(all, { Select: 'COUNT', ExclusiveStartKey: start });
        count += counted.Count ?? 0;
        start = counted.LastEvaluatedKey;
        if (!start) break;
      }
      return { count, earliest: parseDueSortKey(entry['dueSk']!.S!).at };
    },
  };
}

const sortKeyOf = ({ key, due }: Row): string => (due ? dueSortKey(due.queue, due.at, key) : '');
