import { existsSync, fsyncSync, openSync, closeSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { backup, type DatabaseSync } from 'node:sqlite';
import { StoreTrouble } from '../../platform/store-trouble.ts';
import { corrupt, explain, openFile, realPath, SIDES } from './file.ts';
import { lockFile, type StoreLock } from './lock.ts';
import { checkFormat } from './migrations.ts';
import { refuseHalfRestored } from './half-restored.ts';

/**
 * Copies the store at `from` into a new file while others go on writing; the copy is of one moment. It has its name only
 * once it is whole and checked. Throws an `Error` that names the path and what to do.
 */
export async function backupStore(from: string, to: string): Promise<void> {
  refuseHalfRestored(realPath(from));
  if (!existsSync(from)) throw new Error(`there is no store at ${from}; nothing to copy`);
  if (existsSync(to)) throw new Error(`${to} exists already; choose another name for the copy`);
  await copyStore(from, to);
}

/** The same over whatever is at `to`; `prepare` sees the copy before it has its name. */
export async function copyStore(
  from: string,
  to: string,
  prepare: (db: DatabaseSync) => void = () => {},
): Promise<void> {
  let source: DatabaseSync | null = null;
  try {
    source = openFile(from, checkFormat);
    await copyOpen(source, to, prepare);
  } catch (error) {
    const isDamaged = error instanceof StoreTrouble && error.kind === 'damaged';
    const why = isDamaged ? `${from} is damaged; use an earlier copy of it` : explain(error, to);
    throw new Error(`cannot copy the store to ${to}: ${why}`, { cause: error });
  } finally {
    source?.close();
  }
}

/** What an open store holds, even if its file has no name any more. */
export async function copyOpen(
  source: DatabaseSync,
  to: string,
  prepare: (db: DatabaseSync) => void = () => {},
): Promise<void> {
  const part = to + PART;
  const lock = lockPart(part);
  try {
    tidy(dirname(to));
    removeDatabase(part);
    // Creates the copy for its owner alone.
    openFile(part, () => {}).close();
    await backup(source, part);
    openFile(part, (db) => {
      // Alone in its file: nothing of it is left in a side file that somebody might forget to keep.
      db.exec('PRAGMA journal_mode = DELETE');
      refuseUnlessSound(db);
      prepare(db);
    }).close();
    syncFile(part);
    renameSync(part, to);
    syncFolder(dirname(to));
  } finally {
    try {
      removeDatabase(part);
    } finally {
      unlock(part, lock);
    }
  }
}

/** Of a copy that is not whole yet. Nobody else's files end like this, so those that are left behind may be removed. */
const PART = '.jobchime-part';
const LOCK = '-lock';

function lockPart(part: string): StoreLock {
  const lock = lockFile(part + LOCK);
  if ('release' in lock) return lock;
  throw new Error(
    `another process (pid ${lock.heldBy}) writes this copy; wait for it or choose another name`,
  );
}

/** A process that dies while it copies leaves a part. The next copy into that folder removes it, unless its writer is alive. */
function tidy(folder: string): void {
  const parts = readdirSync(folder).map((name) => /^.+\.jobchime-part(?=-[\w-]+$|$)/.exec(name)?.[0]);
  for (const part of new Set(parts)) {
    if (part === undefined) continue;
    const path = join(folder, part);
    const lock = tryLock(path + LOCK);
    if (!lock) continue;
    removeDatabase(path);
    unlock(path, lock);
  }
}

/** Its file goes while it is held: after that somebody else may hold it. */
function unlock(part: string, lock: StoreLock): void {
  try {
    for (const side of [...SIDES, '']) rmSync(part + LOCK + side, { force: true });
  } finally {
    lock.release();
  }
}

/** Null: somebody has it, or it is somebody else's. */
function tryLock(file: string): StoreLock | null {
  try {
    const lock = lockFile(file, 0);
    return 'release' in lock ? lock : null;
  } catch {
    return null;
  }
}

/** Before that, a power failure may bring back what the file was before. */
function syncFile(path: string): void {
  const handle = openSync(path, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** The same of its names: what was renamed in it stays renamed. */
export function syncFolder(path: string): void {
  try {
    syncFile(path);
  } catch (error) {
    // Not everywhere can a folder be synchronised; there it is as durable as it gets.
    if (!['EINVAL', 'EISDIR', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
  }
}

export function refuseUnlessSound(db: DatabaseSync): void {
  const found = Object.values(db.prepare('PRAGMA integrity_check(1)').get() ?? {})[0];
  if (found !== 'ok') throw corrupt(String(found));
}

/** Side files first: without them a store is older, but with those of another it is broken. */
export function removeDatabase(path: string): void {
  for (const side of [...SIDES, '']) rmSync(path + side, { force: true });
}
