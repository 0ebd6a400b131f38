import { openStore, type SqliteStore } from '../../lib/adapters/store/sqlite/index.ts';
import { newJob } from '../../lib/core/jobs/job.ts';
import { PROJECT } from '../check/world.ts';

export const NOW = Date.UTC(2026, 2, 1);
export const ORIGIN = 'bench';
const INFO = { origin: ORIGIN, service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
const DAY_MS = 86_400_000;
const CHUNK = 1_000;

/** A store with `outstanding` jobs, scattered over the keys and the pages of the file, of which `due` are due. */
export async function fill(path: string, outstanding: number, due: number): Promise<void> {
  const store: SqliteStore = openStore(path);
  const every = outstanding / due;
  for (let from = 0; from < outstanding; from += CHUNK) {
    const jobs = Array.from({ length: Math.min(CHUNK, outstanding - from) }, (_, i) => {
      const n = from + i;
      const jobId = ((n * 2_654_435_761) % 2 ** 32).toString(16).padStart(32, '0');
      const isDue = Math.floor(n / every) !== Math.floor((n - 1) / every);
      const spec = { origin: ORIGIN, projectId: PROJECT, jobId };
      return newJob(spec, INFO, NOW - DAY_MS, isDue ? NOW - 10_000 + (n % 5_000) : NOW + 1 + (n % 5_000));
    });
    await store.jobs.create(jobs);
  }
  await store.close();
}
