import type { Store } from '../../../ports.ts';
import { openFile, writeFault } from './file.ts';
import { migrate } from './migrations.ts';
import { createTable } from './table.ts';
import { createWriter } from './writer.ts';

export type SqliteStore = Store & {
  /** Commits what was issued and closes the file. Whatever is asked later is rejected. */
  close(): Promise<void>;
};

/**
 * FULL: a commit is on disk before anybody hears of it; with group commit that costs a few per cent. 32 MB of cache
 * hold the indexes of some 100,000 rows.
 */
const PRAGMAS = 'PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -32768';

/**
 * Opens the store in one file, creating or migrating it; `:memory:` keeps it in memory. Other processes may read and
 * write the same file. Throws an `Error` that names the path and what to do.
 */
export function openStore(path: string): SqliteStore {
  const db = openFile(path, (db) => {
    migrate(db);
    db.exec(PRAGMAS);
  });
  const writer = createWriter(db, (error) => writeFault(error, path));
  return {
    jobs: createTable(db, 'jobs', writer),
    origins: createTable(db, 'origins', writer),
    deliveries: createTable(db, 'deliveries', writer),
    endpoints: createTable(db, 'endpoints', writer),
    tokens: createTable(db, 'tokens', writer),
    subscriptions: createTable(db, 'subscriptions', writer),
    idempotency: createTable(db, 'idempotency', writer),
    async close() {
      writer.close();
      if (db.isOpen) db.close();
    },
  };
}
