import { boundReport, cut, MAX } from './bounds.ts';
import { deadlineOf, dueWhenPublished, giveUpAt, isWatched, nextLook, spread, spreadAfter } from './due.ts';
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

/** Why a decision came out as it did: the observation's kind, or what the clock and the counting added to it. */
export type Reason = Observation['kind'] | 'not_found_yet' | LostReason;

/** All of them, and `raced`: another process had looked meanwhile. */
export const LOOK_REASONS = [
  'running',
  'succeeded',
  'failed',
  'awaiting_payment',
  'not_found',
  ...TROUBLES,
  'not_asked',
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
  /** What became known with this decision; also in `job.unpublished`. */
  news: JobEventKind[];
  reason: Reason;
}

/**
 * The heart: what follows from one look. Pure; `trouble` is how many questions of this origin failed in a row, `learnt` how long
 * its jobs take.
 *
 *     running, awaiting_payment   stays, looked at again later
 *     succeeded, failed           settles
 *     not_found                   stays during the grace, settles as lost once confirmed and the record may be deleted
 *     trouble, not_asked          stays as it is, only the next look moves
 *     the clock                   overdue once past the deadline; given up past the give-up age
 *
 * A job that was announced lost settles once more where its real end turns up.
 */
export function decide(
  job: Job,
  seen: Observation,
  now: number,
  policy: Policy,
  trouble = 0,
  learnt: LearntOf = NOTHING_LEARNT,
): Decision {
  if (!isWatched(job)) return { job, news: [], reason: seen.kind };
  const looked = look(job, seen, now, policy, trouble, learnt);
  const timed = looked.job.state === 'outstanding' ? clock(looked, seen, now, policy, learnt) : looked;
  const lookedAt = seen.kind === 'not_asked' ? job.lookedAt : now;
  const next = { ...schedule(timed.job, now, policy, learnt), lookedAt };
  const told = timed.news.length > 0 ? { ...next, ...usualFor(next, learnt) } : next;
  return { ...timed, job: remember(told, timed.reason, detailOf(seen), now) };
}

/** What the event says of how long such jobs take, kept with the news, since an event is built from the row alone. */
function usualFor({ report }: Job, learnt: LearntOf): Pick<Job, 'usual'> {
  const usual = report ? (learnt(report.jobType ?? '')?.usual() ?? null) : null;
  return usual ? { usual } : {};
}

function look(
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
    case 'not_asked':
      return notBefore(job, seen.kind, now, seen.until);
    default:
      return inTrouble(job, seen, now, policy, trouble);
  }
}

/** Checked again after the usual wait, or when it is likely to have ended. */
function goingOn(job: Job, now: number, policy: Policy, learnt: LearntOf): Decision {
  const plan = policy.checkAuto ? planFor(job, learnt) : null;
  if (!plan) return later(job, 'running', now, policy.lookEvery);
  const at = Math.round(startOf(job) + plan.next(sinceOf(job), CALL_PRICE));
  return { job: { ...job, nextLookAt: Math.max(now, at) }, news: [], reason: 'running' };
}

function unpaid(job: Job, seen: JobSeen, now: number, policy: Policy): Decision {
  const next: Job = { ...answered(job, seen, now), seen: 'awaiting_payment', unpaidAt: now };
  const decision = later(next, seen.kind, now, policy.lookEveryUnpaid);
  return job.state === 'outstanding' ? announce(decision, 'job.payment_pending', now) : decision;
}

const answered = (job: Job, seen: JobSeen, now: number): Job => ({
  ...job,
  status: cut(seen.status, MAX.code),
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
    ? announce(decision, 'job.unreachable', now)
    : decision;
}

/** Nothing is given up in a look in which the cloud said that it goes on, however old it looks: clocks are set. */
function clock(
  decision: Decision,
  seen: Observation,
  now: number,
  policy: Policy,
  learnt: LearntOf,
): Decision {
  const { job, news } = decision;
  if (!goesOn(seen) && now >= giveUpAt(job, policy)) return lose(job, 'gave_up', now, news);
  return now >= deadlineOf(job, policy, learnt) ? announce(decision, 'job.overdue', now) : decision;
}

const goesOn = ({ kind }: Observation): boolean => kind === 'running' || kind === 'awaiting_payment';

const later = (job: Job, reason: Reason, now: number, wait: number): Decision => ({
  job: { ...job, nextLookAt: spread(job.key, now, wait) },
  news: [],
  reason,
});

const notBefore = (job: Job, reason: Reason, now: number, at: number): Decision => ({
  job: { ...job, nextLookAt: spreadAfter(job.key, now, at) },
  news: [],
  reason,
});

const lose = (job: Job, reason: LostReason, now: number, news: JobEventKind[] = []): Decision =>
  settle({ ...job, state: 'lost', lostReason: reason }, reason, now, news);

function settle(job: Job, reason: Reason, now: number, news: JobEventKind[] = []): Decision {
  const kind: JobEventKind = job.state === 'outstanding' ? 'job.lost' : `job.${job.state}`;
  return announce({ job: { ...job, detectedAt: now }, news, reason }, kind, now);
}

/** Puts a kind into the row, once in the row's life. */
function announce(decision: Decision, kind: JobEventKind, now: number): Decision {
  const { job, news, reason } = decision;
  if (job.announced.includes(kind)) return decision;
  const announced = [...job.announced, kind];
  const unpublished = [...job.unpublished, { kind, at: now, sequence: announced.length }];
  return { job: { ...job, announced, unpublished }, news: [...news, kind], reason };
}

/**
 * Where the row waits next. With news it keeps the place it has: that place is due already, so the row is found again
 * if nobody publishes it now, and an index that does not change costs no write.
 */
function schedule(job: Job, now: number, policy: Policy, learnt: LearntOf): Job {
  const next =
    job.state === 'lost'
      ? watchOn(job, now, policy)
      : { ...job, nextLookAt: nextLook(job, job.nextLookAt, policy, learnt) };
  return next.unpublished.length > 0 ? next : { ...next, due: dueWhenPublished(next) };
}

function remember(job: Job, reason: Reason, detail: string, now: number): Job {
  if (job.history.at(-1)?.reason === reason) return job;
  return { ...job, history: [...job.history, { at: now, reason, detail: cut(detail, MAX.text) }].slice(-20) };
}

function detailOf(seen: Observation): string {
  return isTrouble(seen) || seen.kind === 'not_found' || seen.kind === 'not_asked'
    ? seen.detail
    : seen.status;
}

/** The row after the bus took `kinds`: exactly these leave it, and with the last of them its place among the due. */
export function published(job: Job, kinds: readonly string[]): Job {
  const unpublished = job.unpublished.filter((news) => !kinds.includes(news.kind));
  return { ...job, unpublished, due: unpublished.length > 0 ? job.due : dueWhenPublished(job) };
}
