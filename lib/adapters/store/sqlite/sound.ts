import { existsSync } from 'node:fs';
import { corrupt, openFile, realPath } from './file.ts';
import { refuseHalfRestored } from './half-restored.ts';
import { checkFormat } from './migrations.ts';

/**
 * Reads the whole store at `path`, if there is one, and throws a `StoreTrouble` where a page of it is damaged. Reading is
 * some 300 MB a second, and better than a service that fails when it comes to that page, after it has sent half.
 */
export function refuseDamaged(path: string): void {
  refuseHalfRestored(realPath(path));
  if (!existsSync(path)) return;
  openFile(path, (db) => {
    checkFormat(db);
    const found = Object.values(db.prepare('PRAGMA quick_check(1)').get() ?? {})[0];
    if (found !== 'ok') throw corrupt(String(found));
  }).close();
}
