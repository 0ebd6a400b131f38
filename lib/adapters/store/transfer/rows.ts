import { pagesOf } from '../../../core/pages-of.ts';
import type { OutboxEntry, Row } from '../../../core/row.ts';
import type { Store, Table, Tables } from '../../../ports.ts';

/**
 * What moves from one store to another, in the order in which it must arrive where a service may be at work already: a
 * delivery finds its subscription, the health of its endpoint, its job and its event, or it would be taken for unwanted; a group its
 * members, and these their jobs, or they would be taken for removed. Kept answers
 * stay behind: they are for who repeats a request at the same address, and the API has another one in the new home.
 */
export const TABLES = [
  'tokens',
  'subscriptions',
  'mutes',
  'endpoints',
  'places',
  'origins',
  'durations',
  'jobs',
  'members',
  'groups',
  'events',
  'deliveries',
] as const satisfies readonly (keyof Tables)[];
export type TableName = (typeof TABLES)[number];

/** A row without what belongs to the store it is in. */
export type Moved = Omit<Row, 'version'> & { outbox?: OutboxEntry[] };

/** How often this store wrote the row, and which worker of its home has an origin for itself just now. */
const STAYS = ['version', 'lease'];

export const moved = (row: object): Moved =>
  Object.fromEntries(Object.entries(row).filter(([field]) => !STAYS.includes(field))) as unknown as Moved;

/** Each row of a table once, in any order. */
export type Rows = (table: TableName) => AsyncIterable<Row>;

export const tableOf = (store: Store, name: TableName): Table<Row> => store[name];

const PAGE = 500;

/** By pages, for stores that have an index by age. */
export const listedRows = (store: Store): Rows =>
  async function* (name) {
    if (name === 'events') return yield* fedRows(store);
    for await (const rows of pagesOf(tableOf(store, name).list, PAGE)) yield* rows;
  };

/** In the order of the feed, which they are to have in the other store too. */
async function* fedRows({ events }: Store): AsyncIterable<Row> {
  for (let after: string | null = null; ;) {
    const rows: Row[] = await events.feed(after, PAGE);
    if (rows.length === 0) return;
    yield* rows;
    after = rows.at(-1)!.key;
  }
}

export const hasOutbox = ({ outbox = [] }: Moved): boolean => outbox.length > 0;

/**
 * An outbox that nobody takes up, because it is not due. No service leaves a row like this; an import does, until everything is
 * there: published before its deliveries have arrived, it would be delivered once more.
 */
export const isParked = (row: Moved): boolean => hasOutbox(row) && row.due === null;
