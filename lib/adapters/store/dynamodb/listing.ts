import { QueryCommand, ScanCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { pool } from '../../../core/pool.ts';
import type { Row } from '../../../core/row.ts';
import type { Table } from '../../../ports.ts';
import { choosing } from '../chosen.ts';
import { formatCursor, isBehind, startOf, type Cursor } from '../../../core/cursor.ts';
import { CONCURRENCY, type Send } from './client.ts';
import { text } from './item.ts';
import { keyAt, names, itemKeys, type TableName } from './keys.ts';
import { createNewest } from './newest.ts';
import { itemsOf, type Item, type ReadPage } from './pages.ts';
import type { Reader } from './reader.ts';

/** Parts of the table that are read side by side. */
const SEGMENTS = [0, 1, 2, 3];

/**
 * Pages through rows, newest first. Rows that share a partition are a Query. Jobs, and deliveries of more than one event,
 * read the whole table for each page: an index by age would add a unit to every row written, for lists that only people
 * ask for. In memory there are never more keys than two pages have. The reads are eventually consistent, which halves
 * their price; the rows shown are then read strongly, so one that went or changed meanwhile leaves its page short.
 */
export function createListing<R extends Row>(
  send: Send,
  tableName: string,
  name: TableName,
  reader: Reader<R>,
): Table<R>['list'] {
  return choosing(async ({ prefix = '', state, limit, ...where }) => {
    const cursor = startOf(where);
    const size = Math.max(0, limit);
    // One row more than the page shows whether there is a next page.
    const newest = createNewest(size + 1);
    await pool(waysThrough(prefix, state), CONCURRENCY, async (readPage) => {
      for await (const item of itemsOf(readPage)) {
        const at = cursorOf(item);
        if (isBehind(at, cursor)) newest.add(at);
      }
    });
    const found = newest.all();
    const page = found.slice(0, size);
    return {
      rows: await rowsAt(page, state),
      next: page.length > 0 && found.length > size ? formatCursor(page.at(-1)!) : null,
    };
  });

  /** All of them together come by every row with this prefix and state. */
  function waysThrough(prefix: string, state: string | undefined): ReadPage[] {
    const where = itemKeys(name, prefix);
    const ofState = state === undefined ? [] : [is('#state = :state', state)];
    const shown = {
      TableName: tableName,
      ProjectionExpression: '#pk, #sk, #created, #state',
      ExpressionAttributeNames: names('pk', 'sk', 'created', 'state'),
    };
    if ('pkPrefix' in where) {
      const conditions = [is('begins_with(#pk, :pk)', where.pkPrefix), ...ofState];
      const scan = {
        ...shown,
        FilterExpression: both(conditions),
        ExpressionAttributeValues: valuesOf(conditions),
        TotalSegments: SEGMENTS.length,
      };
      return SEGMENTS.map(
        (Segment) => (ExclusiveStartKey) => send(new ScanCommand({ ...scan, ExclusiveStartKey, Segment })),
      );
    }
    // DynamoDB takes no empty text, not even for the beginning of a key.
    const keys = [is('#pk = :pk', where.pk), ...(where.sk ? [is('begins_with(#sk, :sk)', where.sk)] : [])];
    const query = {
      ...shown,
      KeyConditionExpression: both(keys),
      FilterExpression: both(ofState),
      ExpressionAttributeValues: valuesOf([...keys, ...ofState]),
    };
    return [(ExclusiveStartKey) => send(new QueryCommand({ ...query, ExclusiveStartKey }))];
  }

  function cursorOf({ pk, sk, created }: Item): Cursor {
    return { key: keyAt(name, { pk: pk!.S!, sk: sk!.S! }), createdAt: Number(created!.N) };
  }

  async function rowsAt(page: readonly Cursor[], state: string | undefined): Promise<R[]> {
    const rows = new Map((await reader.many(page.map(({ key }) => key))).map((row) => [row.key, row]));
    return page.flatMap(({ key, createdAt }) => {
      const row = rows.get(key);
      return row?.createdAt === createdAt && (state === undefined || row.state === state) ? [row] : [];
    });
  }
}

/** A condition, and the value of its one placeholder. */
interface Condition {
  text: string;
  values: Record<string, AttributeValue>;
}
const is = (condition: string, value: string): Condition => ({
  text: condition,
  values: { [/:\w+/.exec(condition)![0]]: text(value) },
});
const both = (conditions: readonly Condition[]): string | undefined =>
  conditions.map((condition) => condition.text).join(' AND ') || undefined;
const valuesOf = (conditions: readonly Condition[]): Record<string, AttributeValue> =>
  Object.assign({}, ...conditions.map((condition) => condition.values)) as Record<string, AttributeValue>;
