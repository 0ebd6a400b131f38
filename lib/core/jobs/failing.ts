import type { Failing, Job } from './job.ts';
import type { Trouble } from './observation.ts';
import type { Policy } from './policy.ts';

/** This many failures, each after another job was answered, are no coincidence: the end of an outage is not reported as one. */
const ALONE = 3;

/** Doubles from `troubleFirst` to `troubleMax`; never earlier than the cloud asks for. */
export function troubleWait(retryAfterMs: number | undefined, trouble: number, policy: Policy): number {
  const backOff = Math.min(policy.troubleFirst * 2 ** trouble, policy.troubleMax);
  return Math.max(backOff, retryAfterMs ?? 0);
}

/**
 * One more check of this job that failed. Being throttled says nothing of a job. All other trouble breaks the row of answers that the
 * job is not known: an origin in trouble confirms nothing.
 */
export function countFailure(job: Job, seen: Trouble, now: number, policy: Policy): Job {
  if (seen.kind === 'throttled') return job;
  const { count = 0, since = now, alone = 0 } = job.failing ?? {};
  const failing: Failing = {
    count: count > 0 && troubleWait(undefined, count - 1, policy) >= policy.troubleMax ? count : count + 1,
    since: Math.min(since, now),
    // What was answered before the first one says nothing: so every outage begins.
    alone: Math.min(alone + (seen.routeConfirmed && count > 0 ? 1 : 0), ALONE),
  };
  return { ...job, notFound: null, failing };
}

/** How often its checks had failed before this one. */
export const failedBefore = ({ failing }: Job): number => Math.max(0, (failing?.count ?? 0) - 1);

/** Whether others were answered while checks of this job failed, or did not find it: then that says nothing of its origin. */
export const isKnownOdd = ({ state, failing, notFound }: Job): boolean =>
  state === 'lost' || (failing?.alone ?? 0) > 0 || (notFound?.count ?? 0) > 0;

/** Whether the trouble is this job's alone, and has lasted: no outage reports it. */
export const isAloneInTrouble = ({ failing }: Job, now: number, policy: Policy): boolean =>
  failing !== null &&
  failing !== undefined &&
  failing.alone >= ALONE &&
  now - failing.since >= policy.unreachableAfter;
