import { truncate, MAX } from './bounds.ts';
import { isKnownOdd, troubleWait } from './failing.ts';
import type { Job } from './job.ts';
import { isTrouble, type Observation, type Trouble } from './observation.ts';
import type { Origin, OriginEventKind } from './origin.ts';
import { faster, slower } from './pace.ts';
import type { Policy } from './policy.ts';
import { withNextEntry } from '../outbox.ts';

/** What checks of an origin's jobs have taught about the origin itself, since that was stored. */
export interface Tally {
  answered: number;
  /** Last time in this sweep that it said how a job stands; epoch milliseconds, 0: never. */
  routeConfirmedAt: number;
  /** Failed checks since the last answer. */
  failed: number;
  trouble: Trouble | null;
  /** Odd answers since the last answer. */
  odd: Odd | null;
}
/** Answers that may be the fault of the job itself: a bare 404, or one that cannot be understood. */
interface Odd {
  jobs: string[];
  /** What it is where it is not the job's fault. */
  trouble: Trouble;
  /** When the first of these jobs was answered so for the first time. */
  since: number;
}
export const NO_TALLY: Tally = { answered: 0, routeConfirmedAt: 0, failed: 0, trouble: null, odd: null };

/** What goes on to count once it is stored: the failures in a row, and what confirms the route. */
export const carriedOn = (seen: Tally): Tally => ({
  ...seen,
  answered: 0,
  trouble: seen.failed > 0 ? seen.trouble : null,
});

/**
 * A bare 404 proves nothing either way; any other word about a job shows that origin, route and credentials are right. What
 * goes wrong with one job while others are answered is not the origin's trouble.
 */
export function tally(current: Tally, seen: Observation, job: Job, now: number): Tally {
  const trouble = oddTrouble(seen);
  if ((trouble || (isTrouble(seen) && seen.kind !== 'throttled')) && isKnownOdd(job)) return current;
  if (trouble) return { ...current, odd: oneMore(current.odd, trouble, job, now) };
  if (isTrouble(seen)) return { ...current, failed: current.failed + 1, trouble: seen };
  if (seen.kind === 'not_checked') return current;
  const routeConfirmedAt = seen.kind === 'not_found' ? current.routeConfirmedAt : now;
  return { ...current, answered: current.answered + 1, routeConfirmedAt, failed: 0, odd: null };
}

function oddTrouble(seen: Observation): Trouble | null {
  if (seen.kind === 'malformed') return seen;
  if (seen.kind !== 'not_found' || seen.proof === 'confirmed') return null;
  return { kind: 'misrouted', detail: `no job is found, which says nothing of the jobs: ${seen.detail}` };
}

function oneMore(current: Odd | null, trouble: Trouble, job: Job, now: number): Odd {
  const jobs = [...(current?.jobs ?? []), job.key];
  const since = (trouble.kind === 'malformed' ? job.failing?.since : job.notFound?.since) ?? now;
  return { jobs, trouble, since: Math.min(since, current?.since ?? since, now) };
}

/**
 * Whether another job was answered on this origin's route after `since`. Who is answered so is not in the row of failures that
 * began then, so it is never the job itself.
 */
export const routeConfirmed = (row: Origin, seen: Tally, since: number): boolean =>
  Math.max(row.routeConfirmedAt ?? 0, seen.routeConfirmedAt) > since;

/**
 * When to stop asking in this sweep: at once when throttled (refused calls count against the quota too), after three
 * failures in a row, and after the first one where the last sweep already ended in trouble: that one was the probe. Odd
 * answers count where nothing else is answered.
 */
export function enough(row: Origin, seen: Tally, now: number): boolean {
  if (seen.trouble?.kind === 'throttled') return true;
  if (seen.failed > 0) return seen.failed >= (row.state === 'ok' ? 3 : 1);
  return seen.odd !== null && seen.odd.jobs.length >= 3 && !answersLately(row, now);
}

/**
 * Whether a job that was never asked about is asked although the origin is paused: it may be what is answered, where only the
 * others are odd. Never where the cloud said how long to wait. Where the trouble is certain, a round asks one such job, and none
 * sooner after a failure than after the first of an outage; the back-off of all others goes on as it was.
 */
