import type { DatabaseSync } from 'node:sqlite';
import type { Row } from '../../../core/row.ts';
import type { Table } from '../../../ports.ts';
import { choosing } from '../chosen.ts';
import { formatCursor, startOf } from '../../../core/cursor.ts';
import type { TableName } from './migrations.ts';
import { decode, rangeOf, type Range, type Stored } from './row.ts';
import { prepared, sqlFor } from './sql.ts';

/** Up to here it is cheaper to sort the rows of a prefix than to look for them among all. */
const FEW = 1_000;

/**
 * Pages through rows, newest first. A cursor is a place in that order, not a row: it stays good when rows come or go, and
 * one that is not ours begins anew.
 *
 * The index by age serves everything, prefixes that match many rows too. The few rows of a narrow prefix (the deliveries
 * of one event) are found by their keys and sorted.
 */
export function createListing<R extends Row>(db: DatabaseSync, table: TableName): Table<R>['list'] {
  const sql = sqlFor(table);
  const countUpTo = prepared(db, sql.countUpTo);
  const byAge = { all: prepared(db, sql.newest), ofState: prepared(db, sql.newestOfState) };
  const byKey = { all: prepared(db, sql.sorted), ofState: prepared(db, sql.sortedOfState) };

  const isNarrow = (range: Range): boolean =>
    Number(countUpTo().get({ ...range, limit: FEW })?.['found']) < FEW;

  return choosing(async ({ prefix = '', state, limit, ...where }) => {
    const range = rangeOf(prefix);
    const way = prefix !== '' && isNarrow(range) ? byKey : byAge;
    // One row more than the page shows whether there is a next page.
    const bound = { ...range, ...startOf(where), limit: limit + 1 };
    const found = state === undefined ? way.all().all(bound) : way.ofState().all({ ...bound, state });
    const rows = (found as unknown as Stored[]).slice(0, limit).map(decode<R>);
    const last = rows.at(-1);
    return { rows, next: last && found.length > limit ? formatCursor(last) : null };
  });
}
