import { deadlineOf, giveUpAt } from './due.ts';
import type { Job } from './job.ts';
import { startOf, type LearntOf } from './learnt.ts';
import type { Plan } from './plan.ts';
import { CALL_PRICE, type Policy } from './policy.ts';

/** What is taken up now, and what is better left alone until a later time. What is in neither stays as due as it is. */
export interface Choice {
  now: Job[];
  later: { job: Job; at: number }[];
}

export interface Means {
  /** Calls that may be made now. */
  allowed: number;
  /** More is due than was read: what is unlikely to have ended stands in the way of it. */
  isFull: boolean;
}

/** A job that is put off for less would be back before it is worth a write. */
const WORTH_PUTTING_OFF = 2_000;

/**
 * Where the budget suffices all that is due is checked. Where it does not, it is spent where a check is worth most: where a job
 * has most likely ended and has waited longest for somebody to see it. Too little known, that is who waits longest. Nobody is
 * passed over for longer than `checkGapMax`.
 *
 * With `checkAuto`, or where more is due than can be read, what is not worth the price of a call yet goes behind.
 */
export function choose(
  rows: readonly Job[],
  { allowed, isFull }: Means,
  learnt: LearntOf,
  policy: Policy,
  now: number,
): Choice {
  const emits = rows.filter(({ outbox }) => outbox.length > 0);
  const asks = rows.filter(({ outbox }) => outbox.length === 0);
  const binds = asks.length > allowed;
  if (!binds && !policy.checkAuto) return { now: [...rows], later: [] };
  const ranked = asks
    .map((job) => ({ job, ...worthOf(job, learnt, policy, now) }))
    .toSorted((a, b) => (a.worth === b.worth ? 0 : b.worth - a.worth));
  const price = policy.checkAuto ? CALL_PRICE : 0;
  const worthIt = ranked.filter(({ worth, plan }) => worth >= price || !plan);
  const chosen = worthIt.slice(0, allowed);
  const marginal = binds && isFull ? (chosen.at(-1)?.worth ?? 0) : 0;
  const wanted = Math.max(price, marginal);
  const later = ranked.flatMap(({ job, worth, plan }) => {
    if (!plan || worth >= wanted || wanted === Infinity) return [];
    const at = Math.round(startOf(job) + plan.next(sinceOf(job), wanted));
    return at > now + WORTH_PUTTING_OFF ? [{ job, at }] : [];
  });
  return { now: [...emits, ...chosen.map(({ job }) => job)], later };
}

interface Worth {
  worth: number;
  plan: Plan | null;
}

function worthOf(job: Job, learnt: LearntOf, policy: Policy, now: number): Worth {
  if (now >= deadlineOf(job, policy, learnt) && !job.emitted.includes('job.overdue'))
    return { worth: Infinity, plan: null };
  if (now >= giveUpAt(job, policy)) return { worth: Infinity, plan: null };
  const waited = now - (job.checkedAt ?? job.createdAt);
  if (waited >= policy.checkGapMax) return { worth: Infinity, plan: null };
  const plan = planFor(job, learnt);
  const age = now - startOf(job);
  if (plan) return { worth: plan.worth(sinceOf(job), age), plan };
  // As if it could end at any time, the later the older it is; what that is worth grows with the square of the wait.
  return { worth: waited ** 2 / 2 / Math.max(age, policy.checkEvery), plan: null };
}

/** The age at which it was last known to run. */
export const sinceOf = (job: Job): number =>
  job.seen === 'running' ? Math.max(0, (job.seenAt ?? job.createdAt) - startOf(job)) : 0;

/** Null where what is learnt does not apply: it waits for something else than its end, or too little is known. */
export function planFor(job: Job, learnt: LearntOf): Plan | null {
  const isPlain =
    job.state === 'outstanding' &&
    job.seen !== 'awaiting_payment' &&
    job.unpaidAt === undefined &&
    job.notFound === null &&
    !job.failing;
  return isPlain ? (learnt(job.report ? (job.report.jobType ?? '') : null)?.plan() ?? null) : null;
}