export function takesNew(row: Origin, seen: Tally, now: number, policy: Policy): boolean {
  if (row.pausedUntil <= now || (row.haltedUntil ?? 0) > now || enough(row, seen, now)) return false;
  // No outage, and yet a pause: too many requests, written before `haltedUntil` was.
  if (row.state === 'ok') return false;
  return isDoubtful(row) || now - (row.pausedAt ?? 0) >= policy.troubleFirst;
}

/** An outage that is made of nothing but odd answers, each of which may be the fault of its job. */
export const isDoubtful = ({ odd = [], reason }: Origin): boolean =>
  odd.length > 0 && (reason === 'misrouted' || reason === 'malformed');

/** How often an answer is worth a write. */
const ANSWERED_EVERY = 60_000;
/** An origin that answers gets a request every half minute, and its last answer is known to the minute. */
const LATELY = 2 * ANSWERED_EVERY;

/** Whether it answers as it should: what is odd then is the fault of a job. */
export const answersLately = (row: Origin, now: number): boolean => now - row.answeredAt < LATELY;

/** What an origin's jobs look like as they wait: how many, and the earliest time at which one was to be checked. */
export interface Waiting {
  count: number;
  earliest: number | null;
}

/**
 * What follows for the origin. One answer ends an outage. Trouble without any answer begins one, or carries it on until it
 * is worth reporting. Being throttled is neither: it pauses and slows down. While the outbox is not empty nothing changes, so
 * that the event can be built from the row however often it takes.
 */
export function assess(
  row: Origin,
  seen: Tally,
  waiting: Waiting,
  now: number,
  policy: Policy,
  maxRate: number,
): Origin {
  if (row.outbox.length > 0) return row;
  if (seen.answered > 0) {
    const heard = answered(row, seen, now);
    return report(row, pacedAfterAnswer(heard, seen, now, policy, maxRate), seen, null, waiting, now, policy);
  }
  if (seen.trouble) {
    const next = paused(troubled(row, seen.trouble, now), seen.trouble, now, policy, maxRate);
    return report(row, next, seen, seen.trouble, waiting, now, policy);
  }
  const { row: next, trouble } = odd(row, seen.odd, waiting, now);
  const last = trouble ? paused(next, trouble, now, policy, maxRate) : next;
  return report(row, last, seen, trouble, waiting, now, policy);
}

function answered(row: Origin, seen: Tally, now: number): Origin {
  const isOld = (at: number): boolean => now - at >= ANSWERED_EVERY;
  const isConfirmed = seen.routeConfirmedAt > 0 && isOld(row.routeConfirmedAt ?? 0);
  const heard =
    isConfirmed || isOld(row.answeredAt)
      ? {
          ...row,
          answeredAt: now,
          routeConfirmedAt: Math.max(row.routeConfirmedAt ?? 0, seen.routeConfirmedAt),
        }
      : row;
  // Nothing new is no write: an origin that answers is the usual case.
  if (row.state === 'ok' && row.failures === 0) return heard;
  const failures = seen.trouble?.kind === 'throttled' ? row.failures : 0;
  // What it said of how long to wait is over with the pause: another outage is another one.
  const halt = row.haltedUntil === undefined ? {} : { haltedUntil: 0 };
  return { ...heard, ...halt, state: 'ok', failures, pausedUntil: 0, answeredAt: now, odd: [] };
}

function troubled(row: Origin, trouble: Trouble, now: number, since = now): Origin {
  if (trouble.kind === 'throttled') return row;
  const emitted = since === row.since ? row.emitted : [];
  const outage: Partial<Origin> = row.state === 'ok' ? { state: 'troubled', since, emitted, odd: [] } : {};
  return { ...row, ...outage, reason: trouble.kind, detail: truncate(trouble.detail, MAX.text) };
}

/** Of how many jobs the odd answers are believed to be the origin's trouble: of one alone where it has no other. */
const BELIEVED = 2;

