import * as z from 'zod';
import { field } from '../../../core/input/fields.ts';
import { readAddress } from '../../../core/input/values.ts';
import { HOUR, MINUTE } from '../../../core/notify/retry.ts';
import { DEFAULT_ROLLUP } from '../../../core/notify/windows.ts';
import { configured, type ChannelDefinition } from '../definition.ts';

export const email: ChannelDefinition = {
  /**
   * 10 attempts over 15 h 51 min: as for Slack, a message to people that is older is of no use any more. The first waits suit
   * greylisting, which turns every first attempt away and lets a later one pass after 1 to 5 minutes, seldom 15 and more.
   */
  schedule: [MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR, 2 * HOUR, 4 * HOUR, 4 * HOUR, 4 * HOUR],
  /** A mail has 2 min until it is handed over and 10 min from there on. */
  claimMs: 780_000,
  /** Mail servers count connections. */
  concurrency: 2,
  fold: 'group',
  rollup: DEFAULT_ROLLUP,
  words: { most: 10_000 },
  targetHint: 'Write one mail address: ops@example.com.',
  ...configured(
    () => ({
      to: z
        .array(field('Write an email address, for example ops@example.com.', readAddress))
        .min(1)
        .meta({ hint: 'Write a list of addresses: [ops@example.com].' }),
    }),
    ({ to }) => to.map((address) => ({ address: () => address })),
  ),
  aws: {
    timeout: 840,
    memory: 256,
    batch: 2,
    concurrency: 2,
    /** The server may look at a mail for 10 min. */
    reserveMs: 725_000,
    description: 'Sends mails',
    may: {
      action: 'ses:SendEmail',
      service: 'ses',
      // SES asks for leave of the configuration set of a mail and of that which its identity may have by default.
      resources: ['identity/*', 'configuration-set/*'],
      condition: { StringLike: { 'ses:FromAddress': '${self:custom.mailFrom}' } },
    },
  },
};
