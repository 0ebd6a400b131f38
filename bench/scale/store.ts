import { DatabaseSync } from 'node:sqlite';
import { openStore } from '../../lib/adapters/store/sqlite/index.ts';
import { encode } from '../../lib/adapters/store/sqlite/row.ts';
import { sqlFor } from '../../lib/adapters/store/sqlite/sql.ts';
import { newJob } from '../../lib/core/jobs/job.ts';
import { PROJECT } from '../check/world.ts';

export const NOW = Date.UTC(2026, 2, 1);
export const ORIGIN = 'bench';
const INFO = { origin: ORIGIN, service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
const DAY_MS = 86_400_000;

/**
 * A store with `outstanding` jobs, scattered over the keys and the pages of the file, of which `due` are due. Its rows are those
 * that the store writes, by the store's own statement; but in one transaction that waits for no disk, since a million
 * of them scattered over the file take the store's own commits ten minutes.
 */
export async function fill(path: string, outstanding: number, due: number): Promise<void> {
  // Makes the file and its tables.
  await openStore(path).close();
  const db = new DatabaseSync(path);
  // A gigabyte of cache: no page is written before the end.
  db.exec('PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -1048576; BEGIN');
  const insert = db.prepare(sqlFor('jobs').insert);
  const every = outstanding / due;
  for (let n = 0; n < outstanding; n += 1) {
    const jobId = ((n * 2_654_435_761) % 2 ** 32).toString(16).padStart(32, '0');
    const isDue = Math.floor(n / every) !== Math.floor((n - 1) / every);
    const spec = { origin: ORIGIN, projectId: PROJECT, jobId };
    const dueAt = isDue ? NOW - 10_000 + (n % 5_000) : NOW + 1 + (n % 5_000);
    insert.run({ ...encode(newJob(spec, INFO, NOW - DAY_MS, dueAt)) });
  }
  db.exec('COMMIT; PRAGMA journal_mode = WAL');
  db.close();
}
