import { seesEvent } from '../access/token.ts';
import { PING } from '../jobs/event-kinds.ts';
import type { Event } from '../jobs/event.ts';
import { isJobEvent } from '../jobs/event.ts';
import type { EventRow } from '../jobs/event-row.ts';
import { EXPIRE_QUEUE, type Row } from '../row.ts';
import { isSuccess, type Asked, type Delivery, type DeliveryReason } from './delivery.ts';
import { isDrillEvent } from './drill.ts';

/** States in which a delivery waits for somebody. */
export const RECOVERABLE = ['failed', 'held'] as const;
export type Recoverable = (typeof RECOVERABLE)[number];

/**
 * Many deliveries that somebody asked for: a walk along the feed of events, from a time to a time. `recover` lets go what of
 * them failed or is held; `replay` sends them to a subscription that has not had them. The row says how far it has come, so
 * the next process goes on there; what is done to a delivery is marked on that, so doing a part twice changes nothing.
 */
export interface Recovery extends Row {
  state: 'running' | 'done' | 'stopped';
  how: 'recover' | 'replay';
  /** The name of a token, or `command line`. */
  by: string;
  /** The key of that token, which sees what it asked for. */
  token: string;
  which: Which;
  /** At most this many go out in a second. */
  perSecond: number;
  /** It walks twice, since failures go first: `good` is the second time, for successes. Left out: all the others. */
  pass?: 'good';
  /** The event up to which it has come; null: none. */
  upTo: string | null;
  /** When that was stored; epoch milliseconds. */
  reachedAt: number;
  /** When the next message may go out; epoch milliseconds. */
  slotAt: number;
  /** Disabled endpoints that it found; each is tried with one message. */
  tried: string[];
  progress: Progress;
  /** Epoch milliseconds. */
  endedAt: number | null;
}

/** What is meant. Of a replay the subscription is always given, and states and reasons never. */
export interface Which {
  /** Only events that were stored from then on; epoch milliseconds. */
  since: number;
  /** And not later than this. */
  until: number;
  subscription?: string;
  states?: readonly Recoverable[];
  reasons?: readonly DeliveryReason[];
  /** Only of jobs that have all of these. */
  labels?: Readonly<Record<string, string>>;
  /** Only of jobs of these projects; null: whatever there is. */
  projects: string[] | null;
}

export interface Progress {
  /** Events that were looked at. */
  events: number;
  /** Deliveries that go out. */
  sent: number;
  /** Those that wait until their subscription is resumed, or until their disabled target takes the one that is tried. */
  kept: number;
  /** Of a replay: those that the subscription has already. */
  present: number;
  /** Why others cannot be sent, and how many. */
  skipped: Partial<Record<Skipped, number>>;
}
export type Skipped = 'subscription_removed' | 'unsubscribed' | 'being_sent';

/** What came of one delivery. */
export type Outcome = 'sent' | 'kept' | 'present' | Skipped;

/** One event more was looked at. */
export function counted(progress: Progress, outcomes: readonly Outcome[]): Progress {
  const next = { ...progress, events: progress.events + 1, skipped: { ...progress.skipped } };
  for (const outcome of outcomes) {
    if (outcome === 'sent' || outcome === 'kept' || outcome === 'present') next[outcome] += 1;
    else next.skipped[outcome] = (next.skipped[outcome] ?? 0) + 1;
  }
  return next;
}

export const NO_PROGRESS: Progress = { events: 0, sent: 0, kept: 0, present: 0, skipped: {} };

/** The queue of those that are to go on. */
export const RECOVER_QUEUE = 'recover';
/** How long one that has ended is shown. */
export const SHOWN_MS = 30 * 24 * 3_600_000;

export const newRecovery = (
  id: string,
  asked: Pick<Recovery, 'how' | 'by' | 'token' | 'which' | 'perSecond'>,
  now: number,
): Recovery => ({
  key: id,
  version: 0,
  state: 'running',
  createdAt: now,
  due: { queue: RECOVER_QUEUE, at: now },
  ...asked,
  upTo: null,
  reachedAt: asked.which.since,
  slotAt: now,
  tried: [],
  progress: NO_PROGRESS,
  endedAt: null,
});

export const newRecoveryId = (hex: string): string => `rcv_${hex}`;

/** A page of events was looked at. The next is due when its messages may be let go, that long before they go out. */
export const wentOn = (
  row: Recovery,
  step: Pick<Recovery, 'upTo' | 'reachedAt' | 'slotAt' | 'tried' | 'progress'>,
  aheadMs: number,
): Recovery => waited({ ...row, ...step }, step.slotAt - aheadMs);
/** All the others have been let go: from the beginning, for the successes. */
export const secondTime = (row: Recovery): Recovery => ({
  ...row,
  pass: 'good',
  upTo: null,
  reachedAt: row.which.since,
});
/** Whether an event is looked at this time. */
export const isItsTurn = ({ pass }: Pick<Recovery, 'pass'>, { event }: EventRow): boolean =>
  isSuccess(event) === (pass === 'good');
/** Nothing can be done before `at`. */
export const waited = (row: Recovery, at: number): Recovery => ({
  ...row,
  due: { queue: RECOVER_QUEUE, at },
});
export const ended = (row: Recovery, state: 'done' | 'stopped', now: number): Recovery => ({
  ...row,
  state,
  endedAt: now,
  due: { queue: EXPIRE_QUEUE, at: now + SHOWN_MS },
});

/** A test or a drill is worth nothing later. */
export function wantsEvent(which: Which, { event, createdAt }: EventRow): boolean {
  const isInTime = createdAt >= which.since && createdAt <= which.until;
  return (
    isInTime &&
    event.kind !== PING &&
    !isDrillEvent(event) &&
    seesEvent(which, event) &&
    hasLabels(which.labels, event)
  );
}

function hasLabels(labels: Which['labels'], event: Event): boolean {
  const wanted = Object.entries(labels ?? {});
  if (wanted.length === 0) return true;
  const has: Readonly<Record<string, string>> = isJobEvent(event) ? event.data.job.labels : {};
  return wanted.every(([name, value]) => Object.hasOwn(has, name) && has[name] === value);
}

/** Whether a recovery means this delivery. */
export function wantsDelivery(
  { subscription, states = RECOVERABLE, reasons }: Which,
  row: Delivery,
): boolean {
  if (subscription !== undefined && row.subscription !== subscription) return false;
  if (!(states as readonly string[]).includes(row.state)) return false;
  return reasons === undefined || (row.reason !== null && reasons.includes(row.reason));
}

/** `event`: it was found by that one. */
export const isPartOf = (row: Delivery, recovery: string, event?: string): boolean =>
  row.asked?.some((one) => one.recovery === recovery && (event === undefined || one.event === event)) ??
  false;

export const askedBy = ({ key, by, how }: Pick<Recovery, 'key' | 'by' | 'how'>, now: number): Asked => ({
  at: now,
  by,
  how,
  recovery: key,
});

/** When a message goes out, and when the next one may. */
export const nextSlot = (slotAt: number, perSecond: number, now: number): { at: number; after: number } => {
  const at = Math.max(slotAt, now);
  return { at, after: at + 1_000 / perSecond };
};
