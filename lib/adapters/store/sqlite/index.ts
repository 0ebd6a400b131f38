import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { lazily } from '../../../core/lazily.ts';
import { StoreTrouble } from '../../platform/store-trouble.ts';
import type { Job } from '../../../core/jobs/job.ts';
import type { Group } from '../../../core/jobs/group.ts';
import type { Origin } from '../../../core/jobs/origin.ts';
import type { Delivery } from '../../../core/notify/delivery.ts';
import type { Endpoint } from '../../../core/notify/endpoint.ts';
import type { Store } from '../../../ports.ts';
import { copyOpen } from './backup.ts';
import { faultIn, openFile, realPath } from './file.ts';
import { createLogSync } from './log-sync.ts';
import { STEPS, migrate } from './migrations.ts';
import { createPresence } from './presence.ts';
import { INCOMING, KEPT, refuseHalfRestored } from './half-restored.ts';
import { createEvents } from './events.ts';
import { freeName } from './restore.ts';
import { createTable, type Access } from './table.ts';
import { createTogether } from './together.ts';
import { createWatched, revisionIn } from './watched.ts';
import { createWriter } from './writer.ts';

export type SqliteStore = Store & {
  health: StoreHealth;
  /** Commits what was issued and closes the file. Every later call is rejected. */
  close(): Promise<void>;
};

/** How the file itself is. */
export interface StoreHealth {
  /** What was wrong with the last write; null: it is on disk, or there was none yet. */
  lastWrite(): StoreTrouble | null;
  /** Writes, for real, and sees to it that the file is still the one that was opened. Throws a `StoreTrouble`. */
  check(): Promise<void>;
  /**
   * Copies what the open file holds to where somebody finds it, since without its name it goes with the process. Where
   * nothing has its name, the next one is told to restore the copy, before it makes an empty store. Answers its path.
   */
  rescue(): Promise<string>;
}

/**
 * A commit is on disk before anybody hears of it: the writer sees to that where there is a write-ahead log, which a COMMIT then
 * need not wait for (NORMAL); elsewhere SQLite does (FULL). 32 MB of cache hold the indexes of some 100,000 rows. The log is
 * brought into the file only from that size on: the loop stands meanwhile, and a page that was written often goes once.
 */
function setUp(db: DatabaseSync, path: string): { hasLog: boolean } {
  if (path === ':memory:') beginInMemory(db);
  else migrate(db);
  const mode = db.prepare('PRAGMA journal_mode = WAL').get()?.['journal_mode'];
  const hasLog = mode === 'wal';
  db.exec(`PRAGMA synchronous = ${hasLog ? 'NORMAL' : 'FULL'}; PRAGMA cache_size = -32768`);
  db.exec('PRAGMA wal_autocheckpoint = 8000');
  return { hasLog };
}

/** What every store in memory begins as: a copy takes a hundredth of the time that all the steps take. */
const empty = lazily(() => {
  const db = new DatabaseSync(':memory:');
  migrate(db);
  return db.serialize();
});
function beginInMemory(db: DatabaseSync): void {
  // Node 22 has no copies.
  if ('deserialize' in db) db.deserialize(empty());
  else migrate(db);
}

/**
 * Opens the store in one file, creating or migrating it; `:memory:` keeps it in memory. Other processes may read and
 * write the same file. Where the file is in trouble, every call throws a `StoreTrouble`; `onTrouble` gets each, so that the
 * program can decide for the store as a whole.
 */
export function openStore(path: string, onTrouble: (trouble: StoreTrouble) => void = () => {}): SqliteStore {
  if (path !== ':memory:') refuseHalfRestored(realPath(path));
  let lastWrite: StoreTrouble | null = null;
  const told =
    (doing: 'read the store' | 'write to the store') =>
    (error: unknown): unknown => {
      const fault = error instanceof StoreTrouble ? error : faultIn(doing, path)(error);
      if (fault instanceof StoreTrouble) {
        if (doing === 'write to the store') lastWrite = fault;
        onTrouble(fault);
      }
      return fault;
    };
  let hasLog = false;
  const db = openFile(path, (db) => void ({ hasLog } = setUp(db, path)));
  const log = hasLog ? createLogSync(path) : null;
  const writer = createWriter(db, {
    told: told('write to the store'),
    committed: () => (lastWrite = null),
    ...(log && { sync: log.sync }),
  });
  const access: Access = { db, writer, told: told('read the store') };
  const presence = createPresence(path);
  const touch = db.prepare(TOUCH);
  const emitting = {
    jobs: createTable<Job>(access, 'jobs'),
    origins: createTable<Origin>(access, 'origins'),
    events: createEvents(access),
    deliveries: createTable<Delivery>(access, 'deliveries'),
    endpoints: createTable<Endpoint>(access, 'endpoints'),
    groups: createTable<Group>(access, 'groups'),
  };
  const store: Store = {
    ...emitting,
    together: createTogether(access, emitting),
    durations: createTable(access, 'durations'),
    tokens: createTable(access, 'tokens'),
    subscriptions: createWatched(access, 'subscriptions'),
    idempotency: createTable(access, 'idempotency'),
    recoveries: createTable(access, 'recoveries'),
    members: createTable(access, 'members'),
    mutes: createWatched(access, 'mutes'),
    places: createTable(access, 'places'),
    routingRevision: revisionIn(access),
  };
  return {
    ...store,
    health: {
      lastWrite: () => lastWrite,
      async check() {
        await writer.write(1, () => {
          presence.check();
          touch.run();
        });
      },
      async rescue() {
        const file = realPath(path);
        const to = existsSync(file) ? freeName(file + KEPT) : file + INCOMING;
        await copyOpen(db, to);
        return to;
      },
    },
    async close() {
      await writer.close();
      log?.close();
      closeQuietly(db);
    },
  };
}

/** Changes nothing, and is still a write: page 1 goes to the disk. */
const TOUCH = `PRAGMA user_version = ${STEPS.length}`;

/** Closing tidies up, which a file in trouble may refuse; by then that has been reported. */
function closeQuietly(db: DatabaseSync): void {
  try {
    if (db.isOpen) db.close();
  } catch {
    // Nothing of it is lost: what was committed stands in the file or its log.
  }
}
