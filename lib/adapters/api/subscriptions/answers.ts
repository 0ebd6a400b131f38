import * as z from 'zod';
import { windowFields } from '../../../core/input/window-fields.ts';
import { LANGS } from '../../../core/notify/reader.ts';
import { lazily } from '../../../core/lazily.ts';
import { CHANNEL_NAMES } from '../../channels/registry.ts';
import { shown, text, time, timeOrNull } from '../shapes.ts';
import { PRESET_NAMES } from './requests.ts';

export const subscription = lazily(() =>
  z.object({
    id: z.string(),
    name: z.string(),
    from: z
      .enum(['config', 'api'])
      .describe('Those of the configuration can be paused and tested, not changed'),
    state: z
      .enum(['active', 'paused', 'confirming', 'locked', 'unverified', 'invalid'])
      .describe(
        '`locked`: its secrets cannot be opened with the configured key; `unverified`: its target has not answered the challenge; `invalid`: its pattern cannot be used',
      ),
    on: z.enum(PRESET_NAMES).nullable(),
    pattern: z.unknown(),
    channel: z.enum(CHANNEL_NAMES),
    ordered: z
      .literal(true)
      .optional()
      .describe('The next event of a job waits until the one before is delivered, given up or expired'),
    ...windowFields(),
    lang: z.enum(LANGS).optional().describe('Of its messages; left out: `en`'),
    zone: z.string().optional().describe('Of the times in its messages; left out: `UTC`'),
    template: z
      .object({ title: z.string().optional(), text: z.string().optional() })
      .optional()
      .describe('Of its messages in its own words; left out: the built-in message'),
    mention: z.array(z.string()).optional().describe('Whom its failures call, as its channel names them'),
    targets: z.array(
      z.object({
        shown: shown(),
        state: z
          .enum(['ok', 'failing', 'disabled'])
          .describe('`failing`: nothing has arrived for a day, or a message was given up'),
        reason: text().describe('Why it is failing or disabled'),
        since: timeOrNull(),
      }),
    ),
    held: z.int().describe('Deliveries that wait until it is resumed'),
    keys: z
      .array(z.object({ until: timeOrNull().describe('Null: until it is rotated') }))
      .optional()
      .describe('Of a webhook: with how many keys its messages are signed now, the newest first'),
    request: z
      .object({
        method: z.string().optional(),
        headers: z.array(z.string()).optional().describe('Their names'),
        contentType: z.string().optional(),
        body: z.string().optional(),
        path: z.string().optional(),
        secrets: z.array(z.string()).optional().describe('Their names'),
        auth: z.literal(true).optional(),
        ca: z.string().optional(),
        cert: z.string().optional(),
        timeoutSeconds: z.number().optional(),
        success: z
          .object({ json: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])) })
          .optional(),
      })
      .optional()
      .describe('Of a webhook: how its receiver wants a request; no value that may let one in'),
    rotated: z
      .object({ at: time(), by: z.string().describe('Name of a token, or `command line`') })
      .optional()
      .describe('The last rotation of its keys'),
    verification: z
      .object({
        state: z.enum(['unverified', 'verified', 'skipped']),
        at: time(),
        by: text().describe('Who wanted it to be sent to without the challenge'),
        detail: text().describe('Why it is unverified'),
      })
      .optional()
      .describe('Of a webhook made or changed through the API: what came of the challenge'),
    createdAt: timeOrNull(),
  }),
);

export const createdSubscription = lazily(() =>
  subscription().extend({
    signingKeys: z
      .array(z.string())
      .optional()
      .describe('Of a webhook, if none was given: shown here and never again'),
  }),
);

export const rotatedSubscription = lazily(() =>
  subscription().extend({
    signingKeys: z.array(z.string()).describe('The new key: shown here and never again'),
  }),
);

export type SubscriptionView = z.output<ReturnType<typeof subscription>>;
