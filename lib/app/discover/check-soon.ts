import type { Discovery } from '../../core/discover/discovery.ts';
import type { Trace } from '../../core/discover/trace.ts';
import { checkAt } from '../../core/jobs/due.ts';
import { jobKey, type Job } from '../../core/jobs/job.ts';
import { checkQueue, LATEST } from '../../core/row.ts';
import type { Clock, JobStore } from '../../ports.ts';

interface Deps {
  store: { jobs: JobStore };
  clock: Clock;
}

/** Jobs of an origin among which one is looked for by its name. */
const MAX_WAITING = 200;

/**
 * What a trace tells of the state of a job is a hint to check that now: its id may be that of a sub-job, whose job is then found
 * by the name of the resource. A hint that is lost costs a little time, and no more.
 */
export async function checkSoon(
  deps: Deps,
  { projectId }: Discovery,
  reported: readonly Trace[],
): Promise<void> {
  const waiting = new Map<string, Promise<Job[]>>();
  for (const { origin, jobs, name, at } of reported) {
    if (origin === null) continue;
    const byId = await Promise.all(
      jobs.reported.map((jobId) => deps.store.jobs.get(jobKey({ origin, projectId, jobId }))),
    );
    const known = byId.filter((job) => job !== null);
    const meant =
      known.length > 0 || name === null
        ? known
        : (await waitingOf(deps, waiting, origin)).filter((job) => job.name === name);
    for (const job of meant) await hurry(deps, job, at);
  }
}

function waitingOf({ store }: Deps, known: Map<string, Promise<Job[]>>, origin: string): Promise<Job[]> {
  const found = known.get(origin) ?? store.jobs.due(checkQueue(origin), LATEST, MAX_WAITING);
  known.set(origin, found);
  return found;
}

async function hurry({ store, clock }: Deps, job: Job, at: number | null): Promise<void> {
  const now = clock();
  const isChecked = at !== null && job.checkedAt !== null && job.checkedAt > at;
  if (job.state !== 'outstanding' || job.outbox.length > 0 || job.nextCheckAt <= now || isChecked) return;
  // Who loses this race finds a row that was checked just now.
  await store.jobs.save(checkAt(job, now));
}
