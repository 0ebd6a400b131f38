import { closeSync, existsSync, openSync, readSync, renameSync, rmSync } from 'node:fs';
import { backup, type DatabaseSync } from 'node:sqlite';
import { explain, openFile } from './file.ts';
import { lockStore } from './lock.ts';
import { checkFormat, migrate } from './migrations.ts';

/**
 * Copies the store at `from` into a new file while others go on writing; the copy is of one moment. It has its name only
 * once it is whole and checked. Throws an `Error` that names the path and what to do.
 */
export async function backupStore(from: string, to: string): Promise<void> {
  if (!existsSync(from)) throw new Error(`there is no store at ${from}; nothing to copy`);
  if (existsSync(to)) throw new Error(`${to} exists already; choose another name for the copy`);
  const part = `${to}.part`;
  try {
    const source = openFile(from, checkFormat);
    try {
      // Creates the copy for its owner alone.
      openFile(part, () => {}).close();
      await backup(source, part);
    } finally {
      source.close();
    }
    openFile(part, (db) => {
      // Alone in its file: nothing of it is left in a side file that somebody might forget to keep.
      db.exec('PRAGMA journal_mode = DELETE');
      refuseUnlessSound(db);
    }).close();
    renameSync(part, to);
  } catch (error) {
    removeDatabase(part);
    throw new Error(`cannot copy the store to ${to}: ${explain(error, to)}`, { cause: error });
  }
}

/**
 * Puts a copy in the place of the store at `to`, on which no service may run. What was there is kept beside it; answers its
 * path, null where there was nothing. A copy that is damaged or of a newer format is refused, and nothing is changed.
 */
export async function restoreStore(to: string, copy: string): Promise<string | null> {
  if (!existsSync(copy)) throw new Error(`there is no file ${copy}`);
  if (!isDatabase(copy)) {
    throw new Error(`${copy} is no backup of Jobchime; if it is an export, use \`jobchime import\``);
  }
  const lock = lockStore(to);
  const incoming = `${to}.restoring`;
  try {
    removeDatabase(incoming);
    await backupStore(copy, incoming);
    openFile(incoming, (db) => migrate(db)).close();
    const kept = existsSync(to) ? keptName(to) : null;
    // With its side files, whose names SQLite derives from that of the store: it may be too damaged to empty them.
    if (kept) {
      for (const side of SIDES) if (existsSync(to + side)) renameSync(to + side, kept + side);
    }
    renameSync(incoming, to);
    return kept;
  } catch (error) {
    removeDatabase(incoming);
    throw error;
  } finally {
    lock.release();
  }
}

/** How every SQLite file begins. */
const MAGIC = 'SQLite format 3\0';

function isDatabase(path: string): boolean {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(MAGIC.length);
    readSync(file, head);
    return head.toString('latin1') === MAGIC;
  } catch {
    // A folder can be opened, but not read.
    return false;
  } finally {
    closeSync(file);
  }
}

/** The first free one of `jobs.db.before-restore`, `jobs.db.before-restore-2` ... */
function keptName(path: string): string {
  for (let n = 1; ; n += 1) {
    const name = `${path}.before-restore${n === 1 ? '' : `-${n}`}`;
    if (!existsSync(name)) return name;
  }
}

function refuseUnlessSound(db: DatabaseSync): void {
  const found = Object.values(db.prepare('PRAGMA integrity_check(1)').get() ?? {})[0];
  if (found !== 'ok') throw new Error('the file is damaged; restore a copy or choose another path');
}

const SIDES = ['', '-wal', '-shm', '-journal'];
const removeDatabase = (path: string): void => {
  for (const side of SIDES) rmSync(path + side, { force: true });
};
