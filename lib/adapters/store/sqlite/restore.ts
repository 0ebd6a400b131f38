import { closeSync, existsSync, openSync, readSync, renameSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import { copyStore, refuseUnlessSound, syncFolder } from './backup.ts';
import { explain, openFile, realPath, SIDES } from './file.ts';
import { INCOMING, KEPT } from './half-restored.ts';
import { lockStore } from './lock.ts';
import { migrate } from './migrations.ts';

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
  try {
    return await swap(realPath(to), copy);
  } finally {
    lock.release();
  }
}

/**
 * From the first rename to the last, `INCOMING` is there: who dies in between leaves the word for the next. Each step is on
 * disk before the one that relies on it, and side files go before the file that they belong to.
 */
async function swap(store: string, copy: string): Promise<string | null> {
  const incoming = store + INCOMING;
  const isResumed = existsSync(incoming);
  const folder = dirname(store);
  await copyStore(copy, incoming, (db) => migrate(db));
  const kept = existsSync(store) ? keptName(store, isResumed) : null;
  const moved: [from: string, to: string][] = [];
  const move = (from: string, to: string): void => {
    renameSync(from, to);
    moved.push([from, to]);
  };
  try {
    // Side files without a store would be taken for those of the new one.
    const aside = kept ?? freeName(`${store}.left-over`);
    for (const side of SIDES) if (existsSync(store + side)) move(store + side, aside + side);
    if (kept) move(store, kept);
    syncFolder(folder);
    move(incoming, store);
    syncFolder(folder);
    openFile(store, refuseUnlessSound).close();
    return kept;
  } catch (error) {
    for (const [from, to] of moved.toReversed()) renameSync(to, from);
    // What somebody else has begun is still half done.
    if (!isResumed) rmSync(incoming, { force: true });
    throw new Error(`cannot restore ${store}: ${explain(error, store)}`, { cause: error });
  }
}

/** The first free one of `jobs.db.before-restore`, `jobs.db.before-restore-2` ... */
function keptName(store: string, isResumed: boolean): string {
  return (isResumed ? partlyKept(store + KEPT) : null) ?? freeName(store + KEPT);
}

/** A process that died may have moved the side files already: the store belongs to them. */
function partlyKept(former: string): string | null {
  let found: string | null = null;
  for (const name of names(former)) {
    const hasSides = SIDES.some((side) => existsSync(name + side));
    if (!hasSides && !existsSync(name)) return found;
    if (hasSides && !existsSync(name)) found = name;
  }
  return found;
}

/** The first of `NAME`, `NAME-2` ... that neither a store nor a side file of one has. */
export function freeName(wanted: string): string {
  for (const name of names(wanted)) if (['', ...SIDES].every((side) => !existsSync(name + side))) return name;
  return wanted;
}

function* names(wanted: string): Generator<string> {
  yield wanted;
  for (let n = 2; ; n += 1) yield `${wanted}-${n}`;
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
