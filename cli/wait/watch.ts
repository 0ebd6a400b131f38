import { setTimeout as sleep } from 'node:timers/promises';
import type { Client, Job, JobSummary } from '../../client/index.ts';
import { isPassing } from '../../client/follow.ts';
import { each } from '../each.ts';
import { orNull } from '../resolve-job-ids.ts';
import { usualDuration } from './usual.ts';

/** Shows what is seen: called with every job at each reading. */
export interface Report {
  show(seen: readonly Watched[], now: number): void;
  /** How they stand when the wait is over: all have ended, or time is up. */
  end?(seen: readonly Watched[], now: number): void;
}
export interface Watched {
  job: Job;
  /** How long jobs of its kind take; null: not known. Milliseconds. */
  usual: number | null;
}

export interface Watching {
  client: Client;
  report: Report;
  /** Called once when the service does not answer. */
  warn: (line: string) => void;
  /** Epoch milliseconds. */
  until: number;
  /** How long to wait between two readings of this many jobs, in milliseconds. */
  every: (jobs: number) => number;
  /** How long the service may be out of reach, in milliseconds. */
  patience?: number;
}

/** In this process a reading costs some 200 us, and nobody sees a change sooner. */
export const HERE = (): number => 500;
/** Half of what the API answers of one token, so that there is something left for others who have it. */
export const REMOTE = (jobs: number): number => Math.max(2_000, jobs * 100);
/** An update or a restart of the service is over by then. */
const PATIENCE_MS = 5 * 60_000;
/** Former jobs that say how long such a job takes. */
const FORMER = 200;

/** Reads the jobs until all have ended or time is up, and answers how they stand then. One that was removed counts as it was. */
export async function watch(watching: Watching, jobs: readonly Job[]): Promise<Job[]> {
  const { client, report, until, every } = watching;
  const usualOf = usualsOf(client);
  const patiently = patienceOf(watching);
  let seen = [...jobs];
  let watched: Watched[] = [];
  const show = async (): Promise<void> => {
    watched = await each(seen, async (job) => ({ job, usual: await usualOf(job) }));
    report.show(watched, Date.now());
  };
  const readAgain = async (job: Job): Promise<Job> =>
    job.state === 'outstanding' ? ((await orNull(client.jobs.get(job))) ?? job) : job;
  await patiently(show);
  for (;;) {
    const open = seen.filter((job) => job.state === 'outstanding').length;
    const left = until - Date.now();
    if (open === 0 || left <= 0) {
      report.end?.(watched, Date.now());
      return seen;
    }
    await sleep(Math.min(every(open), left));
    await patiently(async () => {
      seen = await each(seen, readAgain);
      await show();
    });
  }
}

/** Lets pass what another try may mend, unless it lasts. */
export function patienceOf({ warn, patience = PATIENCE_MS }: Pick<Watching, 'warn' | 'patience'>) {
  let since: number | null = null;
  return async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
      since = null;
    } catch (error) {
      if (!isPassing(error) || (since !== null && Date.now() - since >= patience)) throw error;
      if (since === null) warn(`${(error as Error).message.replace(/\.?$/, '.')} Waiting anyway.`);
      since ??= Date.now();
    }
  };
}

/** Reads once for each origin, as soon as the type of a job is known. */
function usualsOf(client: Client): (job: Job) => Promise<number | null> {
  const former = new Map<string, Promise<JobSummary[]>>();
  const ask = (origin: string): Promise<JobSummary[]> => {
    const asked = client.jobs.list({ origin, state: 'succeeded', limit: FORMER }).then(({ items }) => items);
    asked.catch(() => former.delete(origin));
    former.set(origin, asked);
    return asked;
  };
  return async ({ origin, jobType }) =>
    jobType ? usualDuration(await (former.get(origin) ?? ask(origin)), jobType) : null;
}
