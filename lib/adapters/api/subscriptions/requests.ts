import * as z from 'zod';
import { isSigningKey, SIGNING_KEY } from '../../../../receiver/signing-key.ts';
import { windowFields } from '../../../core/input/window-fields.ts';
import { readZone, ZONE_HINT } from '../../../core/input/zone.ts';
import { acceptPattern } from '../../../core/notify/pattern.ts';
import { PRESETS, type Preset } from '../../../core/notify/presets.ts';
import { LANGS } from '../../../core/notify/reader.ts';
import { lazily } from '../../../core/lazily.ts';
import { CHANNEL_NAMES, ownRequest } from '../../channels/registry.ts';
import { oneOf, subscriptionId } from '../fields.ts';

export const PRESET_NAMES = Object.keys(PRESETS) as Preset[];

const NO_KEY = 'is not a webhook signing key';

const MENTION =
  'Write a list of at most 5, as in Slack: here, channel, ids of people (U0123456789) and of user groups; null for nobody.';

const template = () =>
  z
    .string()
    .max(8_192, 'must be at most 8192 characters')
    .meta({ hint: 'Write a template in Liquid (docs/templates.md).' });
const definition = lazily(() => ({
  name: z
    .string()
    .regex(/^[^\p{Cc}\p{Cs}]{1,64}$/u, 'must be 1 to 64 characters, no line breaks')
    .meta({ hint: 'Write what people call it, in 1 to 64 characters.' }),
  on: oneOf(PRESET_NAMES).optional(),
  pattern: z
    .record(z.string(), z.unknown())
    .superRefine(checkPattern)
    .meta({ hint: 'Write an EventBridge event pattern.' })
    .optional(),
  lang: z
    .enum(LANGS)
    .meta({ hint: `Write ${LANGS.join(', ')}: the language of its messages.` })
    .optional(),
  zone: z
    .string()
    .refine((text) => readZone(text).ok, 'is not the name of a time zone')
    .meta({ hint: ZONE_HINT })
    .optional(),
  ...windowFields(),
  template: z
    .strictObject({ title: template().optional(), text: template().optional() })
    .refine(({ title, text }) => title !== undefined || text !== undefined, 'says nothing')
    .nullable()
    .meta({
      hint: 'Give title or text, templates in Liquid (docs/templates.md); null for the built-in message.',
    })
    .optional(),
  mention: z
    .array(z.string().min(1).max(64).meta({ hint: MENTION }))
    .min(1)
    .max(5)
    .nullable()
    .meta({ hint: MENTION })
    .optional(),
  secret: z
    .string()
    .min(8)
    .max(200)
    .nullable()
    .meta({ hint: 'Write the secret that a bot in Feishu or DingTalk shows for its signature.' })
    .optional(),
  ordered: z
    .boolean()
    .meta({ hint: 'Write true: the next event of a job waits until the one before has ended; or false.' })
    .optional(),
  target: z
    .string()
    .min(1)
    .max(2_000, 'must be at most 2000 characters')
    .meta({ hint: 'Write the https URL that the channel posts to, or one mail address.' }),
  signingKeys: z
    .array(
      z
        .string()
        .check(z.regex(SIGNING_KEY, { error: NO_KEY, abort: true }))
        .refine(isSigningKey, NO_KEY)
        .meta({ hint: 'Write whsec_ and 24 to 64 random bytes in base64.' }),
    )
    .min(1)
    .max(4)
    .meta({
      hint: 'Write one to four keys, the newest first: whsec_ and 24 to 64 random bytes in base64. Only for webhooks.',
    })
    .optional(),
  request: ownRequest().optional(),
  skipChallenge: z
    .boolean()
    .meta({
      hint: 'Write true to send to a webhook that has not answered the challenge. Who wanted that is kept.',
    })
    .optional(),
}));

export const newSubscription = lazily(() =>
  z
    .strictObject({
      ...definition(),
      channel: oneOf(CHANNEL_NAMES),
    })
    .superRefine((it, ctx) => {
      if ((it.on === undefined) === (it.pattern === undefined)) {
        const message =
          it.on === undefined ? 'does not say which events it wants' : "has both 'on' and 'pattern'";
        const fix = `Give either on (${PRESET_NAMES.join(', ')}) or pattern.`;
        ctx.addIssue({ code: 'custom', path: ['on'], message, params: { fix } });
      }
    })
    .meta({ hint: 'Give name, on or pattern, channel and target.' }),
);

export type NewSubscription = z.output<ReturnType<typeof newSubscription>>;

export const subscriptionChange = lazily(() =>
  z
    .strictObject({
      ...definition(),
      name: definition().name.optional(),
      target: definition().target.optional(),
      digest: definition().digest.nullable(),
      quiet: definition().quiet.nullable(),
      request: ownRequest()
        .nullable()
        .meta({ hint: 'Write all of it anew, or null: it replaces what there was.' })
        .optional(),
    })
    .superRefine((it, ctx) => {
      if (it.on === undefined || it.pattern === undefined) return;
      const fix = 'Give one of the two: it replaces the other.';
      ctx.addIssue({ code: 'custom', path: ['on'], message: "has both 'on' and 'pattern'", params: { fix } });
    })
    .refine((it) => Object.keys(it).length > 0, 'changes nothing')
    .meta({
      hint: 'Give at least one of name, on, pattern, lang, zone, template, fold, rollup, digest, quiet, mention, ordered, target, secret, signingKeys, request and skipChallenge.',
    }),
);

export type SubscriptionChange = z.output<ReturnType<typeof subscriptionChange>>;

function checkPattern(raw: unknown, ctx: z.core.$RefinementCtx): void {
  const compiled = acceptPattern(raw);
  if (compiled.ok) return;
  for (const { path, problem, fix } of compiled.problems.slice(0, 10)) {
    ctx.addIssue({ code: 'custom', message: `${path} ${problem}`.trim(), params: { fix } });
  }
}

const MAX_OVERLAP_SECONDS = 7 * 24 * 3_600;

const OVERLAP = `must be a whole number from 0 to ${MAX_OVERLAP_SECONDS}`;

export const rotation = lazily(() =>
  z
    .strictObject({
      overlapSeconds: z
        .number(OVERLAP)
        .int(OVERLAP)
        .min(0, OVERLAP)
        .max(MAX_OVERLAP_SECONDS, OVERLAP)
        .default(24 * 3_600)
        .meta({
          hint: 'Write for how many seconds messages are signed with the old keys too: 0 to 604800, which is 7 days.',
        }),
    })
    .meta({ hint: 'Give overlapSeconds, or nothing for 24 hours.' }),
);

export const subscriptionParams = lazily(() =>
  z.strictObject({
    id: subscriptionId(),
  }),
);
