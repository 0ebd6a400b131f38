import { HOUR, MINUTE, SECOND } from '../../../core/notify/retry.ts';
import { configured, type ChannelDefinition } from '../definition.ts';
import { secretUrlField } from '../url-field.ts';

export const slack: ChannelDefinition = {
  /**
   * 10 attempts over 15 h 21 min 10 s: what breaks at six in the evening is repaired at nine in the morning. A message
   * to people that is older than that is no news any more.
   */
  schedule: [10 * SECOND, MINUTE, 5 * MINUTE, 15 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 4 * HOUR, 4 * HOUR],
  /** Two exchanges in a row, of 15 s each. */
  claimMs: 60_000,
  /** It takes about one message a second and channel, and shows them in the order of arrival. */
  concurrency: 1,
  show: (url) => `Slack (${new URL(url).host}/…)`,
  targetHint: 'Write https://host/path.',
  ...configured(
    (rules) => ({ target: secretUrlField(rules, 'a Slack incoming webhook') }),
    ({ target }) => [{ address: target }],
  ),
  aws: { timeout: 120, memory: 256, batch: 5, concurrency: 2, description: 'Sends to Slack' },
};
