import { hasOwn } from '../../core/is-record.ts';
import { parseJson } from '../../core/parse-json.ts';
import { refuse } from '../api/problem.ts';
import { Refused } from './visit.ts';

/** A form has some lines; what is longer is none of ours. */
const MAX_FORM = 65_536;

/** What an address or a form names of a table; undefined: it has no such entry. */
export const namedIn = <T>(table: Readonly<Record<string, T>>, name: string | null): T | undefined =>
  name !== null && hasOwn(table, name) ? table[name] : undefined;

/** Nothing that is taken from a form is nested deeper, and no more than that can be written anew. */
const MAX_DEPTH = 100;
const isDeeper = (value: unknown, left: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (left === 0 || Object.values(value).some((one) => isDeeper(one, left - 1)));

/** What somebody wrote as JSON; undefined for any other text. */
export function jsonIn(text: string): unknown {
  const value = parseJson(text);
  return isDeeper(value, MAX_DEPTH) ? undefined : value;
}

/** What a browser sends with a form. Throws `Refused` for anything else. */
export async function formOf(request: Request): Promise<URLSearchParams> {
  const type = request.headers.get('content-type') ?? '';
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type))
    throw new Refused(refuse('unsupported_media_type', 'This takes forms alone.'));
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > MAX_FORM) throw new Refused(refuse('too_large', 'The form is too large.'));
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}