/**
 * Odd answers without any other. Of a single job they say nothing of the origin, and are left to that job; `trouble` is what
 * they are where they are the origin's. That was so since the first of them, or since it last answered.
 */
function odd(
  row: Origin,
  found: Odd | null,
  waiting: Waiting,
  now: number,
): { row: Origin; trouble: Trouble | null } {
  if (!found) return { row, trouble: null };
  if (row.state === 'ok' && answersLately(row, now)) return { row, trouble: null };
  const next = troubled(row, found.trouble, now, Math.max(found.since, row.answeredAt));
  const jobs = [...new Set([...(next.odd ?? []), ...found.jobs])].slice(0, BELIEVED);
  const believed = jobs.length >= Math.min(BELIEVED, waiting.count);
  return { row: { ...next, odd: jobs }, trouble: believed ? found.trouble : null };
}

function pacedAfterAnswer(row: Origin, seen: Tally, now: number, policy: Policy, maxRate: number): Origin {
  if (seen.trouble?.kind === 'throttled') return paused(row, seen.trouble, now, policy, maxRate);
  const pace = faster(row.pace, now, maxRate);
  return pace === row.pace ? row : { ...row, pace };
}

/** Pauses after trouble, and goes slower where the trouble is too many requests. */
function paused(row: Origin, trouble: Trouble, now: number, policy: Policy, maxRate: number): Origin {
  const isTold = trouble.kind === 'throttled' || trouble.retryAfterMs !== undefined;
  // Who was asked in the middle of the pause does not make it longer: others would wait for as long as new jobs come.
  if (row.pausedUntil > now && row.state !== 'ok' && !isTold) return { ...row, pausedAt: now };
  const until = now + troubleWait(trouble.retryAfterMs, row.failures, policy);
  return {
    ...row,
    failures: row.failures + 1,
    pausedUntil: Math.max(row.pausedUntil, until),
    pausedAt: now,
    ...(isTold && { haltedUntil: Math.max(row.haltedUntil ?? 0, until) }),
    pace: trouble.kind === 'throttled' ? slower(row.pace, trouble, now, maxRate) : row.pace,
  };
}

/** What is worth an event: once an outage each. `trouble` is that of the origin as a whole. */
function report(
  before: Origin,
  row: Origin,
  seen: Tally,
  trouble: Trouble | null,
  waiting: Waiting,
  now: number,
  policy: Policy,
): Origin {
  const outstanding = waiting.count;
  if (before.state === 'unreachable' && row.state === 'ok')
    return emit({ ...row, outstanding }, 'origin.recovered', now);
  const asked = trouble !== null && trouble.kind !== 'throttled';
  // What has only just begun is not reported, whenever its first job was in trouble.
  const lasted =
    before.state === 'troubled' && row.state === 'troubled' && now - row.since >= policy.unreachableAfter;
  const reported =
    asked && lasted ? emit({ ...row, state: 'unreachable', outstanding }, 'origin.unreachable', now) : row;
  return atRisk(reported, seen, waiting, now, policy);
}

/**
 * Nobody has seen these jobs for so long that the cloud may delete the record of an end before it is seen: because nothing
 * is answered, or because they are checked more slowly than they come in.
 */
function atRisk(row: Origin, seen: Tally, waiting: Waiting, now: number, policy: Policy): Origin {
  const lastSeen = seen.answered > 0 ? now : row.answeredAt || row.createdAt;
  const unseenSince = Math.min(lastSeen, waiting.earliest ?? now);
  const risk = waiting.count > 0 && now - unseenSince >= policy.atRiskAfter;
  if (!risk || row.emitted.includes('origin.at_risk')) return row;
  const outage: Partial<Origin> =
    row.state === 'ok'
      ? { since: unseenSince, reason: 'throttled', detail: 'checked too slowly', emitted: [] }
      : {};
  return emit({ ...row, ...outage, outstanding: waiting.count }, 'origin.at_risk', now);
}

const emit = (row: Origin, kind: OriginEventKind, now: number): Origin =>
  withNextEntry({ ...row, emitted: [...row.emitted, kind] }, kind, now);
