import type { DatabaseSync } from 'node:sqlite';
import type { Row } from '../../../core/row.ts';
import type { Created, Saved, Table } from '../../../ports.ts';
import { createListing } from './listing.ts';
import type { TableName } from './migrations.ts';
import { decode, encode, rangeOf, type Columns, type Stored } from './row.ts';
import { prepared, sqlFor } from './sql.ts';
import type { Writer } from './writer.ts';

/** How all tables reach the file. */
export interface Access {
  db: DatabaseSync;
  writer: Writer;
  /** Puts trouble with reading into words. */
  told(error: unknown): unknown;
}

/** The port over one SQL table, and what it writes as a part of a larger transaction. */
export interface SqlTable<R extends Row> extends Table<R> {
  /** Takes the rows as they are now; what is returned writes them, within a transaction. */
  within: { save(row: R): () => Saved<R>; create(rows: readonly R[]): () => Created<R>[] };
}

/** Reads answer at once, writes with the next group commit. */
export function createTable<R extends Row>({ db, writer, told }: Access, name: TableName): SqlTable<R> {
  const sql = sqlFor(name);
  const insert = prepared(db, sql.insert);
  const select = prepared(db, sql.select);
  const update = prepared(db, sql.update);
  const updateWithState = prepared(db, sql.updateWithState);
  const remove = prepared(db, sql.remove);
  const due = prepared(db, sql.due);
  const queues = prepared(db, sql.queues);
  const depth = prepared(db, sql.depth);
  const list = createListing<R>(db, name);

  const reading = async <T>(work: () => T | Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw told(error);
    }
  };
  const read = (key: string): R | null => {
    const stored = select().get({ key }) as Stored | undefined;
    return stored ? decode(stored) : null;
  };

  function createOne(row: R, columns: Columns): Created<R> {
    if (insert().run({ ...columns }).changes === 1)
      return { outcome: 'created', row: { ...row, version: 1 } };
    return { outcome: 'existed', row: read(row.key)! };
  }

  const within: SqlTable<R>['within'] = {
    create(rows) {
      const columns = rows.map(encode);
      return () => rows.map((row, i) => createOne(row, columns[i]!));
    },
    save(row) {
      const columns = { ...encode(row), version: row.version };
      // What waits for nothing any more has mostly just ended, and a delivery has a new state with nearly every write: that it is the
      // same need not be tried first.
      const same = row.due === null || name === 'deliveries' ? [] : [update];
      return () => {
        const isSaved = [...same, updateWithState].some(
          (statement) => statement().run(columns).changes === 1,
        );
        return isSaved
          ? { outcome: 'saved', row: { ...row, version: row.version + 1 } }
          : { outcome: 'raced' };
      };
    },
  };

  return {
    within,

    async create(rows) {
      if (rows.length === 0) return [];
      const creating = within.create(rows);
      return writer.write(rows.length, creating);
    },

    get: (key) => reading(() => read(key)),

    async save(row) {
      return writer.write(1, within.save(row));
    },

    async remove({ key, version, createdAt }) {
      const found = { key, version, created_at: createdAt };
      return writer.write(1, () => (remove().run(found).changes === 1 ? 'removed' : 'raced'));
    },

    due: (queue, now, limit, since = 0, behind = '') =>
      reading(() =>
        (due().all({ queue, now, since, behind, limit: Math.max(0, limit) }) as unknown as Stored[]).map(
          decode<R>,
        ),
      ),

    queues: (prefix, now, limit) =>
      reading(() =>
        queues()
          .all({ ...rangeOf(prefix), now, limit: Math.max(0, limit) })
          .map((found) => String(found['name'])),
      ),

    depth: (queue) =>
      reading(() => ({ ...(depth().get({ queue }) as { count: number; earliest: number | null }) })),

    list: (query) => reading(() => list(query)),
  };
}
