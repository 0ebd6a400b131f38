import { existsSync } from 'node:fs';
import type { DatabaseSync } from 'node:sqlite';
import { explain, isBusy, openFile, realPath } from './file.ts';

export interface StoreLock {
  release(): void;
}

/** The holder of a lock must keep its connection from the garbage collector, even if nothing keeps the `StoreLock`. */
const held = new Set<DatabaseSync>();

/**
 * Makes this process the only service on the store at `path`, by whatever name; the command line beside it needs no lock.
 * Throws an `Error` that names the process that has it.
 */
export function lockStore(path: string): StoreLock {
  if (path === ':memory:') return { release() {} };
  const lock = lockFile(lockOf(path));
  if ('release' in lock) return lock;
  throw new Error(
    `another Jobchime (pid ${lock.heldBy}) already runs on ${path}; stop it or give this one its own store`,
  );
}

const lockOf = (path: string): string => `${realPath(path)}-lock`;

/**
 * A lock is a SQLite write lock on a file of its own, which the system takes away with the process, however it ends.
 * Returns the number of the process that has it.
 */
export function lockFile(file: string, patienceMs = PATIENCE_MS): StoreLock | { heldBy: number } {
  const db = openFile(file, (db) => db.exec(`PRAGMA busy_timeout = ${patienceMs}`));
  try {
    acquire(db);
  } catch (error) {
    const heldBy = isBusy(error) ? pidIn(db) : null;
    db.close();
    if (heldBy !== null) return { heldBy };
    throw new Error(`cannot lock the store with ${file}: ${explain(error, file)}`, { cause: error });
  }
  held.add(db);
  return {
    release() {
      if (held.delete(db)) db.close();
    },
  };
}

/** The process number of the service that runs on the store at `path`; null where none does. Keeps nobody waiting. */
export function serviceOn(path: string): number | null {
  const file = lockOf(path);
  if (path === ':memory:' || !existsSync(file)) return null;
  const db = openFile(file, (db) => db.exec('PRAGMA busy_timeout = 0'));
  try {
    db.exec('BEGIN IMMEDIATE; ROLLBACK');
    return null;
  } catch (error) {
    if (isBusy(error)) return pidIn(db);
    throw new Error(`cannot read the lock ${file}: ${explain(error, file)}`, { cause: error });
  } finally {
    db.close();
  }
}

/** Enough for another process to write its number; longer means that it holds the lock. */
const PATIENCE_MS = 250;

/**
 * A lock that is held hides what its holder has not committed, so the process number is written before, and
 * read again after: a rival may have written its own in between.
 */
function acquire(db: DatabaseSync): void {
  for (;;) {
    db.exec(`PRAGMA user_version = ${process.pid}`);
    db.exec('BEGIN IMMEDIATE');
    if (pidIn(db) === process.pid) return;
    db.exec('ROLLBACK');
  }
}

const pidIn = (db: DatabaseSync): number => Number(db.prepare('PRAGMA user_version').get()?.['user_version']);
