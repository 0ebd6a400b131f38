import * as z from 'zod';
import { field, REFERENCE } from '../../../core/input/fields.ts';
import { readSigningKey } from '../../../core/input/values.ts';
import { HOUR, MINUTE, SECOND } from '../../../core/notify/retry.ts';
import { configured, type ChannelDefinition } from '../definition.ts';
import { faultsOfRequest, requestFields, requestOf } from './request-fields.ts';
import { urlField } from '../url-field.ts';

export const webhook: ChannelDefinition = {
  /**
   * The example schedule of Standard Webhooks: 10 attempts over 75 h 35 min 5 s. A receiver that breaks on a Friday
   * evening is repaired on Monday morning, and a program wants the event even then.
   */
  schedule: [
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
  /** One exchange of 30 s at most. */
  claimMs: 60_000,
  /** A receiver can be expected to answer several at a time. */
  concurrency: 8,
  signed: true,
  targetHint: 'Write https://host/path.',
  faults: faultsOfRequest,
  ...configured(
    (rules) => ({
      target: urlField(rules),
      signing_keys: z
        .array(
          field(`${REFERENCE} The value is whsec_ and 24 to 64 bytes in base64.`, (text) =>
            rules.secret(text, readSigningKey),
          ),
        )
        .min(1)
        .meta({ hint: 'Write a list of references, the newest key first: [env:NAME].' })
        .optional(),
      ...requestFields(rules),
    }),
    ({ target, signing_keys, ...rest }) => {
      const request = requestOf(rest);
      return [{ address: target, signingKeys: signing_keys ?? [], ...(request && { request }) }];
    },
  ),
  aws: { timeout: 60, memory: 256, batch: 8, concurrency: 20, description: 'Posts to webhooks' },
};
