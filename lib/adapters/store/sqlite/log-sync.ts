import { closeSync, fdatasync, openSync } from 'node:fs';
import { realPath, SIDES } from './file.ts';
import { lost } from './presence.ts';
import { StoreTrouble } from '../../platform/store-trouble.ts';

export interface LogSync {
  /** Resolves once everything that was committed before the call is on disk. */
  sync(): Promise<void>;
  close(): void;
}

/**
 * Brings SQLite's write-ahead log onto the disk without keeping the event loop: what `synchronous = FULL` does within each
 * COMMIT. The log is one file for as long as somebody has the store open, and nobody locks it, so that it may be opened and
 * closed beside SQLite.
 */
export function createLogSync(path: string): LogSync {
  let log: number | null = null;
  return {
    sync: () =>
      new Promise<void>((resolve, reject) => {
        // Made with the first write.
        log ??= openLog(realPath(path) + SIDES[0]);
        fdatasync(log, (error) => (error ? reject(unkept(path, error)) : resolve()));
      }),
    close() {
      if (log !== null) closeSync(log);
      log = null;
    },
  };
}

/** SQLite has just written to it. */
function openLog(file: string): number {
  try {
    return openSync(file, 'r+');
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? lost(file, 'was removed') : error;
  }
}

/** The system forgets what it could not write, and the next sync succeeds without it. */
const unkept = (path: string, error: NodeJS.ErrnoException): StoreTrouble =>
  new StoreTrouble(
    'unkept',
    `the disk did not keep what was written to ${path} (${error.code}); see to the disk and its room, then start again: ` +
      'what was not confirmed is done again',
    error,
  );
