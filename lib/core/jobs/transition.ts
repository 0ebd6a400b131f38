import { boundReport, cut, MAX } from './bounds.ts';
import { deadlineOf, dueWhenPublished, nextLook, spread, spreadAfter } from './due.ts';
import type { Job, JobEventKind, LostReason } from './job.ts';
import { isTrouble, TROUBLES, type JobSeen, type NotFound, type Observation } from './observation.ts';
import type { Policy } from './policy.ts';
import { lookQueue } from '../row.ts';

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
 * The heart: what follows from one look. Pure; `trouble` is how many questions of this origin failed in a row.
 *
 *     running, awaiting_payment   stays, looked at again later
 *     succeeded, failed           settles
 *     not_found                   stays during the grace, settles as lost once confirmed
 *     trouble, not_asked          stays as it is, only the next look moves
 *     the clock                   overdue once past the deadline; given up past the give-up age
 */
export function decide(job: Job, seen: Observation, now: number, policy: Policy, trouble = 0): Decision {
  if (job.state !== 'outstanding') return { job, news: [], reason: seen.kind };
  const looked = look(job, seen, now, policy, trouble);
  const timed = looked.job.state === 'outstanding' ? clock(looked, now, policy) : looked;
  const lookedAt = seen.kind === 'not_asked' ? job.lookedAt : now;
  const next = { ...schedule(timed.job, policy), lookedAt };
  return { ...timed, job: remember(next, timed.reason, detailOf(seen), now) };
}

function look(job: Job, seen: Observation, now: number, policy: Policy, trouble: number): Decision {
  switch (seen.kind) {
    case 'running':
      return later({ ...answered(job, seen), seen: 'running' }, seen.kind, now, policy.lookEvery);
    case 'awaiting_payment':
      return announce(
        later({ ...answered(job, seen), seen: 'awaiting_payment' }, seen.kind, now, policy.lookEveryUnpaid),
        'job.payment_pending',
        now,
      );
    case 'succeeded':
    case 'failed':
      return settle({ ...answered(job, seen), state: seen.kind }, seen.kind, now);
    case 'not_found':
      return notFound(job, seen, now, policy);
    case 'not_asked':
      return notBefore(job, seen.kind, now, seen.until);
    default:
      return notBefore(job, seen.kind, now, now + troubleWait(seen.retryAfterMs, trouble, policy));
  }
}

const answered = (job: Job, seen: JobSeen): Job => ({
  ...job,
  status: cut(seen.status, MAX.code),
  notFound: null,
  report: boundReport(seen.report),
});

/** Doubles from `troubleFirst` to `troubleMax`; never earlier than the cloud asks for. */
export function troubleWait(retryAfterMs: number | undefined, trouble: number, policy: Policy): number {
  const backOff = Math.min(policy.troubleFirst * 2 ** Math.min(trouble, 20), policy.troubleMax);
  return Math.max(backOff, retryAfterMs ?? 0);
}

function notFound(job: Job, seen: NotFound, now: number, policy: Policy): Decision {
  const since = job.notFound?.since ?? now;
  const proven = seen.proof === 'stated' || seen.witnessed;
  // An answer without proof keeps the count: it must not help to confirm, and must not undo what was confirmed.
  const count = (job.notFound?.count ?? 0) + (proven ? 1 : 0);
  const next: Job = { ...job, notFound: { count, since } };
  const confirmed = proven
    ? count >= policy.notFoundConfirm && now - since >= policy.notFoundEvery * (policy.notFoundConfirm - 1)
    : now - since >= policy.notFoundUnwitnessed;
  if (now - job.createdAt < policy.notFoundGrace || !confirmed) {
    return later(next, 'not_found_yet', now, policy.notFoundEvery);
  }
  return lose(next, whyGone(job), now);
}

function whyGone(job: Job): LostReason {
  if (job.seen === 'awaiting_payment') return 'payment_expired';
  return job.seen === 'running' ? 'expired' : 'unknown';
}

function clock(decision: Decision, now: number, policy: Policy): Decision {
  if (now - decision.job.createdAt >= policy.giveUpAfter)
    return lose(decision.job, 'gave_up', now, decision.news);
  return now >= deadlineOf(decision.job, policy) ? announce(decision, 'job.overdue', now) : decision;
}

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
function schedule(job: Job, policy: Policy): Job {
  const nextLookAt = nextLook(job, job.nextLookAt, policy);
  if (job.unpublished.length > 0) return { ...job, nextLookAt };
  return { ...job, nextLookAt, due: { queue: lookQueue(job.origin), at: nextLookAt } };
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
