import { isDeepStrictEqual } from 'node:util';
import { change } from '../../../core/change.ts';
import { pool } from '../../../core/pool.ts';
import type { Due, Row } from '../../../core/row.ts';
import type { Store } from '../../../ports.ts';
import { readEntries, type Entry } from './lines.ts';
import { hasOutbox, isParked, moved, tableOf, type Moved, type TableName } from './rows.ts';

export interface ImportDeps {
  store: Store;
  /** Told of each row that is there already and says something else. It stays as it is. */
  differs: (row: Differing) => void;
  /** Waits until the processes that already work on the store know of new subscriptions. */
  noticed: () => Promise<void>;
}
export interface Differing {
  table: TableName;
  key: string;
  /** Names only: what stands in them may be a secret. */
  fields: string[];
}
export interface Imported {
  created: number;
  /** Of an earlier import, for instance one that was killed. */
  present: number;
  differing: number;
}

/** Rows stored at a time. */
const PAGE = 200;

/**
 * Stores each row unless its key is there. Generations and ids are those of the rows, so the process that goes on with them makes the
 * same events and deliveries. Safe beside a service that works on the store already, and killed at any time: it goes on where
 * it was when it is run again. In memory are one page, and the keys of rows with an outbox: these wait until all is there.
 *
 * Throws an `Error` for a line that cannot be read and for a file that is cut off; then these wait still.
 */
export async function importLines(deps: ImportDeps, lines: AsyncIterable<string>): Promise<Imported> {
  const { store, differs } = deps;
  const imported: Imported = { created: 0, present: 0, differing: 0 };
  const waiting: Waiting[] = [];
  let former: TableName | null = null;
  for await (const { table, rows } of pages(readEntries(lines))) {
    if (former === 'subscriptions' && table !== former) await deps.noticed();
    former = table;
    const asked = rows.map(parked);
    const answers = await tableOf(store, table).create(asked);
    answers.forEach(({ outcome, row: there }, i) => {
      const row = rows[i]!;
      if (row.due && isParked(there)) waiting.push({ table, key: row.key, due: row.due });
      const fields = differences(asked[i]!, row, there);
      if (outcome === 'created') imported.created += 1;
      else if (fields.length === 0) imported.present += 1;
      else {
        imported.differing += 1;
        differs({ table, key: row.key, fields });
      }
    });
  }
  await pool(waiting, PAGE, (one) => release(store, one));
  return imported;
}

interface Waiting {
  table: TableName;
  key: string;
  due: Due;
}

const parked = (row: Moved): Row => ({ ...row, version: 0, due: hasOutbox(row) ? null : row.due });

/** What is there may be parked still, or be as it was exported. */
function differences(asked: Moved, row: Moved, there: Row): string[] {
  const wanted = moved(isParked(there) ? asked : row) as unknown as Record<string, unknown>;
  const found = moved(there) as unknown as Record<string, unknown>;
  const fields = new Set([...Object.keys(wanted), ...Object.keys(found)]);
  return [...fields].filter((field) => !isDeepStrictEqual(wanted[field], found[field]));
}

/** Another process may have written the row meanwhile; its outbox still waits. */
async function release(store: Store, { table, key, due }: Waiting): Promise<void> {
  const { outcome } = await change(tableOf(store, table), key, (row) =>
    row && isParked(row) ? { ...row, due } : row,
  );
  if (outcome === 'gave_up')
    throw new Error(`${key} of ${table} is changed by others all the time; import the same again`);
}

/** Rows of one table that follow each other. */
async function* pages(entries: AsyncIterable<Entry>): AsyncGenerator<{ table: TableName; rows: Moved[] }> {
  let table: TableName | null = null;
  let rows: Moved[] = [];
  for await (const entry of entries) {
    if (table !== null && (table !== entry.table || rows.length === PAGE)) {
      yield { table, rows };
      rows = [];
    }
    table = entry.table;
    rows.push(entry.row);
  }
  if (table !== null) yield { table, rows };
}
