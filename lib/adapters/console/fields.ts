import { isRecord } from '../../core/is-record.ts';
import { LANGS } from '../../core/notify/reader.ts';
import { METHODS } from '../../core/notify/request-settings.ts';
import { DAYS } from '../../core/notify/windows.ts';
import type { ChannelDefinition } from '../channels/definition.ts';
import { jsonIn } from './form.ts';
import type { ConsoleTexts } from './texts/catalogue.ts';

// What the form of a subscription is made of, beside its events, its channel and its target.

export type FieldName = keyof ConsoleTexts['subscribe']['fields'];

export interface Field {
  /** In the form and in the catalogues. */
  name: FieldName;
  /** Where it stands in what the API takes and shows; dots lead inwards. */
  at: string;
  /** `hidden`: a line that nobody reads over a shoulder. */
  looks: 'line' | 'lines' | 'choice' | 'tick' | 'ticks' | 'hidden';
  way: Way;
  /** What there is to choose from. */
  options?: readonly string[];
  /** What it says more of: to empty that empties this, too. */
  beside?: FieldName;
  max?: number;
  wide?: true;
  /** Only where something may be there already. */
  changes?: true;
  placeholder?: string;
}
/** How a value is written in a form, and read from it. What cannot be read stays as it is: the API says what is wrong. */
interface Way {
  write(value: unknown): string;
  read(text: string): unknown;
  /** Of what may let one in: what of it a page may show again. */
  again?: (text: string) => string;
}
export interface Group {
  /** In the catalogues; null: it stands open. */
  name: keyof ConsoleTexts['subscribe']['groups'] | null;
  /** Which channels have it; left out: all. */
  of?: (channel: ChannelDefinition) => boolean;
  fields: readonly Field[];
}

const text: Way = { write: String, read: (it) => it };
const secret: Way = { write: () => '', read: (it) => it, again: () => '' };
const number: Way = { write: String, read: (it) => (/^\d+(\.\d+)?$/.test(it) ? Number(it) : it) };
const list: Way = {
  write: (them) => (them as string[]).join(', '),
  read: (it) => it.split(/[\s,]+/).filter(Boolean),
};
const tick = (written: string, meant: boolean | null): Way => ({
  write: (it) => (it === meant ? written : ''),
  read: () => meant,
});
/** All days are none that is named. */
const days: Way = {
  ...list,
  write: (them) => ((them as string[]).length < DAYS.length ? list.write(them) : ''),
};
const often: Way = {
  write(it) {
    const { every, at } = it as { every?: string; at?: string };
    return every ?? at ?? '';
  },
  read: (it) => (it.includes(':') ? { at: it } : { every: it }),
};

const namesIn = (it: string): [name: string, value: string][] =>
  it.split('\n').flatMap((line) => {
    const [, name = '', value = ''] = /^([^:]*):?(.*)$/.exec(line.trim()) ?? [];
    return name.trim() === '' ? [] : [[name.trim(), value.trim()]];
  });
const named = (names: readonly string[]): string => names.map((name) => `${name}:`).join('\n');
/** A line for each: `name: value`. Of what is stored only the names are known, so what is not written anew is empty. */
const secrets: Way = {
  write: (names) => named(names as string[]),
  read: (it) => Object.fromEntries(namesIn(it)),
  again: (it) => named(namesIn(it).map(([name]) => name)),
};
const keys: Way = { ...secrets, write: () => named(['accessKey', 'secretKey']) };
const plain: Way = {
  write: (them) =>
    Object.entries(them as object)
      .map(
        ([name, it]) =>
          `${name}: ${typeof it === 'string' && jsonIn(it) === undefined ? it : JSON.stringify(it)}`,
      )
      .join('\n'),
  read: (it) => Object.fromEntries(namesIn(it).map(([name, value]) => [name, jsonIn(value) ?? value])),
};

const WHEN = ['at_once', 'wait'] as const;

