import { closeSync, openSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { StoreTrouble, type TroubleKind } from '../../platform/store-trouble.ts';

/**
 * How long a write waits for another process, for instance the command line that tracks a job. The wait blocks the
 * event loop, but only a process that hangs within a transaction could make it last.
 */
const BUSY_MS = 5_000;

/** Opens or creates a SQLite file and lets `prepare` make it ready. Every error names the path and what to do. */
export function openFile(path: string, prepare: (db: DatabaseSync) => void): DatabaseSync {
  let db: DatabaseSync | null = null;
  try {
    if (path !== ':memory:') createPrivately(realPath(path));
    db = new DatabaseSync(path, { timeout: BUSY_MS });
    prepare(db);
    return db;
  } catch (error) {
    db?.close();
    throw cannot('open the store', error, path);
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

/** What SQLite keeps beside the file, under names that it derives from the file's own: first what it would read first. */
export const SIDES = ['-wal', '-shm', '-journal'] as const;

/**
 * The file itself, by whatever symbolic links it is named: beside it SQLite keeps its side files, so it is what is locked,
 * copied and replaced. A file that is not there yet is where opening it would make it.
 */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') return path;
  }
  const folder = dirname(path);
  if (folder === path) return path;
  const here = realPath(folder);
  let target: string;
  try {
    target = readlinkSync(path);
  } catch {
    return join(here, basename(path));
  }
  return realPath(resolve(here, target));
}

type PathProblem = { problem: string; fix: string };

/** What is wrong with a place for the store, and what to do; null: a store can be there, as far as the names go. */
export function pathProblem(path: string): PathProblem | null {
  try {
    return faultOfPath(path);
  } catch (error) {
    const code = codeOf(error);
    return { problem: BAD_PATHS[code] ?? `cannot be read (${code})`, fix: 'Choose another path.' };
  }
}

const BAD_PATHS: Readonly<Record<string, string>> = {
  ELOOP: 'is a symbolic link that leads back to itself',
  ENAMETOOLONG: 'is longer than a path may be',
  EACCES: 'is in a folder that this user cannot read',
  ERR_INVALID_ARG_VALUE: 'has a character that no path has',
};

function faultOfPath(path: string): PathProblem | null {
  const folder = dirname(realPath(path));
  const found = statSync(folder, { throwIfNoEntry: false });
  if (!found) {
    return { problem: `the folder ${folder} does not exist`, fix: 'Create it, or choose another path.' };
  }
  if (!found.isDirectory())
    return { problem: `${folder} is a file, not a folder`, fix: 'Choose another path.' };
  return statSync(path, { throwIfNoEntry: false })?.isDirectory()
    ? { problem: 'is a folder', fix: `Name a file in it, for example ${join(path, 'jobchime.db')}.` }
    : null;
}

type Explanation = readonly [kind: TroubleKind, words: (path: string) => string];

const NOT_WRITABLE: Explanation = [
  'read_only',
  (path) =>
    `this user must be able to write the file and its folder ${dirname(path)}; change their permissions or choose another path`,
];
const NOT_THERE: Explanation = [
  'unusable',
  (path) => `the folder ${dirname(path)} does not exist; create it or choose another path`,
];
const FULL: Explanation = ['full', (path) => `the disk is full; make room where ${dirname(path)} is`];

/** By error code of the system, or by SQLite's primary result code. */
const EXPLANATIONS: Record<string, Explanation> = {
  ENOENT: NOT_THERE,
  ENOTDIR: NOT_THERE,
  EACCES: NOT_WRITABLE,
  EPERM: NOT_WRITABLE,
  EROFS: NOT_WRITABLE,
  ENOSPC: FULL,
  EDQUOT: FULL,
  5: ['busy', () => 'another process keeps it locked; find and stop that process'],
  8: NOT_WRITABLE,
  10: [
    'unusable',
    (path) => `the disk fails to read or write; see to the disk where ${dirname(path)} is, and its room`,
  ],
  11: ['damaged', () => 'the file is damaged; restore a copy or choose another path'],
  13: FULL,
  14: NOT_WRITABLE,
  26: ['damaged', () => 'the file is not a SQLite database; choose another path or move the file away'],
};

/** What is wrong with the file at `path` and what to do about it. */
export function explain(error: unknown, path: string): string {
  const words = error instanceof Error ? error.message : String(error);
  return EXPLANATIONS[codeOf(error)]?.[1](path) ?? words;
}

/** What failed, in words that name the file. */
function cannot(doing: string, error: unknown, path: string): StoreTrouble {
  if (error instanceof StoreTrouble) return error;
  const kind = EXPLANATIONS[codeOf(error)]?.[0] ?? 'unusable';
  return new StoreTrouble(kind, `cannot ${doing} ${path}: ${explain(error, path)}`, error);
}

/** Trouble with the file while it is read or written. An error of the statement itself is passed on: that is a bug of ours. */
export const faultIn =
  (doing: 'read the store' | 'write to the store', path: string) =>
  (error: unknown): unknown =>
    codeOf(error) in EXPLANATIONS ? cannot(doing, error, path) : error;

function codeOf(error: unknown): string {
  const { code, errcode } = error as { code?: string; errcode?: number };
  return errcode === undefined ? String(code) : String(primaryCode(errcode));
}

/** Extended result codes carry the primary one in their lowest byte. */
const primaryCode = (errcode: number): number => errcode & 0xff;

/** Somebody else holds the lock (SQLITE_BUSY). */
export const isBusy = (error: unknown): boolean => codeOf(error) === '5';

/** What SQLite says of a page that cannot be right (SQLITE_CORRUPT), said of a row that cannot. */
export const corrupt = (words: string, cause?: unknown): Error =>
  Object.assign(new Error(words, { cause }), { errcode: 11 });
