import { statSync } from 'node:fs';
import { StoreTrouble } from '../../platform/store-trouble.ts';
import { realPath, SIDES } from './file.ts';

export interface Presence {
  /** Throws a `StoreTrouble` where the name does not lead to the file any more that is open. */
  check(): void;
}

/**
 * An open file lives on without its name, and everything that is written to it then goes with the process. So now and then
 * somebody has to compare.
 */
export function createPresence(path: string): Presence {
  if (path === ':memory:') return { check() {} };
  const opened = identityOf(realPath(path));
  /** The log is made with the first write, and stays for as long as somebody has the store open. */
  let log: string | null = null;
  return {
    check() {
      const [file, wal] = [realPath(path), realPath(path) + SIDES[0]];
      const now = identityOf(file);
      if (now === null) throw lost(path, 'was removed');
      if (now !== opened) throw lost(path, 'was replaced by another file');
      const logNow = identityOf(wal);
      if (log !== null && logNow !== log) throw lost(wal, 'was removed or replaced');
      log = logNow;
    },
  };
}

export const lost = (path: string, what: string): StoreTrouble =>
  new StoreTrouble(
    'gone',
    `${path} ${what} while it was in use. ` +
      'Stop the service before you move or replace its store; `jobchime restore` puts a copy in its place',
  );

/** Null: there is no such file. */
function identityOf(path: string): string | null {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found ? `${found.dev}/${found.ino}` : null;
}
