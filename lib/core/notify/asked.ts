import { foldQueue, gatheredQueue, heldQueue } from '../row.ts';
import { closedAttempts, withAttempt } from './attempts.ts';
import { queueOf, withDue, type Asked, type Delivery, type DeliveryReason } from './delivery.ts';

// What somebody asks of a delivery beyond its schedule.

/** That somebody asked for it; what is left of it when the row is the same again. */
export const withAsked = (row: Delivery, asked: Asked): Delivery => ({
  ...row,
  asked: [...(row.asked ?? []), asked].slice(-10),
});

/**
 * Somebody asks for one more attempt, now, whatever the row has come to: it stays what it is until that arrives. Of a row that
 * is being sent nothing can be changed, and one attempt answers to all who asked before it was made: the same row.
 */
export function askedAgain(row: Delivery, by: string, now: number): Delivery {
  if (row.state === 'sending' || row.resend) return row;
  // A window that is open is closed: that sends what it has.
  if (row.state === 'gathering') return withAsked(withDue(row, now), { at: now, by, how: 'redeliver' });
  const { state, reason, due } = row;
  const resend = { at: now, state, reason, dueAt: due?.at ?? null };
  return withAsked({ ...withDue(row, now), resend }, { at: now, by, how: 'redeliver' });
}

/** It was asked for, and could not even be tried. */
export const untried = (row: Delivery, reason: DeliveryReason, detail: string, now: number): Delivery =>
  givenBack(row, withAttempt(row, { at: now, ms: null, reason, detail, counts: false }));

/** What it was before somebody asked. */
export function givenBack(row: Delivery, attempts = closedAttempts(row)): Delivery {
  const { resend, ...rest } = row;
  const { state, reason, dueAt } = resend!;
  const queue =
    state === 'held'
      ? heldQueue(row.subscription, row.endpoint)
      : state === 'folded'
        ? foldQueue(row.fold!.group)
        : state === 'gathered'
          ? gatheredQueue(row.gathered!.window)
          : queueOf(row);
  return { ...rest, state, reason, attempts, due: dueAt === null ? null : { queue, at: dueAt } };
}
