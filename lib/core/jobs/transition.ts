import { boundReport, truncate, MAX } from './bounds.ts';
import { deadlineOf, dueWhenPublished, giveUpAt, isWatched, nextCheck, spread, spreadAfter } from './due.ts';
import { countFailure, failedBefore, isAloneInTrouble, troubleWait } from './failing.ts';
import { planFor, sinceOf } from './choose.ts';
import type { Job, JobEventKind, LostReason } from './job.ts';
import { NOTHING_LEARNT, startOf, type LearntOf } from './learnt.ts';
import { countNotFound, isLost, notFoundWait, watchOn, whyGone } from './lost.ts';
import {
  isTrouble,
  TROUBLES,
  type JobSeen,
  type NotFound,
  type Observation,
  type Trouble,
} from './observation.ts';
import { CALL_PRICE, type Policy } from './policy.ts';
import { cleared, withEntry } from '../outbox.ts';

/** Why a decision came out as it did: the observation's kind, or what the clock and the counting added to it. */
export type Reason = Observation['kind'] | 'not_found_yet' | LostReason;

/** All of them, and `raced`: another process checked it meanwhile. */
export const CHECK_REASONS = [
  'running',
  'succeeded',
  'failed',
  'awaiting_payment',
  'not_found',
  ...TROUBLES,
  'not_checked',
  'not_found_yet',
  'expired',
  'payment_expired',
  'unknown',
  'gave_up',
  'raced',
] as const satisfies readonly (Reason | 'raced')[];

export interface Decision {
  /** The job as it must be stored next. Its `version` is untouched: the store counts. */
  job: Job;
  /** What became known with this decision; also in `job.outbox`. */
  emits: JobEventKind[];
  reason: Reason;
}

/**
 * The heart: what follows from one check. Pure; `trouble` is how many checks of this origin failed in a row, `learnt` how long
 * its jobs take.
 *
 *     running, awaiting_payment   stays, checked again later
 *     succeeded, failed           settles
 *     not_found                   stays during the grace, settles as lost once confirmed and the record may be deleted
 *     trouble, not_checked          stays as it is, only the next check moves
 *     the clock                   overdue once past the deadline; given up past the give-up age
 *
 * A lost job settles once more when its real end is found.
 */
export function decide(
  job: Job,
  seen: Observation,
  now: number,
  policy: Policy,
  trouble = 0,
  learnt: LearntOf = NOTHING_LEARNT,
): Decision {
  if (!isWatched(job)) return { job, emits: [], reason: seen.kind };
  const checked = observe(job, seen, now, policy, trouble, learnt);
  const timed = checked.job.state === 'outstanding' ? clock(checked, seen, now, policy, learnt) : checked;
  const checkedAt = seen.kind === 'not_checked' ? job.checkedAt : now;
  const next = { ...schedule(timed.job, now, policy, learnt), checkedAt };
  const emitting = timed.emits.length > 0 ? { ...next, ...usualFor(next, learnt) } : next;
  return { ...timed, job: remember(emitting, timed.reason, detailOf(seen), now) };
}

/** What the event says of how long such jobs take, kept with the outbox, since an event is built from the row alone. */
function usualFor({ report }: Job, learnt: LearntOf): Pick<Job, 'usual'> {
  const usual = report ? (learnt(report.jobType ?? '')?.usual() ?? null) : null;
  return usual ? { usual } : {};
}

function observe(
  job: Job,
  seen: Observation,
  now: number,
  policy: Policy,
  trouble: number,
  learnt: LearntOf,
): Decision {
  switch (seen.kind) {
    case 'running':
      return goingOn({ ...answered(job, seen, now), seen: 'running' }, now, policy, learnt);
    case 'awaiting_payment':
      return unpaid(job, seen, now, policy);
    case 'succeeded':
    case 'failed':
      return settle({ ...answered(job, seen, now), state: seen.kind }, seen.kind, now);
    case 'not_found':
      return notFound(job, seen, now, policy);
    case 'not_checked':
      return notBefore(job, seen.kind, now, seen.until);
    default:
      return inTrouble(job, seen, now, policy, trouble);
  }
}

/** Checked again after the usual wait, or when it is likely to have ended. */
function goingOn(job: Job, now: number, policy: Policy, learnt: LearntOf): Decision {
  const plan = policy.checkAuto ? planFor(job, learnt) : null;
  if (!plan) return later(job, 'running', now, policy.checkEvery);
  const at = Math.round(startOf(job) + plan.next(sinceOf(job), CALL_PRICE));
  return { job: { ...job, nextCheckAt: Math.max(now, at) }, emits: [], reason: 'running' };
}

