import { parseJson } from '../../core/parse-json.ts';
import type { Preset } from '../../core/notify/presets.ts';
import type { SubscriptionView } from '../api/subscriptions/answers.ts';
import type { Request } from '../api/routes.ts';

type NewSubscription = Request<'createSubscription'>['body'];
type SubscriptionChange = Request<'changeSubscription'>['body'];

/** A subscription as a form has it: texts. Its target is no part of it, since what may hold a secret is never shown again. */
export type Draft = Record<(typeof FIELDS)[number], string>;
const FIELDS = [
  'name',
  'what',
  'pattern',
  'channel',
  'lang',
  'zone',
  'ordered',
  'rollup',
  'digest',
  'from',
  'to',
  'skip',
  'fold',
  'title',
  'text',
] as const;

/** What the visitor writes a pattern of their own after. */
const EXAMPLE = {
  'detail-type': ['job.failed', 'job.lost'],
  detail: { data: { job: { labels: { team: ['web'] } } } },
};

export const PATTERN = 'pattern';
/** As people write it: a list of plain values in one line. */
const written = (pattern: unknown): string =>
  JSON.stringify(pattern, null, 2).replaceAll(/\[\s*\n[^[\]{}]*\]/g, (list) =>
    list
      .replaceAll(/\s*\n\s*/g, ' ')
      .replace(/^\[ /, '[')
      .replace(/ \]$/, ']'),
  );

export const NEW_DRAFT: Draft = {
  ...(Object.fromEntries(FIELDS.map((name) => [name, ''])) as Draft),
  what: 'failures',
  channel: 'slack',
  pattern: written(EXAMPLE),
};

/** A browser sends other ends of lines than it was sent. */
export const draftIn = (form: URLSearchParams): Draft =>
  Object.fromEntries(
    FIELDS.map((name) => [name, form.get(name)?.replaceAll('\r\n', '\n').trim() ?? '']),
  ) as Draft;

/** `off`: each event is sent by itself. */
const rollupOf = ({ rollup }: Pick<SubscriptionView, 'rollup'>): string => (rollup === false ? 'off' : '');

export const draftOf = (it: SubscriptionView): Draft => ({
  ...NEW_DRAFT,
  name: it.name,
  what: it.on ?? PATTERN,
  pattern: written(it.pattern),
  channel: it.channel,
  lang: it.lang ?? '',
  zone: it.zone ?? '',
  ordered: it.ordered ? 'yes' : '',
  rollup: rollupOf(it),
  digest: it.digest?.every ?? it.digest?.at ?? '',
  from: it.quiet?.from ?? '',
  to: it.quiet?.to ?? '',
  fold: it.fold ?? '',
  title: it.template?.title ?? '',
  text: it.template?.text ?? '',
});

/** What is no JSON is no pattern; what else is wrong with one, its reader says. */
export const patternIn = ({ pattern }: Draft): unknown => parseJson(pattern) ?? pattern;

type Wanted = Pick<SubscriptionChange, 'on' | 'pattern'>;
const wanted = (draft: Draft): Wanted =>
  draft.what === PATTERN
    ? { pattern: patternIn(draft) as NonNullable<Wanted['pattern']> }
    : { on: draft.what as Preset };

/** Words of one's own; what is left empty is said as always. */
const wordsOf = ({ title, text }: Draft) =>
  title || text ? { template: { ...(title && { title }), ...(text && { text }) } } : {};
type Fold = NonNullable<SubscriptionChange['fold']>;

const digestOf = ({ digest }: Draft) => (digest.includes(':') ? { at: digest } : { every: digest });

/** As the API takes it; what is wrong in it, the API says. */
export const creation = (draft: Draft, target: string): NewSubscription => ({
  name: draft.name,
  ...wanted(draft),
  channel: draft.channel as NewSubscription['channel'],
  target,
  ...(draft.lang && { lang: draft.lang as NonNullable<NewSubscription['lang']> }),
  ...(draft.zone && { zone: draft.zone }),
  ...(draft.ordered && { ordered: true }),
  ...(draft.rollup && { rollup: false as const }),
  ...(draft.digest && { digest: digestOf(draft) }),
  ...((draft.from || draft.to) && { quiet: { from: draft.from, to: draft.to } }),
  ...(draft.fold && { fold: draft.fold as Fold }),
  ...wordsOf(draft),
  ...(draft.skip && { skipChallenge: true }),
});

/** Only what differs; null: nothing does. An empty target stays as it is. */
export function alteration(it: SubscriptionView, draft: Draft, target: string): SubscriptionChange | null {
  const before = draftOf(it);
  const differs = (...names: (keyof Draft)[]): boolean => names.some((name) => draft[name] !== before[name]);
  const [was, is] = [before, draft].map((one) => JSON.stringify(patternIn(one)));
  const isOther = differs('what') || (draft.what === PATTERN && was !== is);
  const change: SubscriptionChange = {
    ...(differs('name') && { name: draft.name }),
    ...(isOther && wanted(draft)),
    ...(target && { target }),
    ...(differs('lang') && draft.lang && { lang: draft.lang as NonNullable<SubscriptionChange['lang']> }),
    ...(differs('zone') && { zone: draft.zone || 'UTC' }),
    ...(differs('ordered') && { ordered: draft.ordered !== '' }),
    ...(differs('rollup') && { rollup: draft.rollup ? (false as const) : {} }),
    ...(differs('digest') && {
      digest: draft.digest ? { ...failuresOf(it.digest), ...digestOf(draft) } : null,
    }),
    ...(differs('from', 'to') && {
      quiet: draft.from || draft.to ? { ...it.quiet, from: draft.from, to: draft.to } : null,
    }),
    ...(differs('fold') && draft.fold && { fold: draft.fold as Fold }),
    ...(differs('title', 'text') && { template: null, ...wordsOf(draft) }),
    ...(target && draft.skip && { skipChallenge: true }),
  };
  return Object.keys(change).length > 0 ? change : null;
}

const failuresOf = (digest: SubscriptionView['digest']) =>
  digest?.failures ? { failures: digest.failures } : {};
