import { DEFAULT_ROLLUP } from '../../core/notify/windows.ts';
import { HOUR, MINUTE, SECOND } from '../../core/notify/retry.ts';

/** What holds for every channel whose messages people read as they come in. */
export const TO_PEOPLE = {
  fold: 'group' as const,
  /**
   * 10 attempts over 15 h 21 min 10 s: what breaks at six in the evening is repaired at nine in the morning. A message
   * to people that is older than that is of no use any more.
   */
  schedule: [10 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 4 * HOUR, 4 * HOUR],
  /** Two exchanges in a row, of 15 s each. */
  claimMs: 60_000,
  words: { most: 2_000 },
  /** A chat takes about one message at a time, and shows them in the order of arrival. */
  concurrency: 1,
  rollup: DEFAULT_ROLLUP,
};
export const TO_PEOPLE_ON_AWS = { timeout: 120, memory: 256, batch: 5, concurrency: 2 };
