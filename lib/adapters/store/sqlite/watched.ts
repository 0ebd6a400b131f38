import type { Row } from '../../../core/row.ts';
import type { Store, WatchedTable } from '../../../ports.ts';
import type { TableName } from './migrations.ts';
import { decode, type Stored } from './row.ts';
import { prepared } from './sql.ts';
import { createTable, type Access } from './table.ts';

export function createWatched<R extends Row>(access: Access, name: TableName): WatchedTable<R> {
  const { db, told } = access;
  const select = prepared(db, `SELECT * FROM ${name}`);
  return {
    ...createTable<R>(access, name),
    async all() {
      try {
        return (select().all() as unknown as Stored[]).map(decode<R>);
      } catch (error) {
        throw told(error);
      }
    },
  };
}

/** Triggers move it: `migrations.ts`. */
export function revisionIn({ db, told }: Access): Store['routingRevision'] {
  const select = prepared(db, "SELECT revision FROM revisions WHERE name = 'routing'");
  return async () => {
    try {
      return Number(select().get()?.['revision']);
    } catch (error) {
      throw told(error);
    }
  };
}
