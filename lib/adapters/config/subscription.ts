import * as z from 'zod';
import { acceptPattern, compilePattern, type Compiled, type Pattern } from '../../core/notify/pattern.ts';
import { PRESETS, type Preset } from '../../core/notify/presets.ts';
import { CHANNELS, type ChannelName, type Secret } from '../../core/notify/subscription.ts';
import { accept, EVEN_IF_FAULTY, field, REFERENCE, type Read, type Rules } from '../../core/input/fields.ts';
import { isRecord } from '../../core/input/schema-walk.ts';
import { readAddress, readSigningKey, readTarget } from '../../core/input/values.ts';

const PRESET_NAMES = Object.keys(PRESETS) as Preset[];

/** Which events go where: `on` or `pattern`, and what the channel needs. */
export function subscriptionSchema(rules: Rules) {
  const slackUrl = field(`${REFERENCE} The value is the URL of a Slack incoming webhook.`, (text) =>
    secretUrl(text, rules),
  );
  const webhookUrl = field('Write https://host/path, or env:NAME where the URL holds a secret.', (text) =>
    /^(env|file|ssm):/.test(text) ? secretUrl(text, rules) : plainUrl(text, rules),
  );
  const signingKey = field(`${REFERENCE} The value is whsec_ and 24 to 64 bytes in base64.`, (text) =>
    rules.secret(text, readSigningKey),
  );
  const address = field('Write an email address, for example ops@example.com.', readAddress);
  const which = events();

  return z
    .discriminatedUnion('channel', [
      z.strictObject({ ...which, channel: channel('slack'), target: slackUrl }),
      z.strictObject({
        ...which,
        channel: channel('email'),
        to: z.array(address).min(1).meta({ hint: 'Write a list of addresses: [ops@example.com].' }),
      }),
      z.strictObject({
        ...which,
        channel: channel('webhook'),
        target: webhookUrl,
        signing_keys: z
          .array(signingKey)
          .min(1)
          .meta({ hint: 'Write a list of references, the newest key first: [env:NAME].' }),
      }),
    ])
    .superRefine((it, ctx) => {
      if (!isRecord(it) || 'on' in it !== 'pattern' in it) return;
      const message = 'on' in it ? "has both 'on' and 'pattern'" : 'does not say which events it wants';
      const fix = `Give either on (${PRESET_NAMES.join(', ')}) or pattern.`;
      ctx.addIssue({ code: 'custom', message, params: { fix } });
    }, EVEN_IF_FAULTY)
    .meta({ hint: 'Give on or pattern, channel (slack, email or webhook), and target (of email: to).' });
}

const channel = <Name extends ChannelName>(name: Name) =>
  z.literal(name).meta({ hint: `Write one of ${CHANNELS.join(', ')}.` });

const secretUrl = (reference: string, { secret, allowPrivate }: Rules): Read<Secret> =>
  secret(reference, (value) => readTarget(value, allowPrivate));

function plainUrl(text: string, { conceal, allowPrivate }: Rules): Read<Secret> {
  const url = readTarget(text, allowPrivate);
  if (!url.ok) return url;
  const { pathname, search } = url.value;
  // Behind the host may stand what lets one in. The host by itself is shown to people, so it has to stay readable.
  return accept(pathname + search === '/' ? () => text : conceal(text));
}

function compiled(result: Compiled, ctx: z.core.$RefinementCtx): Pattern {
  if (result.ok) return result.pattern;
  for (const { path, problem, fix } of result.problems) {
    ctx.addIssue({ code: 'custom', message: problem, path: steps(path), params: { fix: sentence(fix) } });
  }
  return z.NEVER;
}

/** `detail.name[0]` as steps. A field whose name has a dot is taken apart too; then the line is that of its parent. */
const steps = (path: string): PropertyKey[] =>
  path
    .split(/[.[\]]+/)
    .filter(Boolean)
    .map((step) => (/^\d+$/.test(step) ? Number(step) : step));

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

const events = () => ({
  on: z
    .enum(PRESET_NAMES)
    .transform((name, ctx) => compiled(compilePattern(PRESETS[name]), ctx))
    .meta({ hint: `Write one of ${PRESET_NAMES.join(', ')}.` })
    .optional(),
  pattern: z
    .unknown()
    .transform((raw, ctx) => compiled(acceptPattern(raw), ctx))
    .meta({ hint: 'Write an EventBridge event pattern.' })
    .optional(),
});
