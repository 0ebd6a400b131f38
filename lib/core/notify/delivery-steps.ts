import { MAX, truncate } from '../jobs/bounds.ts';
import { spread } from '../jobs/due.ts';
import { foldQueue, heldQueue, laterQueue } from '../row.ts';
import { givenBack } from './asked.ts';
import { closedAttempts, withAttempt } from './attempts.ts';
import {
  isDrill,
  TOO_OLD_MS,
  withDue,
  type Attempt,
  type Delivery,
  type DeliveryReason,
  type DeliveryState,
  type Receipt,
} from './delivery.ts';
import type { Target } from './subscription.ts';

// From one state of a delivery to the next: each function answers the row as it is to be saved.

/**
 * Takes the row up: journal first, then send. A row found in `sending` belongs to a worker that died between the two
 * or after both, nobody can know: that attempt is recorded as `uncertain`.
 */
export function claim(row: Delivery, now: number, claimMs: number): Delivery {
  const open: Attempt = { at: now, ms: null, reason: null, detail: '', counts: !row.resend };
  return withDue({ ...row, state: 'sending', attempts: withAttempt(row, open) }, now + claimMs);
}

/** `schedule`: the waits between attempts in milliseconds; one attempt more than waits. */
export function record(row: Delivery, receipt: Receipt, now: number, schedule: readonly number[]): Delivery {
  const reason = receipt.kind === 'sent' ? (receipt.reason ?? 'ok') : receipt.reason;
  const counts = !row.resend && !(receipt.kind === 'retry' && receipt.afterMs !== undefined);
  const attempts = row.attempts.map((a) =>
    a.reason === null
      ? { ...a, ms: now - a.at, reason, detail: truncate(receipt.detail, MAX.text), counts }
      : a,
  );
  if (row.resend && receipt.kind !== 'sent') return givenBack(row, attempts);
  const { resend: _, ...known } = withoutProbe(row);
  const next: Delivery = { ...known, attempts, reason, spent: row.spent + (counts ? 1 : 0) };
  if (receipt.kind === 'sent') return ended(next, 'delivered', reason);
  if (receipt.kind === 'never')
    return isWorthKeeping(row, receipt) ? hold(next, reason) : ended(next, 'failed', reason);
  const wait = receipt.afterMs ?? schedule[next.spent - 1];
  if (wait === undefined) return ended(next, 'failed', reason);
  if (isTooOld(row, now + wait)) return ended(next, 'failed', 'too_old');
  // What the endpoint asked for is a lower bound; our own waits are spread so that retries do not come as a crowd.
  return withDue({ ...next, state: 'retrying' }, receipt.afterMs ? now + wait : spread(row.key, now, wait));
}

/** A drill is worth nothing later. */
const isWorthKeeping = (row: Delivery, receipt: Receipt): boolean =>
  receipt.kind === 'never' && receipt.disable && !isDrill(row);
const withoutProbe = (row: Delivery): Delivery => (row.probe ? { ...row, probe: false } : row);

const isTooOld = (row: Delivery, at: number): boolean =>
  at - (row.resend?.at ?? row.releasedAt ?? row.createdAt) > TOO_OLD_MS;

/** The endpoint is paused: later, no attempt spent. One that is paused again and again does not keep a message for ever. */
export function postpone(row: Delivery, until: number): Delivery {
  if (!isTooOld(row, until)) return withDue(row, until);
  return row.resend ? givenBack(row) : ended(row, 'failed', 'too_old');
}
/** Its worker died. Taking it up says that nobody knows what became of the attempt. */
export const rescued = (row: Delivery, now: number): Delivery => withDue(row, now);
/** The endpoint is disabled or the subscription paused: kept until somebody resumes it, in the order of its making. */
export const hold = (row: Delivery, reason: DeliveryReason): Delivery => ({
  ...withoutProbe(row),
  state: 'held',
  reason,
  attempts: closedAttempts(row),
  due: { queue: heldQueue(row.subscription, row.endpoint), at: row.createdAt },
});
/** Goes out again, before what is younger, with its whole schedule before it. */
export const release = (row: Delivery, now: number): Delivery => ({
  ...withDue(row, row.createdAt),
  state: row.attempts.length > 0 ? 'retrying' : 'pending',
  reason: null,
  spent: 0,
  releasedAt: now,
});
/** Somebody asked for it: it goes out at a time of its own, behind what is due now. */
export const letGo = (row: Delivery, now: number, at: number, probe: boolean): Delivery =>
  withDue({ ...(probe ? releaseToTry(row, now) : release(row, now)) }, at);
/** The same, to find out whether its disabled endpoint works again: the others are kept until then. */
export const releaseToTry = (row: Delivery, now: number): Delivery => ({ ...release(row, now), probe: true });
/** The subscription has a new target: the delivery follows it there, under its own id. */
export const readdress = (row: Delivery, target: Target, now: number): Delivery =>
  withDue({ ...row, endpoint: target.endpoint, shown: target.shown }, now);
/** It was taken, and came back: it did not arrive after all. The same row where that is known, and where it goes out again. */
export function cameBack(row: Delivery, detail: string): Delivery {
  if (row.reason === 'bounced' || row.state === 'held' || row.state === 'pending' || row.resend) return row;
  const attempts = closedAttempts(row).map((attempt, i, { length }) =>
    i < length - 1 ? attempt : { ...attempt, reason: 'bounced' as const, detail: truncate(detail, MAX.text) },
  );
  return ended({ ...withoutProbe(row), attempts }, 'failed', 'bounced');
}
/** Its subscription is gone. */
export const drop = (row: Delivery, reason: 'subscription_removed' | 'unsubscribed'): Delivery =>
  ended(row, 'failed', reason);
/** It was held for longer than anybody needs it. */
export const expired = (row: Delivery, now: number): Delivery => ({
  ...ended(row, 'failed', 'expired'),
  releasedAt: now,
});

/** Not sent: the message of the group tells of it. */
export const folded = (row: Delivery, group: string): Delivery => ({
  ...row,
  state: 'folded',
  fold: { group },
  due: { queue: foldQueue(group), at: row.createdAt },
});
/** That message is on its way to the same target. */
export const foldedInto = (row: Delivery, into: string): Delivery => ({
  ...row,
  fold: { ...row.fold!, into },
  due: null,
});
/** Its message is to show how the jobs of its group stand by then; all else goes first. Null: it is not changed any more. */
export const followed = (row: Delivery, at: number | null): Delivery => ({
  ...row,
  due: at === null ? null : { queue: laterQueue(row.endpoint), at },
});
const ended = (d: Delivery, state: DeliveryState, reason: DeliveryReason): Delivery => ({
  ...d,
  state,
  reason,
  due: null,
});
