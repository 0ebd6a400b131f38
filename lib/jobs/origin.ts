import { cut, MAX } from './bounds.ts';
import { isTrouble, type Observation, type Trouble } from './observation.ts';
import type { Policy } from './policy.ts';
import { PUBLISH_QUEUE, type News, type Row } from './row.ts';
import { troubleWait } from './transition.ts';

export const ORIGIN_EVENTS = ['origin.unreachable', 'origin.recovered'] as const;
export type OriginEventKind = (typeof ORIGIN_EVENTS)[number];

/**
 * What is known of one origin as a whole. Its key is its name. A **spell** runs from the first failed question after an
 * answer to the next answer; its start is the generation of the events about it.
 */
export interface Origin extends Row {
  state: 'ok' | 'troubled' | 'unreachable';
  /** Start of the present or last spell; epoch milliseconds. */
  since: number;
  reason: Trouble['kind'] | null;
  detail: string;
  /** Failed questions in a row. */
  failures: number;
  /** Nothing is asked before this; epoch milliseconds. */
  pausedUntil: number;
  /** Last time it answered about a job; rewritten at most once a minute. Vouches for the route when a job is not found. */
  answeredAt: number;
  /** Outstanding jobs when the news was written. */
  outstanding: number;
  unpublished: News<OriginEventKind>[];
  /** Sequence of the newest news. */
  sequence: number;
}

export const newOrigin = (name: string, now: number): Origin => ({
  key: name,
  version: 0,
  state: 'ok',
  createdAt: now,
  due: null,
  since: 0,
  reason: null,
  detail: '',
  failures: 0,
  pausedUntil: 0,
  answeredAt: 0,
  outstanding: 0,
  unpublished: [],
  sequence: 0,
});

/** What one sweep of an origin learned about the origin itself. */
export interface Tally {
  answered: number;
  /** Failed questions since the last answer. */
  failed: number;
  trouble: Trouble | null;
}
export const NO_TALLY: Tally = { answered: 0, failed: 0, trouble: null };

/** A bare 404 proves nothing either way; any other word about a job shows that origin, route and credentials are right. */
export function tally(sofar: Tally, seen: Observation): Tally {
  if (isTrouble(seen)) return { ...sofar, failed: sofar.failed + 1, trouble: seen };
  const proves = seen.kind !== 'not_asked' && !(seen.kind === 'not_found' && seen.proof === 'bare');
  return proves ? { ...sofar, answered: sofar.answered + 1, failed: 0 } : sofar;
}

/** Whether another job was answered on this origin's route lately, so that a bare 404 can be believed. */
export const witnessed = (row: Origin, seen: Tally, now: number): boolean =>
  seen.answered > 0 || now - row.answeredAt < 10 * ANSWERED_EVERY;

/**
 * When to stop asking in this sweep: at once when throttled (refused calls count against the quota too), after three
 * failures in a row, and after the first one where the last sweep already ended in trouble: that one was the probe.
 */
export function enough(row: Origin, seen: Tally): boolean {
  if (seen.failed === 0 || seen.trouble === null || seen.trouble.kind === 'malformed') return false;
  return seen.trouble.kind === 'throttled' || seen.failed >= (row.state === 'ok' ? 3 : 1);
}

/** How long an answer is good as a witness, and how often it is worth a write. */
const ANSWERED_EVERY = 60_000;

/**
 * What follows for the origin. One answer ends a spell. Trouble without any answer begins one, or carries it on until it
 * is worth reporting. Being throttled is neither: it only pauses. While news is unpublished nothing changes, so that the
 * event can be built from the row however often it takes.
 */
export function assess(row: Origin, seen: Tally, outstanding: number, now: number, policy: Policy): Origin {
  if (row.unpublished.length > 0) return row;
  if (seen.answered > 0) return answered(row, seen, outstanding, now, policy);
  if (!seen.trouble) return row;
  const paused = pause(row, seen.trouble, now, policy);
  if (seen.trouble.kind === 'throttled') return paused;
  const spell: Origin = {
    ...paused,
    reason: seen.trouble.kind,
    detail: cut(seen.trouble.detail, MAX.text),
    ...(row.state === 'ok' ? { state: 'troubled', since: now } : {}),
  };
  const overdue = spell.state === 'troubled' && now - spell.since >= policy.unreachableAfter;
  return overdue
    ? announce({ ...spell, state: 'unreachable', outstanding }, 'origin.unreachable', now)
    : spell;
}

function answered(row: Origin, seen: Tally, outstanding: number, now: number, policy: Policy): Origin {
  const throttled = seen.trouble?.kind === 'throttled';
  const stale = now - row.answeredAt >= ANSWERED_EVERY;
  // Nothing new is no write: an origin that answers is the usual case.
  if (row.state === 'ok' && row.failures === 0 && !stale && !throttled) return row;
  const calm: Origin = { ...row, failures: 0, pausedUntil: 0, state: 'ok' };
  const heard = stale ? { ...calm, answeredAt: now } : calm;
  const next = throttled ? pause(heard, seen.trouble!, now, policy) : heard;
  return row.state === 'unreachable' ? announce({ ...next, outstanding }, 'origin.recovered', now) : next;
}

/** One odd answer about one job (`malformed`) is no reason to stop asking about the others. */
function pause(row: Origin, trouble: Trouble, now: number, policy: Policy): Origin {
  if (trouble.kind === 'malformed') return row;
  const until = now + troubleWait(trouble.retryAfterMs, row.failures, policy);
  return { ...row, failures: row.failures + 1, pausedUntil: Math.max(row.pausedUntil, until) };
}

function announce(row: Origin, kind: OriginEventKind, now: number): Origin {
  const sequence = row.sequence + 1;
  const unpublished = [...row.unpublished, { kind, at: now, sequence }];
  return { ...row, unpublished, sequence, due: { queue: PUBLISH_QUEUE, at: now } };
}

export function publishedOrigin(row: Origin, kinds: readonly string[]): Origin {
  const unpublished = row.unpublished.filter((news) => !kinds.includes(news.kind));
  return { ...row, unpublished, due: unpublished.length > 0 ? row.due : null };
}