export const GROUPS: readonly Group[] = [
  {
    name: null,
    of: (channel) => channel.secret !== undefined,
    fields: [
      { name: 'secret', at: 'secret', looks: 'hidden', way: secret, max: 200 },
      { name: 'noSecret', at: 'secret', looks: 'tick', way: tick('yes', null), changes: true },
    ],
  },
  {
    name: 'times',
    fields: [
      { name: 'lang', at: 'lang', looks: 'choice', way: text, options: LANGS },
      { name: 'zone', at: 'zone', looks: 'line', way: text, max: 64, placeholder: 'Europe/Berlin' },
      { name: 'fold', at: 'fold', looks: 'choice', way: text, options: ['group', 'none'] },
      { name: 'digest', at: 'digest', looks: 'line', way: often, max: 10, placeholder: '1h, 09:00' },
      {
        name: 'digestFailures',
        beside: 'digest',
        at: 'digest.failures',
        looks: 'choice',
        way: text,
        options: WHEN,
      },
      { name: 'from', at: 'quiet.from', looks: 'line', way: text, max: 5, placeholder: '22:00' },
      { name: 'to', at: 'quiet.to', looks: 'line', way: text, max: 5, placeholder: '07:00' },
      {
        name: 'quietFailures',
        beside: 'from',
        at: 'quiet.failures',
        looks: 'choice',
        way: text,
        options: WHEN,
      },
      { name: 'days', beside: 'from', at: 'quiet.days', looks: 'ticks', way: days, options: DAYS },
      { name: 'above', at: 'rollup.above', looks: 'line', way: number, max: 2, placeholder: '5' },
      { name: 'wait', at: 'rollup.wait', looks: 'line', way: text, max: 10, placeholder: '30s' },
      { name: 'every', at: 'rollup.every', looks: 'line', way: text, max: 10, placeholder: '5m' },
      { name: 'rollup', at: 'rollup', looks: 'tick', way: tick('off', false) },
      { name: 'ordered', at: 'ordered', looks: 'tick', way: tick('yes', true) },
    ],
  },
  {
    name: 'mention',
    of: (channel) => channel.mentions !== undefined,
    fields: [
      {
        name: 'mention',
        at: 'mention',
        looks: 'line',
        way: list,
        max: 200,
        placeholder: 'here, U0123456789',
      },
    ],
  },
  {
    name: 'words',
    of: (channel) => channel.words !== undefined,
    fields: [
      {
        name: 'title',
        at: 'template.title',
        looks: 'line',
        way: text,
        max: 8_192,
        wide: true,
        placeholder: '{{ message.about }}: {{ message.reason }}',
      },
      { name: 'text', at: 'template.text', looks: 'lines', way: text, max: 8_192 },
    ],
  },
  {
    name: 'request',
    of: (channel) => channel.signed === true,
    fields: [
      { name: 'method', at: 'request.method', looks: 'choice', way: text, options: METHODS },
      {
        name: 'contentType',
        at: 'request.contentType',
        looks: 'line',
        way: text,
        max: 150,
        placeholder: 'application/json',
      },
      {
        name: 'timeout',
        at: 'request.timeoutSeconds',
        looks: 'line',
        way: number,
        max: 4,
        placeholder: '15',
      },
      {
        name: 'path',
        at: 'request.path',
        looks: 'line',
        way: text,
        max: 2_000,
        wide: true,
        placeholder: '/{{ data.job.labels.team }}',
      },
      {
        name: 'headers',
        at: 'request.headers',
        looks: 'lines',
        way: secrets,
        placeholder: 'Authorization: Bearer ...',
      },
      { name: 'body', at: 'request.body', looks: 'lines', way: text },
      { name: 'secrets', at: 'request.secrets', looks: 'lines', way: secrets, placeholder: 'key: ...' },
      { name: 'success', at: 'request.success.json', looks: 'lines', way: plain, placeholder: 'errcode: 0' },
      {
        name: 'auth',
        at: 'request.auth',
        looks: 'lines',
        way: keys,
        placeholder: 'accessKey: ...\nsecretKey: ...',
      },
      { name: 'ca', at: 'request.ca', looks: 'lines', way: text },
      { name: 'cert', at: 'request.cert', looks: 'lines', way: text },
      { name: 'key', at: 'request.key', looks: 'lines', way: secret },
    ],
  },
  {
    name: 'keys',
    of: (channel) => channel.signed === true,
    fields: [
      {
        name: 'signingKeys',
        at: 'signingKeys',
        looks: 'lines',
        way: { ...list, ...secret, read: list.read },
        placeholder: 'whsec_...',
      },
      { name: 'skip', at: 'skipChallenge', looks: 'tick', way: tick('yes', true) },
    ],
  },
];

export const FIELDS: readonly Field[] = GROUPS.flatMap(({ fields }) => fields);

/** What a channel has of it. */
export const fieldsOf = (channel: ChannelDefinition | undefined): Field[] =>
  GROUPS.filter(({ of }) => !of || (channel && of(channel))).flatMap(({ fields }) => fields);

/** What is in an object at a place; undefined: nothing. */
export const valueAt = (object: unknown, at: string): unknown =>
  at.split('.').reduce<unknown>((it, name) => (isRecord(it) ? it[name] : undefined), object) ?? undefined;

/** Puts a value to its place; an object is joined with what is there. */
export function put(object: Record<string, unknown>, at: string, value: unknown): void {
  const [first = '', ...rest] = at.split('.');
  const there = isRecord(object[first]) ? object[first] : {};
  if (rest.length > 0) put(there, rest.join('.'), value);
  object[first] = rest.length > 0 ? there : isRecord(value) ? { ...there, ...value } : value;
}
