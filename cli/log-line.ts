import { styleText } from 'node:util';
import { hasOwn } from '../lib/core/is-record.ts';
import { parseJson } from '../lib/core/parse-json.ts';
import { SAID_IN_WORDS } from './welcome.ts';

type Fields = Record<string, unknown>;
const COLOURS = { debug: 'gray', info: 'green', warn: 'yellow', error: 'red' } as const;
const WIDEST_EVENT = 24;

/**
 * A line of the log as people read it: `12:04:08 warn  origin.unreachable  origin=otc-ecs reason=denied`. What is no such line stays as
 * it is.
 */
export function logLine(json: string, isColoured: boolean): string {
  const parsed = fieldsIn(json);
  if (parsed === null) return json;
  const { time, level, event, ...fields } = parsed;
  const paint = (text: string, colour: 'gray' | 'green' | 'yellow' | 'red'): string =>
    isColoured ? styleText(colour, text, { validateStream: false }) : text;
  const what = harmless(String(event));
  const word = String(level) as keyof typeof COLOURS;
  const told = Object.entries(fields).flatMap(([name, value]) => said(name, value));
  return [
    paint(String(time).slice(11, 19), 'gray'),
    paint(word.padEnd(5), COLOURS[word] ?? 'gray'),
    told.length > 0 ? what.padEnd(WIDEST_EVENT) : what,
    told.map(([name, value]) => `${paint(`${name}=`, 'gray')}${value}`).join(' '),
  ]
    .join(' ')
    .trimEnd();
}

/** Whether a terminal has been told the same in words (`cli/welcome.ts`). */
export const isSaidInWords = (json: string): boolean => SAID_IN_WORDS.has(String(fieldsIn(json)?.['event']));

function fieldsIn(json: string): Fields | null {
  const value = parseJson(json);
  return hasOwn(value, 'event') ? value : null;
}

/** Lists and what stands in objects as words; only what is more than a word is quoted. */
function said(name: string, value: unknown): [string, string][] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object'))
    return value.length > 0 ? [[name, value.join(',')]] : [];
  if (typeof value === 'object' && !Array.isArray(value))
    return Object.entries(value).flatMap(([inner, one]) => said(`${name}.${inner}`, one));
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return [[harmless(name), harmless(/^[^\s"=]+$/u.test(text) ? text : JSON.stringify(text))]];
}

/** What a terminal would obey is written as it is in JSON. */
const harmless = (text: string): string =>
  text.replaceAll(/[\p{Cc}\p{Cf}]/gu, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`);
