import { createHash } from 'node:crypto';
import type { Job } from './job.ts';
import type { Policy } from './policy.ts';
import { lookQueue, PUBLISH_QUEUE, type Due } from '../row.ts';

/**
 * Spreads looks by up to 10 % so that jobs tracked together do not stay together. Deterministic: derived from the key
 * and the moment, so the same input gives the same next look.
 */
export function spread(key: string, now: number, wait: number): number {
  return now + Math.round(wait * (0.9 + 0.2 * fraction(key, now)));
}

/** Where `at` is a lower bound: never earlier, up to 10 % of the wait later. */
export function spreadAfter(key: string, now: number, at: number): number {
  return Math.ceil(Math.max(at, now) + Math.max(0, at - now) * 0.1 * fraction(key, now));
}

const fraction = (key: string, now: number): number =>
  createHash('sha256').update(`${key} ${now}`).digest().readUInt32BE(0) / 0xffffffff;

/** Never later than the moments at which the clock alone has something to say. */
export function nextLook(job: Job, at: number, policy: Policy): number {
  const overdueAt = job.announced.includes('job.overdue') ? Infinity : deadlineOf(job, policy);
  return Math.min(at, overdueAt, job.createdAt + policy.giveUpAfter);
}

export const deadlineOf = (job: Job, policy: Policy): number =>
  job.deadlineAt ?? job.createdAt + policy.overdueAfter;

/** After the news is out: an outstanding job waits for its next look, an ended one for nothing. */
export function dueWhenPublished(job: Job): Due | null {
  return job.state === 'outstanding' ? { queue: lookQueue(job.origin), at: job.nextLookAt } : null;
}

/** The bus did not take the news: wait among the rows to publish, so that they cannot starve the looks. */
export const dueToPublish = (at: number): Due => ({ queue: PUBLISH_QUEUE, at });
