import { cut, MAX } from './bounds.ts';
import { isTrouble, type Observation, type Trouble } from './observation.ts';
import { faster, NEW_PACE, slower, type Pace } from './pace.ts';
import type { Policy } from './policy.ts';
import { PUBLISH_QUEUE, type News, type Row } from '../row.ts';
import { troubleWait } from './transition.ts';

export const ORIGIN_EVENTS = ['origin.unreachable', 'origin.recovered', 'origin.at_risk'] as const;
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
  /** What was announced of the present or last spell. */
  said: OriginEventKind[];
  pace: Pace;
  /** Which worker asks it alone; null or missing where there is only one. */
  lease?: Lease | null;
}

/** Keeps workers from asking the same questions. It saves calls; correctness never depends on it. */
export interface Lease {
  /** Names a worker. */
  holder: string;
  /** Epoch milliseconds. */
  until: number;
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
  said: [],
  pace: NEW_PACE,
});

/** Whether another worker asks this origin now. */
export const isLeased = ({ lease }: Origin, by: string, now: number): boolean =>
  lease ? lease.holder !== by && lease.until > now : false;

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

/** What an origin's jobs look like as they wait: how many, and the earliest time at which one was to be looked at. */
export interface Waiting {
  count: number;
  earliest: number | null;
}

/**
 * What follows for the origin. One answer ends a spell. Trouble without any answer begins one, or carries it on until it
 * is worth reporting. Being throttled is neither: it pauses and slows down. While news is unpublished nothing changes, so
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
  if (row.unpublished.length > 0) return row;
  const next = seen.answered > 0 ? answered(row, seen, now) : seen.trouble ? troubled(row, seen, now) : row;
  const paced = pacedBy(next, seen, now, policy, maxRate);
  return report(row, paced, seen, waiting, now, policy);
}

function answered(row: Origin, seen: Tally, now: number): Origin {
  const heard = now - row.answeredAt >= ANSWERED_EVERY ? { ...row, answeredAt: now } : row;
  // Nothing new is no write: an origin that answers is the usual case.
  if (row.state === 'ok' && row.failures === 0) return heard;
  const failures = seen.trouble?.kind === 'throttled' ? row.failures : 0;
  return { ...heard, state: 'ok', failures, pausedUntil: 0 };
}

function troubled(row: Origin, { trouble }: Tally, now: number): Origin {
  if (!trouble || trouble.kind === 'throttled') return row;
  const spell: Partial<Origin> = row.state === 'ok' ? { state: 'troubled', since: now, said: [] } : {};
  return { ...row, ...spell, reason: trouble.kind, detail: cut(trouble.detail, MAX.text) };
}

/** Pauses after trouble, and goes slower or faster. One odd answer about one job is no reason to stop asking. */
function pacedBy(row: Origin, seen: Tally, now: number, policy: Policy, maxRate: number): Origin {
  const { trouble } = seen;
  const throttled = trouble?.kind === 'throttled';
  if (!throttled && seen.answered > 0) {
    const pace = faster(row.pace, now, maxRate);
    return pace === row.pace ? row : { ...row, pace };
  }
  if (!trouble || trouble.kind === 'malformed') return row;
  const until = now + troubleWait(trouble.retryAfterMs, row.failures, policy);
  return {
    ...row,
    failures: row.failures + 1,
    pausedUntil: Math.max(row.pausedUntil, until),
    pace: throttled ? slower(row.pace, trouble, now, maxRate) : row.pace,
  };
}

/** What is worth an event: once a spell each. */
function report(
  before: Origin,
  row: Origin,
  seen: Tally,
  waiting: Waiting,
  now: number,
  policy: Policy,
): Origin {
  const outstanding = waiting.count;
  if (before.state === 'unreachable' && row.state === 'ok')
    return announce({ ...row, outstanding }, 'origin.recovered', now);
  const asked = seen.trouble !== null && seen.trouble.kind !== 'throttled';
  const lasted = asked && row.state === 'troubled' && now - row.since >= policy.unreachableAfter;
  const reported = lasted
    ? announce({ ...row, state: 'unreachable', outstanding }, 'origin.unreachable', now)
    : row;
  return atRisk(reported, seen, waiting, now, policy);
}

/**
 * Nobody has seen these jobs for so long that the cloud may delete the record of an end before it is seen: because nothing
 * is answered, or because they are asked about more slowly than they come in.
 */
function atRisk(row: Origin, seen: Tally, waiting: Waiting, now: number, policy: Policy): Origin {
  const lastSeen = seen.answered > 0 ? now : row.answeredAt || row.createdAt;
  const unseenSince = Math.min(lastSeen, waiting.earliest ?? now);
  const risk = waiting.count > 0 && now - unseenSince >= policy.atRiskAfter;
  if (!risk || row.said.includes('origin.at_risk')) return row;
  const spell: Partial<Origin> =
    row.state === 'ok'
      ? { since: unseenSince, reason: 'throttled', detail: 'asked too slowly', said: [] }
      : {};
  return announce({ ...row, ...spell, outstanding: waiting.count }, 'origin.at_risk', now);
}

function announce(row: Origin, kind: OriginEventKind, now: number): Origin {
  const sequence = row.sequence + 1;
  const unpublished = [...row.unpublished, { kind, at: now, sequence }];
  const said = [...row.said, kind];
  return { ...row, unpublished, sequence, said, due: { queue: PUBLISH_QUEUE, at: now } };
}

export function publishedOrigin(row: Origin, kinds: readonly string[]): Origin {
  const unpublished = row.unpublished.filter((news) => !kinds.includes(news.kind));
  return { ...row, unpublished, due: unpublished.length > 0 ? row.due : null };
}
