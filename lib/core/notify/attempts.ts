import type { Attempt, Delivery, DeliveryReason } from './delivery.ts';

/** With one more of the newest 20. */
export const withAttempt = (row: Delivery, attempt: Attempt): Attempt[] =>
  [...closedAttempts(row), attempt].slice(-20);
/** One that a dead worker left open is closed. */
export const closedAttempts = (row: Delivery): Attempt[] =>
  row.state === 'sending' ? closeOpen(row, 'uncertain') : row.attempts;

const closeOpen = (row: Delivery, reason: DeliveryReason): Attempt[] =>
  row.attempts.map((a) =>
    a.reason === null ? { ...a, reason, detail: 'the worker died while sending' } : a,
  );
