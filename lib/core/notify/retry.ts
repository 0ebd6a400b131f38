export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/**
 * How long an endpoint as a whole is left alone after the first, second, third ... time in a row that it let us wait without
 * an answer. One message at a time finds out whether it answers again, and whatever it answers ends this.
 */
export const PAUSES: readonly number[] = [
  30 * SECOND,
  MINUTE,
  2 * MINUTE,
  5 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
];
export const pauseAfter = (timesInARow: number): number =>
  PAUSES[Math.min(timesInARow, PAUSES.length) - 1] ?? 0;

/** The wait in an endpoint's own `Retry-After` is heeded up to this. */
export const LONGEST_WAIT_MS = 24 * HOUR;
