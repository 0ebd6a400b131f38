import { checkAt } from '../../core/jobs/due.ts';
import type { Job } from '../../core/jobs/job.ts';
import { pool } from '../../core/pool.ts';
import { checkQueue, LATEST } from '../../core/row.ts';
import type { Clock, JobStore, Telemetry } from '../../ports.ts';

export interface CheckNowDeps {
  jobs: JobStore;
  clock: Clock;
  telemetry: Telemetry;
}

/** Those that have waited the longest; the others have their time. */
const MAX_JOBS = 200;
const CONCURRENCY = 16;

/**
 * Makes the outstanding jobs of these origins due now. Somebody has said that something happened there; what did, the check finds
 * out. A job that somebody else writes meanwhile is left to him. `isMeant`: left out, all are.
 */
export async function checkNow(
  deps: CheckNowDeps,
  origins: readonly string[],
  isMeant: (job: Job) => boolean = () => true,
): Promise<number> {
  let moved = 0;
  for (const origin of new Set(origins)) {
    const now = deps.clock();
    const waiting = await deps.jobs.due(checkQueue(origin), LATEST, MAX_JOBS, now + 1);
    await pool(waiting.filter(isMeant), CONCURRENCY, async (job: Job) => {
      const saved = await deps.jobs.save(checkAt(job, now));
      if (saved.outcome === 'saved') moved += 1;
    });
  }
  if (moved > 0)
    deps.telemetry.line('info', 'jobs.checked_now', { origins: [...new Set(origins)], jobs: moved });
  return moved;
}
