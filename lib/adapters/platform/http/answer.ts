import type { Dispatcher } from 'undici';
import type { HttpTrouble } from './trouble.ts';

export interface HttpAnswer {
  ok: true;
  status: number;
  /** Lower-case names; repeated ones joined by a comma. */
  headers: Record<string, string>;
  body: string;
  /** The body was longer than `maxBytes` and is cut, or it broke off. */
  truncated: boolean;
  /** What came instead of the rest. The status stands: the server that sent it has read the request. */
  broken?: HttpTrouble;
}

/** Mostly no name is repeated, and the parser's own object is what is wanted. */
export function joined(headers: Dispatcher.ResponseData['headers']): Record<string, string> {
  for (const name in headers) {
    const value = headers[name];
    if (typeof value !== 'string') headers[name] = value?.join(', ') ?? '';
  }
  return headers as Record<string, string>;
}

/** How a text in another charset than UTF-8 may begin, whatever its header says. */
const MARKS = [
  [Buffer.from([0xff, 0xfe]), 'utf-16le'],
  [Buffer.from([0xfe, 0xff]), 'utf-16be'],
] as const;

const CHARSET = /;\s*charset\s*=\s*"?([\w:.-]{1,40})/i;
/** Every mark begins with a byte that is none of ASCII. */
const MAX_ASCII = 0x7f;

/** A body's text, in the charset that it names; UTF-8 where it names none, or none that is known. */
export function decoded(body: Buffer, contentType = ''): string {
  const [, named = 'utf-8'] = CHARSET.exec(contentType) ?? [];
  if (/^utf-?8$/i.test(named) && (body[0] ?? 0) <= MAX_ASCII) return body.toString();
  const marked = MARKS.find(([mark]) => body.subarray(0, mark.length).equals(mark))?.[1];
  try {
    return new TextDecoder(marked ?? named).decode(body);
  } catch {
    return new TextDecoder().decode(body);
  }
}

/** `Response` knows no other status. */
export const fitsResponse = ({ status }: HttpAnswer): boolean => status >= 200 && status <= 599;

export function asResponse({ status, headers, body }: HttpAnswer): Response {
  const bodyless = status === 204 || status === 205 || status === 304;
  return new Response(bodyless ? null : body, { status, headers });
}
