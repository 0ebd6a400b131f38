import type { ChannelName } from './subscription.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

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

/**
 * Waits between the attempts of one delivery, in milliseconds; one attempt more than waits. What an endpoint asks for
 * itself (`Retry-After`) comes on top and costs no attempt.
 */
export const SCHEDULES: Readonly<Record<ChannelName, readonly number[]>> = {
  /**
   * The example schedule of Standard Webhooks: 10 attempts over 75 h 35 min 5 s. A receiver that breaks on a Friday
   * evening is repaired on Monday morning, and a program wants the event even then.
   */
  webhook: [
    5 * SECOND,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    24 * HOUR,
  ],
  /**
   * 10 attempts over 15 h 21 min 10 s: what breaks at six in the evening is repaired at nine in the morning. A message
   * to people that is older than that is no news any more.
   */
  slack: [10 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 4 * HOUR, 4 * HOUR],
  /**
   * 10 attempts over 15 h 51 min, for the same reason. The first waits suit greylisting, which turns every first attempt
   * away and lets a later one pass after 1 to 5 minutes, seldom 15 and more.
   */
  email: [MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 4 * HOUR, 4 * HOUR],
};
