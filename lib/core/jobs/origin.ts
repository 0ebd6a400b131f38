import type { Trail } from '../discover/trail.ts';
import { longestWait } from './due.ts';
import type { Trouble } from './observation.ts';
import { NEW_PACE, type Pace } from './pace.ts';
import type { Policy } from './policy.ts';
import type { OutboxEntry, Row } from '../row.ts';

export const ORIGIN_EVENTS = ['origin.unreachable', 'origin.recovered', 'origin.at_risk'] as const;
export type OriginEventKind = (typeof ORIGIN_EVENTS)[number];

/**
 * What is known of one origin as a whole. Its key is its name. An **outage** runs from the first failed check after an
 * answer to the next answer; its start is the generation of the events about it.
 */
export interface Origin extends Row {
  state: 'ok' | 'troubled' | 'unreachable';
  /** Start of the present or last outage; epoch milliseconds. */
  since: number;
  reason: Trouble['kind'] | null;
  detail: string;
  /** Failed checks in a row. */
  failures: number;
  /** No request is sent before this; epoch milliseconds. */
  pausedUntil: number;
  /** When a check failed last: a time to come means that the clock has been set back since. */
  pausedAt?: number;
  /** Not even a job that is new is asked about before this: the cloud said how long to wait. Epoch milliseconds. */
  haltedUntil?: number;
  /** Last time it answered about a job; rewritten at most once a minute. */
  answeredAt: number;
  /** Last time it said how a job stands; as often. Confirms the route when another job is not found. */
  routeConfirmedAt?: number;
  /** Jobs whose answers, each odd on its own, make up this outage: one may be odd itself, two are the origin's trouble. */
  odd?: string[];
  /** Outstanding jobs when the newest entry of the outbox was written. */
  outstanding: number;
  /** What else there was to say of it then. */
  about?: AboutOrigin;
  outbox: OutboxEntry<OriginEventKind>[];
  /** Sequence of the newest entry of the outbox. */
  sequence: number;
  /** The events of the present or last outage. */
  emitted: OriginEventKind[];
  pace: Pace;
  /** Which worker alone checks its jobs; null or missing where there is only one. */
  lease?: Lease | null;
  /** Only of what jobs are found by: how far its records have been read. */
  trail?: Trail;
}

/** Who has to see to an origin in trouble finds it by this. */
export interface AboutOrigin {
  service: string;
  cloud: string;
  region: string;
  projectId: string;
  consoleUrl?: string;
  credentials: CredentialsKind;
  /** Names of jobs that wait, or their ids; those that are due first. */
  jobs: string[];
  /** From then on the cloud may have deleted the record of an end that nobody has seen; epoch milliseconds. */
  recordsUntil: number;
}
export const CREDENTIALS = ['keys', 'temporary_keys', 'password', 'token', 'client'] as const;
export type CredentialsKind = (typeof CREDENTIALS)[number];
/** Jobs that an event of an origin names. */
export const NAMED_JOBS = 5;

/** Keeps workers from making the same checks. It saves calls; correctness never depends on it. */
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
  outbox: [],
  sequence: 0,
  emitted: [],
  pace: NEW_PACE,
});

/** A worker lives no longer than this; a lease that ends later was taken by a clock that has been set back since. */
const LONGEST_LEASE_MS = 900_000;

/** Whether another worker checks this origin's jobs now. */
export const isLeased = ({ lease }: Origin, by: string, now: number): boolean =>
  lease ? lease.holder !== by && lease.until > now && lease.until - now <= LONGEST_LEASE_MS : false;

/**
 * The row without times that lie ahead of a clock that has been set back: none of them may keep an origin from being checked,
 * or confirm a route.
 */
export function timely(row: Origin, now: number, policy: Policy): Origin {
  const { pace } = row;
  const times = [row.since, row.answeredAt, row.routeConfirmedAt, row.pausedAt, pace.changedAt, pace.limitAt];
  const ahead = Math.max(...times.map((at) => at ?? 0)) > now;
  if (!ahead && row.pausedUntil - now <= longestWait(policy)) return row;
  const past = (at: number): number => Math.min(at, now);
  return {
    ...row,
    pausedUntil: past(row.pausedUntil),
    pausedAt: past(row.pausedAt ?? 0),
    haltedUntil: past(row.haltedUntil ?? 0),
    since: past(row.since),
    answeredAt: past(row.answeredAt),
    routeConfirmedAt:
      row.routeConfirmedAt !== undefined && row.routeConfirmedAt <= now ? row.routeConfirmedAt : 0,
    pace: { ...pace, changedAt: past(pace.changedAt), limitAt: past(pace.limitAt) },
  };
}
