import { closeSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * How long a write waits for another process, for instance the command line that tracks a job. The wait blocks the
 * event loop, but only a process that hangs within a transaction could make it last.
 */
const BUSY_MS = 5_000;

/** Opens or creates a SQLite file and lets `prepare` make it ready. Every error names the path and what to do. */
export function openFile(path: string, prepare: (db: DatabaseSync) => void): DatabaseSync {
  let db: DatabaseSync | null = null;
  try {
    if (path !== ':memory:') createPrivately(path);
    db = new DatabaseSync(path, { timeout: BUSY_MS });
    prepare(db);
    return db;
  } catch (error) {
    db?.close();
    throw new Error(`cannot open the store ${path}: ${explain(error, path)}`, { cause: error });
  }
}

/**
 * SQLite would create the file readable for everybody; its side files take over the mode of this one. A file that exists
 * is not opened here: closing it again would drop the locks that other connections of this process hold on it (POSIX).
 */
function createPrivately(path: string): void {
  try {
    closeSync(openSync(path, 'wx', 0o600));
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error;
    if (statSync(path).isDirectory()) throw new Error('it is a folder; name a file in it', { cause: error });
  }
}

const NOT_WRITABLE = (path: string) =>
  `this user must be able to write the file and its folder ${dirname(path)}; change their permissions or choose another path`;
const NOT_THERE = (path: string) =>
  `the folder ${dirname(path)} does not exist; create it or choose another path`;

/** By error code of the system, or by SQLite's primary result code. */
const EXPLANATIONS: Record<string, (path: string) => string> = {
  ENOENT: NOT_THERE,
  ENOTDIR: NOT_THERE,
  EACCES: NOT_WRITABLE,
  EPERM: NOT_WRITABLE,
  EROFS: NOT_WRITABLE,
  5: () => 'another process keeps it locked; find and stop that process',
  8: NOT_WRITABLE,
  11: () => 'the file is damaged; restore a copy or choose another path',
  13: (path) => `the disk is full; make room where ${dirname(path)} is`,
  14: NOT_WRITABLE,
  26: () => 'the file is not a SQLite database; choose another path or move the file away',
};

/** What is wrong with the file at `path` and what to do about it. */
export function explain(error: unknown, path: string): string {
  const words = error instanceof Error ? error.message : String(error);
  return EXPLANATIONS[codeOf(error)]?.(path) ?? words;
}

/** A write that failed, in words that name the file. A mistake in what is written is left as it is: that is a bug of ours. */
export function writeFault(error: unknown, path: string): unknown {
  if (!(codeOf(error) in EXPLANATIONS)) return error;
  return new Error(`cannot write to the store ${path}: ${explain(error, path)}`, { cause: error });
}

function codeOf(error: unknown): string {
  const { code, errcode } = error as { code?: string; errcode?: number };
  return errcode === undefined ? String(code) : String(primaryCode(errcode));
}

/** Extended result codes carry the primary one in their lowest byte. */
const primaryCode = (errcode: number): number => errcode & 0xff;

/** Somebody else holds the lock (SQLITE_BUSY). */
export const isBusy = (error: unknown): boolean => codeOf(error) === '5';
