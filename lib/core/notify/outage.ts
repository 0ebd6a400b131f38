import type { TargetEventKind } from '../jobs/event-kinds.ts';
import type { TargetFact } from '../jobs/target-data.ts';
import { withNextEntry } from '../outbox.ts';
import type { OutboxEntry, Row } from '../row.ts';
import type { Delivery } from './delivery.ts';

/** What waits to be published of a target. A row of an earlier version says the rest itself. */
export type TargetEntry = OutboxEntry<TargetEventKind> & Partial<TargetFact>;

/** A row that knows since when nothing arrives at its target. */
export interface WithOutage extends Row {
  /** From the first failure to the next message that arrives; none: the last one arrived. */
  outage?: Outage | null;
  /** The trouble that was reported and whose end was not. */
  reported?: Pick<TargetFact, 'since' | 'reason'> | null;
  /** Deliveries given up that no event has counted, and when one was last told of. */
  givenUp?: { uncounted: number; toldAt: number };
  outbox: TargetEntry[];
  sequence: number;
}
export interface Outage {
  /** Epoch milliseconds. It names the outage in what is told of it. */
  since: number;
  /** What of it was told. */
  failing?: true;
  givenUp?: true;
}

/** How long failures last before something follows from them. Milliseconds. */
export interface Patience {
  /** Until it is told of. */
  failingAfter: number;
  /** Until the target is disabled. */
  disableAfter: number;
}

/** A receiver that refuses every other message has an outage at each: one message in this time says how many. */
const GIVEN_UP_EVERY_MS = 3_600_000;

/** Puts something about the target into its outbox, as it is now: what happens until it is published changes nothing of it. */
export function tell<R extends WithOutage>(row: R, kind: TargetEventKind, at: number, fact: TargetFact): R {
  return withNextEntry(row, kind, at, fact);
}

/** Trouble of the target as a whole: somebody waits to hear that it is over. */
export function report<R extends WithOutage>(
  row: R,
  kind: 'subscription.failing' | 'subscription.disabled',
  at: number,
  fact: TargetFact,
): R {
  const { since, reason } = fact;
  return tell({ ...row, reported: row.reported ?? { since, reason } }, kind, at, fact);
}

/** An attempt failed. `ended`: the delivery, where that was its last one; `refused`: of this message alone. */
export interface Failure {
  reason: string;
  ended: Delivery | null;
  refused: boolean;
}

/** The row after an attempt that failed, whatever for. The same row where nothing new follows. */
export function withFailure<R extends WithOutage>(row: R, failure: Failure, now: number, after: Patience): R {
  // What began later than now was written by a clock that has been set back since.
  const since = Math.min(row.outage?.since ?? now, now);
  let next: R = row.outage?.since === since ? row : { ...row, outage: { ...row.outage, since } };
  const isFailing = (failure.ended && !failure.refused) || now - since >= after.failingAfter;
  if (isFailing && row.state === 'ok' && !next.outage?.failing) {
    const outage = { ...next.outage, since, failing: true as const };
    next = report({ ...next, outage }, 'subscription.failing', now, { reason: failure.reason, since });
  }
  return failure.ended ? withGivenUp(next, failure.ended, failure.reason, now) : next;
}

/**
 * A delivery is given up: told of once in an outage and at most once an hour, with how many there were since the last time.
 * One that was held for too long says nothing of its target, and begins no outage.
 */
export function withGivenUp<R extends WithOutage>(row: R, ended: Delivery, reason: string, now: number): R {
  const { uncounted = 0, toldAt = -Infinity } = row.givenUp ?? {};
  const givenUp = uncounted + 1;
  const isTold = row.outage?.givenUp || (now >= toldAt && now - toldAt < GIVEN_UP_EVERY_MS);
  if (isTold) return { ...row, givenUp: { uncounted: givenUp, toldAt } };
  const { id, event } = ended;
  const outage = row.outage ? { ...row.outage, givenUp: true as const } : null;
  return tell({ ...row, outage, givenUp: { uncounted: 0, toldAt: now } }, 'delivery.failed', now, {
    reason,
    since: row.outage?.since ?? ended.createdAt,
    givenUp,
    delivery: { id, event: event.metadata.id, kind: event.kind, subject: event.subject },
  });
}

/** Those that no event has counted: the one that tells of the outage as a whole does. */
export function counted<R extends WithOutage>(row: R): { row: R; givenUp: number } {
  const givenUp = row.givenUp?.uncounted ?? 0;
  return givenUp === 0
    ? { row, givenUp }
    : { row: { ...row, givenUp: { ...row.givenUp!, uncounted: 0 } }, givenUp };
}

/** A message arrived. The same row where nothing was wrong. */
export function withSuccess<R extends WithOutage>(row: R, now: number): R {
  if (!row.outage && !row.reported) return row;
  const over = { ...row, outage: null, reported: null };
  if (!row.reported) return over;
  const { row: next, givenUp } = counted(over);
  return tell(next, 'subscription.recovered', now, { ...row.reported, givenUp });
}
