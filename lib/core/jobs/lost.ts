import { giveUpAt, lostEvery, spread } from './due.ts';
import type { Job, LostReason } from './job.ts';
import type { NotFound } from './observation.ts';
import type { Policy } from './policy.ts';

/** One more answer that the job is not known. `since` never lies ahead: a clock may have been set back. */
export function countNotFound(job: Job, seen: NotFound, now: number, policy: Policy): Job {
  const { count = 0, since = now } = job.notFound ?? {};
  // An answer without proof keeps the count: it must not help to confirm, and must not undo what was confirmed.
  const more = isProven(seen) ? count + 1 : count;
  const notFound = { count: Math.min(more, policy.notFoundConfirm), since: Math.min(since, now) };
  return { ...job, failing: null, notFound };
}

const isProven = (seen: NotFound): boolean => seen.proof === 'confirmed' || seen.routeConfirmed;

/**
 * Whether a job that the cloud does not know is lost. Confirmed alone is not enough: a record is not deleted before its job
 * has ended, and is kept for a while then. Until that while is over, an origin that does not know the job is in trouble.
 */
export function isLost(job: Job, seen: NotFound, now: number, policy: Policy): boolean {
  const { count, since } = job.notFound ?? { count: 0, since: now };
  const confirmed = isProven(seen)
    ? count >= policy.notFoundConfirm && now - since >= policy.notFoundEvery * (policy.notFoundConfirm - 1)
    : now - since >= policy.notFoundUnconfirmed;
  const knownUntil =
    job.seen === 'never' ? job.createdAt + policy.notFoundGrace : (job.seenAt ?? since) + policy.recordKept;
  return confirmed && now >= knownUntil;
}

/** A job that is gone for long is checked less often: after an outage of an hour its jobs are seen again within minutes. */
export function notFoundWait({ notFound }: Job, now: number, policy: Policy): number {
  const gone = now - (notFound?.since ?? now);
  return Math.max(policy.notFoundEvery, Math.min(gone / 10, policy.checkEveryUnpaid));
}

export function whyGone(job: Job): LostReason {
  if (job.seen === 'awaiting_payment') return 'payment_expired';
  return job.seen === 'running' ? 'expired' : 'unknown';
}

/**
 * A lost job that is found again is not gone: it is checked ever more rarely, until the age at which any job is given up.
 * A mistake shows soon.
 */
export function watchOn(job: Job, now: number, policy: Policy): Job {
  const lostFor = now - (job.detectedAt ?? now);
  const wait = Math.min(Math.max(policy.checkEveryUnpaid, lostFor), lostEvery(policy));
  const at = spread(job.key, now, wait);
  const over = job.lostReason === 'gave_up' || at >= giveUpAt(job, policy);
  return { ...job, nextCheckAt: over ? (job.detectedAt ?? now) : at };
}
