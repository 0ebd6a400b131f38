import type { Job } from '../../core/jobs/job.ts';
import { LOOK, lookQueue, originOf } from '../../core/row.ts';
import type { JobStore, Saved } from '../../ports.ts';

/** Where a sweep takes the looks from that are due, and where it leaves what they found out. */
export interface Looks {
  /** Origins that may have jobs to take up now, at most `limit`. */
  origins(now: number, limit: number): Promise<string[]>;
  /** Jobs of an origin that are to be taken up now, the longest due first. */
  due(origin: string, now: number): Promise<Job[]>;
  /** `after` is what a look made of `before`. The row that is in force from then on. */
  keep(before: Job, after: Job): Promise<Saved<Job>>;
}

/** Straight from the table and back, `budget` rows of an origin at a time. */
export const tableLooks = (jobs: JobStore, budget: number): Looks => ({
  origins: async (now, limit) => (await jobs.queues(LOOK, now, limit)).map(originOf),
  due: (origin, now) => jobs.due(lookQueue(origin), now, budget),
  keep: (_, after) => jobs.save(after),
});
