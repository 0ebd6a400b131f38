import { setTimeout as sleep } from 'node:timers/promises';
import type { Job } from '../../lib/jobs/job.ts';
import { usualDuration } from '../../lib/jobs/usual.ts';
import type { Local } from '../../lib/local.ts';

/** Shows what is seen: called with every job at each reading. */
export interface Report {
  show(seen: readonly Watched[], now: number): void;
}
export interface Watched {
  job: Job;
  /** How long jobs of its kind take; null: not known. Milliseconds. */
  usual: number | null;
}

/** Reading a row costs some 20 us, and nobody sees a change sooner. */
const EVERY_MS = 500;
/** Former jobs that say how long such a job takes. */
const FORMER = 200;

/** Reads the jobs until all have ended or time is up, and answers how they stand then. One that was removed counts as it was. */
export async function watch(
  { local, report, until }: { local: Local; report: Report; until: number },
  jobs: readonly Job[],
): Promise<Job[]> {
  const usualOf = memory((origin, jobType) => usual(local, origin, jobType));
  let seen = [...jobs];
  for (;;) {
    const now = Date.now();
    report.show(await Promise.all(seen.map(async (job) => ({ job, usual: await usualOf(job) }))), now);
    const open = seen.some((job) => job.state === 'outstanding');
    if (!open || now >= until) return seen;
    await sleep(Math.min(EVERY_MS, until - now));
    seen = await Promise.all(
      seen.map(async (job) => (job.state === 'outstanding' ? ((await local.job(job.key)) ?? job) : job)),
    );
  }
}

async function usual(local: Local, origin: string, jobType: string): Promise<number | null> {
  const { rows } = await local.jobs({ prefix: `${origin}/`, state: 'succeeded', limit: FORMER });
  return usualDuration(rows, jobType);
}

/** Asks once for each kind of job, as soon as its type is known. */
function memory(ask: (origin: string, jobType: string) => Promise<number | null>) {
  const known = new Map<string, Promise<number | null>>();
  return async ({ origin, report }: Job): Promise<number | null> => {
    const jobType = report?.jobType;
    if (!jobType) return null;
    const key = `${origin} ${jobType}`;
    if (!known.has(key)) known.set(key, ask(origin, jobType));
    return known.get(key)!;
  };
}