function unpaid(job: Job, seen: JobSeen, now: number, policy: Policy): Decision {
  const next: Job = { ...answered(job, seen, now), seen: 'awaiting_payment', unpaidAt: now };
  const decision = later(next, seen.kind, now, policy.checkEveryUnpaid);
  return job.state === 'outstanding' ? emit(decision, 'job.payment_pending', now) : decision;
}

const answered = (job: Job, seen: JobSeen, now: number): Job => ({
  ...job,
  status: truncate(seen.status, MAX.code),
  seenAt: now,
  notFound: null,
  failing: null,
  report: boundReport(seen.report),
});

function notFound(job: Job, seen: NotFound, now: number, policy: Policy): Decision {
  const next = countNotFound(job, seen, now, policy);
  if (job.state === 'outstanding' && isLost(next, seen, now, policy)) return lose(next, whyGone(job), now);
  return later(next, 'not_found_yet', now, notFoundWait(next, now, policy));
}

function inTrouble(job: Job, seen: Trouble, now: number, policy: Policy, trouble: number): Decision {
  const next = countFailure(job, seen, now, policy);
  const wait = troubleWait(seen.retryAfterMs, Math.max(trouble, failedBefore(next)), policy);
  const decision = notBefore(next, seen.kind, now, now + wait);
  return job.state === 'outstanding' && isAloneInTrouble(next, now, policy)
    ? emit(decision, 'job.unreachable', now)
    : decision;
}

/** Nothing is given up in a check in which the cloud said that it is running, however old it seems: clocks are set. */
function clock(
  decision: Decision,
  seen: Observation,
  now: number,
  policy: Policy,
  learnt: LearntOf,
): Decision {
  const { job, emits } = decision;
  if (!goesOn(seen) && now >= giveUpAt(job, policy)) return lose(job, 'gave_up', now, emits);
  const deadline = deadlineOf(job, policy, learnt);
  if (now < deadline || job.emitted.includes('job.overdue')) return decision;
  return emit({ ...decision, job: { ...job, overdueSince: deadline } }, 'job.overdue', now);
}

const goesOn = ({ kind }: Observation): boolean => kind === 'running' || kind === 'awaiting_payment';

const later = (job: Job, reason: Reason, now: number, wait: number): Decision => ({
  job: { ...job, nextCheckAt: spread(job.key, now, wait) },
  emits: [],
  reason,
});

const notBefore = (job: Job, reason: Reason, now: number, at: number): Decision => ({
  job: { ...job, nextCheckAt: spreadAfter(job.key, now, at) },
  emits: [],
  reason,
});

const lose = (job: Job, reason: LostReason, now: number, emits: JobEventKind[] = []): Decision =>
  settle({ ...job, state: 'lost', lostReason: reason }, reason, now, emits);

function settle(job: Job, reason: Reason, now: number, emits: JobEventKind[] = []): Decision {
  const kind: JobEventKind = job.state === 'outstanding' ? 'job.lost' : `job.${job.state}`;
  return emit({ job: { ...job, detectedAt: now }, emits, reason }, kind, now);
}

/** Puts a kind into the row, once in the row's life. */
function emit(decision: Decision, kind: JobEventKind, now: number): Decision {
  const { job, emits, reason } = decision;
  if (job.emitted.includes(kind)) return decision;
  const emitted = [...job.emitted, kind];
  const emitting = withEntry({ ...job, emitted }, { kind, at: now, sequence: emitted.length });
  return { job: emitting, emits: [...emits, kind], reason };
}

/**
 * Where the row waits next. With an outbox it keeps the place it has: that place is due already, so the row is found again
 * if nobody publishes it now, and an index that does not change costs no write.
 */
function schedule(job: Job, now: number, policy: Policy, learnt: LearntOf): Job {
  const next =
    job.state === 'lost'
      ? watchOn(job, now, policy)
      : { ...job, nextCheckAt: nextCheck(job, job.nextCheckAt, policy, learnt) };
  return next.outbox.length > 0 ? next : { ...next, due: dueWhenPublished(next) };
}

function remember(job: Job, reason: Reason, detail: string, now: number): Job {
  if (job.history.at(-1)?.reason === reason) return job;
  return {
    ...job,
    history: [...job.history, { at: now, reason, detail: truncate(detail, MAX.text) }].slice(-20),
  };
}

function detailOf(seen: Observation): string {
  return isTrouble(seen) || seen.kind === 'not_found' || seen.kind === 'not_checked'
    ? seen.detail
    : seen.status;
}

/** The row after the bus took `kinds`: with the last of them it has its place among the due again. */
export const published = (job: Job, kinds: readonly string[]): Job =>
  cleared(job, kinds, dueWhenPublished(job));
