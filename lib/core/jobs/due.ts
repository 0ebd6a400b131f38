import { hash } from 'node:crypto';
import type { Job } from './job.ts';
import { NOTHING_LEARNT, startOf as beganAt, type LearntOf } from './learnt.ts';
import { LONGEST_RETRY_AFTER, type Policy } from './policy.ts';
import { checkQueue, PUBLISH_QUEUE, type Due } from '../row.ts';

/** A wait is made longer or shorter by up to this share. */
const SPREAD = 0.1;

/**
 * Spreads checks by up to 10 % so that jobs tracked together do not stay together. Deterministic: derived from the key
 * and the moment, so the same input gives the same next check.
 */
export function spread(key: string, now: number, wait: number): number {
  return now + Math.round(wait * (1 - SPREAD + 2 * SPREAD * fraction(key, now)));
}

/** Where `at` is a lower bound: never earlier, up to 10 % of the wait later. */
export function spreadAfter(key: string, now: number, at: number): number {
  return Math.ceil(Math.max(at, now) + Math.max(0, at - now) * SPREAD * fraction(key, now));
}

const fraction = (key: string, now: number): number =>
  parseInt(hash('sha256', `${key} ${now}`).slice(0, 8), 16) / 0xffffffff;

/** Never later than the moments at which the clock alone has something to say. */
export function nextCheck(job: Job, at: number, policy: Policy, learnt: LearntOf = NOTHING_LEARNT): number {
  const overdueAt = job.emitted.includes('job.overdue') ? Infinity : deadlineOf(job, policy, learnt);
  return Math.min(at, overdueAt, giveUpAt(job, policy));
}

/** While a job waits for payment its clock stands still. */
const startOf = (job: Job): number => job.unpaidAt ?? job.createdAt;

/**
 * A job that waits for payment has no deadline yet; what it was given counts from payment. One that was given none is overdue
 * where such jobs have ended, as far as that is learnt.
 */
export function deadlineOf(job: Job, policy: Policy, learnt: LearntOf = NOTHING_LEARNT): number {
  if (job.seen === 'awaiting_payment') return Infinity;
  const usual = job.deadlineAt === null && job.unpaidAt === undefined ? usualEnd(job, policy, learnt) : null;
  return usual ?? (job.deadlineAt ?? job.createdAt + policy.overdueAfter) + startOf(job) - job.createdAt;
}

/** Not before the cloud said what kind of job it is. */
function usualEnd(job: Job, policy: Policy, learnt: LearntOf): number | null {
  const p99 = policy.overdueAuto && job.report ? (learnt(job.report.jobType ?? '')?.p99() ?? null) : null;
  return p99 === null ? null : beganAt(job) + p99;
}

/** Not before the cloud has been silent about it for as long as it keeps the record of an end. */
export const giveUpAt = (job: Job, policy: Policy): number =>
  Math.max(startOf(job) + policy.giveUpAfter, (job.seenAt ?? 0) + policy.recordKept);

/** Between checks of a lost job: often enough to see its end while the cloud keeps the record of it. */
export const lostEvery = (policy: Policy): number => Math.max(policy.checkEvery, policy.recordKept / 24);

/**
 * No check is put off for longer. One that is due later than this from now was put there by a clock that has been set back
 * since.
 */
export const longestWait = (policy: Policy): number =>
  (1 + SPREAD) *
  Math.max(
    LONGEST_RETRY_AFTER,
    policy.firstCheck,
    policy.checkEvery,
    policy.checkGapMax,
    policy.checkEveryUnpaid,
    policy.troubleMax,
    policy.notFoundEvery,
    lostEvery(policy),
  );

/** Whether it is checked again: it is outstanding, or lost and may be found. */
export const isWatched = (job: Job): boolean =>
  job.state === 'outstanding' || (job.state === 'lost' && job.nextCheckAt > (job.detectedAt ?? 0));

/** After the outbox is published: a job that is watched waits for its next check, any other for nothing. */
export function dueWhenPublished(job: Job): Due | null {
  return isWatched(job) ? { queue: checkQueue(job.origin), at: job.nextCheckAt } : null;
}

/** The bus refused the events: wait among the rows to publish, so that they cannot starve the checks. */
export const dueToPublish = (at: number): Due => ({ queue: PUBLISH_QUEUE, at });

/** Its next check is due at this time, whatever was planned. */
export const checkAt = (job: Job, at: number): Job => ({
  ...job,
  nextCheckAt: at,
  due: { queue: checkQueue(job.origin), at },
});
