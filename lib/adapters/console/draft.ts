import type { Preset } from '../../core/notify/presets.ts';
import { definitionOf } from '../channels/registry.ts';
import type { SubscriptionView } from '../api/subscriptions/answers.ts';
import type { Request } from '../api/routes.ts';
import { FIELDS, fieldsOf, put, valueAt, type FieldName } from './fields.ts';
import { jsonIn } from './form.ts';

type NewSubscription = Request<'createSubscription'>['body'];
type SubscriptionChange = Request<'changeSubscription'>['body'];

/** A subscription as a form has it: texts. Its target is no part of it, since what may hold a secret is never shown again. */
export type Draft = Record<(typeof OWN)[number] | FieldName, string>;
const OWN = ['name', 'what', 'pattern', 'channel'] as const;
const NAMES = [...OWN, ...FIELDS.map(({ name }) => name)];

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

const EMPTY = Object.fromEntries(NAMES.map((name) => [name, ''])) as Draft;
export const NEW_DRAFT: Draft = { ...EMPTY, what: 'failures', channel: 'slack', pattern: written(EXAMPLE) };

/** A tick that is not set is not sent. What else is not there was on no page of the visitor, and is as it was. */
const TICKS = FIELDS.filter(({ looks }) => looks === 'tick').map(({ name }) => name as string);
/** A browser sends other ends of lines than it was sent, and each tick by itself. */
export const draftIn = (form: URLSearchParams, before: Draft = EMPTY): Draft =>
  Object.fromEntries(
    NAMES.map((name) => {
      const sent = form.getAll(name).filter(Boolean).join(', ').replaceAll('\r\n', '\n').trim();
      return [name, form.has(name) || TICKS.includes(name) ? sent : before[name]];
    }),
  ) as Draft;

export const draftOf = (it: SubscriptionView): Draft => ({
  ...NEW_DRAFT,
  name: it.name,
  what: it.on ?? PATTERN,
  pattern: written(it.pattern),
  channel: it.channel,
  ...Object.fromEntries(
    FIELDS.map(({ name, at, way }) => {
      const value = valueAt(it, at);
      return [name, value === undefined ? '' : way.write(value).trim()];
    }),
  ),
});

/** What is no JSON is no pattern; what else is wrong with one, its reader says. */
export const patternIn = ({ pattern }: Draft): unknown => jsonIn(pattern) ?? pattern;

type Wanted = Pick<SubscriptionChange, 'on' | 'pattern'>;
const wanted = (draft: Draft): Wanted =>
  draft.what === PATTERN
    ? { pattern: patternIn(draft) as NonNullable<Wanted['pattern']> }
    : { on: draft.what as Preset };

/** What is written in the fields that its channel has: what others have is not on its page. */
function fieldsIn(draft: Draft): Record<string, unknown> {
  const body: Record<string, unknown> = {};
  for (const { name, at, way } of fieldsOf(definitionOf(draft.channel)))
    if (draft[name] !== '') put(body, at, way.read(draft[name]));
  return body;
}

/** As the API takes it; what is wrong in it, the API says. */
export const creation = (draft: Draft, target: string): NewSubscription => ({
  ...fieldsIn(draft),
  name: draft.name,
  ...wanted(draft),
  channel: draft.channel as NewSubscription['channel'],
  target,
});

/** What takes away what a form has emptied. The rest is not taken back, only chosen otherwise. */
const NOTHING: SubscriptionChange = {
  zone: 'UTC',
  ordered: false,
  rollup: {},
  digest: null,
  quiet: null,
  mention: null,
  secret: null,
  template: null,
  request: null,
};

/** Only what differs; null: nothing does. An empty target stays as it is. */
export function alteration(it: SubscriptionView, sent: Draft, target: string): SubscriptionChange | null {
  const before = draftOf(it);
  const emptied = FIELDS.filter(({ beside }) => beside && before[beside] !== '' && sent[beside] === '');
  const draft: Draft = { ...sent, ...Object.fromEntries(emptied.map(({ name }) => [name, ''])) };
  const [was, is] = [before, draft].map((one) => JSON.stringify(patternIn(one)));
  const isOther = before.what !== draft.what || (draft.what === PATTERN && was !== is);
  const now = fieldsIn(draft);
  const other = new Set(
    fieldsOf(definitionOf(it.channel))
      .filter(({ name }) => draft[name] !== before[name])
      .map(({ at }) => at.split('.')[0]!),
  );
  const change: SubscriptionChange = {
    ...(draft.name !== before.name && { name: draft.name }),
    ...(isOther && wanted(draft)),
    ...(target && { target }),
    ...Object.fromEntries(
      [...other]
        .map((key) => [key, now[key] ?? NOTHING[key as keyof SubscriptionChange]])
        .filter(([, value]) => value !== undefined),
    ),
  };
  return Object.keys(change).length > 0 ? change : null;
}
