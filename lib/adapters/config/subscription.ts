import { isRecord } from '../../core/is-record.ts';
import { lazily } from '../../core/lazily.ts';
import * as z from 'zod';
import { acceptPattern, compilePattern, type Compiled, type Pattern } from '../../core/notify/pattern.ts';
import { PRESETS, type Preset } from '../../core/notify/presets.ts';
import { CHANNEL_NAMES, CHANNELS, definitionOf, oneOf, type KnownChannel } from '../channels/registry.ts';
import { LANGS } from '../../core/notify/reader.ts';
import { readZone, ZONE_HINT } from '../../core/input/zone.ts';
import { windowFields } from '../../core/input/window-fields.ts';
import { accept, EVEN_IF_FAULTY, field, refuse, type Read, type Rules } from '../../core/input/fields.ts';

const PRESET_NAMES = Object.keys(PRESETS) as Preset[];

/** Which events go where: `on` or `pattern`, and what the channel needs. */
export function subscriptionSchema(rules: Rules) {
  const which = events();
  const [first, ...others] = CHANNEL_NAMES.map((name) =>
    z.strictObject({
      ...which,
      channel: channel(name),
      ...(definitionOf(name)?.words && { template: template() }),
      ...CHANNELS[name].fields(rules),
    }),
  );
  return z
    .discriminatedUnion('channel', [first!, ...others])
    .superRefine((it, ctx) => {
      if (!isRecord(it)) return;
      faultsOf(it, ctx);
      if ('on' in it !== 'pattern' in it) return;
      const message = 'on' in it ? "has both 'on' and 'pattern'" : 'does not say which events it wants';
      const fix = `Give either on (${PRESET_NAMES.join(', ')}) or pattern.`;
      ctx.addIssue({ code: 'custom', message, params: { fix } });
    }, EVEN_IF_FAULTY)
    .meta({ hint: `Give on or pattern, channel (${oneOf(CHANNEL_NAMES)}), and target (of email: to).` });
}

const readTemplate = (text: string): Read<string> =>
  text.length <= MAX_TEMPLATE ? accept(text) : refuse(`has more than ${MAX_TEMPLATE} characters`);
const MAX_TEMPLATE = 8 * 1024;

/** In a subscription's own words. Whether it can be filled in, only the samples of the events tell. */
const template = lazily(() =>
  z
    .strictObject({
      title: field('Write a template in Liquid: one line (docs/templates.md).', readTemplate).optional(),
      text: field('Write a template in Liquid, after text: |', readTemplate).optional(),
    })
    .refine(({ title, text }) => title !== undefined || text !== undefined, 'says nothing')
    .meta({ hint: 'Give title or text: templates in Liquid (docs/templates.md).' })
    .optional(),
);

/** What its channel finds wrong with the whole. */
function faultsOf(it: Record<string, unknown>, ctx: z.core.$RefinementCtx): void {
  const name = CHANNEL_NAMES.find((one) => one === it.channel);
  for (const { field, problem, fix } of (name && definitionOf(name)?.faults?.(it)) ?? [])
    ctx.addIssue({ code: 'custom', path: [field], message: problem, params: { fix } });
}

const channel = (name: KnownChannel) =>
  z.literal(name).meta({ hint: `Write one of ${CHANNEL_NAMES.join(', ')}.` });

export function compiled(result: Compiled, ctx: z.core.$RefinementCtx): Pattern {
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

const events = lazily(() => ({
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
  lang: z
    .enum(LANGS)
    .meta({ hint: `Write ${LANGS.join(', ')}: the language of its messages.` })
    .optional(),
  zone: field(ZONE_HINT, readZone).optional(),
  ...windowFields(),
  ordered: z
    .boolean()
    .meta({ hint: 'Write true (the events of a job arrive one after the other) or false.' })
    .optional(),
}));
