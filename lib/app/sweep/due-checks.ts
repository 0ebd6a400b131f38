import { longestWait } from '../../core/jobs/due.ts';
import type { Job } from '../../core/jobs/job.ts';
import type { Policy } from '../../core/jobs/policy.ts';
import { pool } from '../../core/pool.ts';
import { LATEST, CHECK, checkQueue, originOf } from '../../core/row.ts';
import type { JobStore, Saved } from '../../ports.ts';

/** Where a sweep takes the checks from that are due, and where it leaves what they found out. */
export interface DueChecks {
  /** Origins that may have jobs to take up now, at most `limit`. */
  origins(now: number, limit: number): Promise<string[]>;
  /**
   * Jobs of an origin that are to be taken up now, the longest due first, at most `limit`. `behind` spares the reading of what
   * comes before that job; what it spares is no promise.
   */
  due(origin: string, now: number, limit: number, behind?: Job | null): Promise<Job[]>;
  /** `after` is what a check made of `before`. The row that is in force from then on. */
  keep(before: Job, after: Job): Promise<Saved<Job>>;
}

/** Straight from the table and back. */
export const tableChecks = (jobs: JobStore, policy: Policy): DueChecks => ({
  origins: (_, limit) => originsWaiting(jobs, LATEST, limit),
  async due(origin, now, limit, behind = null) {
    // What is due too late may be the last of a page.
    const since = behind ? Math.min(behind.due!.at, now) : 0;
    const due = await jobs.due(checkQueue(origin), now, limit, since, behind?.key);
    const late = behind ? [] : await dueTooLate(jobs, origin, now, limit - due.length, policy);
    return [...due, ...late];
  },
  keep: (_, after) => jobs.save(after),
});

/** Origins that have jobs waiting for a time before `before`, those first that have one due. */
export const originsWaiting = async (jobs: JobStore, before: number, limit: number): Promise<string[]> =>
  (await jobs.queues(CHECK, before, limit)).map(originOf);

/** Of `origins` those that have jobs waiting for a time before `before`: a query for each, whatever others there are. */
export const waitingAmong =
  (jobs: JobStore, origins: readonly string[]) =>
  async (before: number): Promise<string[]> => {
    const found = await pool(origins, CONCURRENCY, async (origin) => {
      const isWaiting = (await jobs.due(checkQueue(origin), before, 1)).length > 0;
      return isWaiting ? [origin] : [];
    });
    return found.flat();
  };
const CONCURRENCY = 16;

/** Jobs that are due later than any wait ends: the clock has been set back since that was written, so their time has come. */
export const dueTooLate = async (
  jobs: JobStore,
  origin: string,
  now: number,
  limit: number,
  policy: Policy,
): Promise<Job[]> =>
  limit > 0 ? jobs.due(checkQueue(origin), LATEST, limit, now + longestWait(policy) + 1) : [];
