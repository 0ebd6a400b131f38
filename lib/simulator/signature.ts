import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { Call } from './exchange.ts';

/** What an Authorization header of the algorithm SDK-HMAC-SHA256 says. */
export interface Signed {
  access: string;
  /** Names of the signed headers, in the order given. */
  headers: string[];
  signature: string;
}
export type SignedCall = Pick<Call, 'method' | 'path' | 'query' | 'headers' | 'body'>;

const ALGORITHM = 'SDK-HMAC-SHA256';
const AUTHORIZATION =
  /^SDK-HMAC-SHA256 Access=([^,\s]+), *SignedHeaders=([^,\s]+), *Signature=([0-9a-f]{64})$/;

/** Null when the header is not of this algorithm's form. */
export function parseAuthorization(header: string): Signed | null {
  const match = AUTHORIZATION.exec(header);
  if (!match) return null;
  return { access: match[1]!, headers: match[2]!.split(';'), signature: match[3]! };
}

/** Method, path, query, headers, their names and the body's hash, each on its line. */
export function canonicalRequest(call: SignedCall, signedHeaders: readonly string[]): string {
  const names = signedHeaders.map((name) => name.toLowerCase()).toSorted();
  return [
    call.method.toUpperCase(),
    canonicalPath(call.path),
    canonicalQuery(call.query),
    names.map((name) => `${name}:${headerOf(call, name)}\n`).join(''),
    names.join(';'),
    headerOf(call, 'x-sdk-content-sha256') || sha256(call.body),
  ].join('\n');
}

/** In hex. The key is the secret itself: nothing is derived from date, region or service. */
export function signatureOf(canonical: string, date: string, secret: string): string {
  const toSign = `${ALGORITHM}\n${date}\n${sha256(canonical)}`;
  return createHmac('sha256', secret).update(toSign).digest('hex');
}

export const sameSignature = (a: string, b: string): boolean =>
  a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));

/** The signed path ends in a slash whether or not the sent one does. */
function canonicalPath(path: string): string {
  const encoded = path
    .split('/')
    .map((part) => encode(decode(part)))
    .join('/');
  return encoded.endsWith('/') ? encoded : `${encoded}/`;
}

/** Sorted by key and then by value, as bytes and before they are encoded. */
const canonicalQuery = (query: string): string =>
  [...new URLSearchParams(query)]
    .toSorted(([keyA, a], [keyB, b]) => compareBytes(keyA, keyB) || compareBytes(a, b))
    .map(([key, value]) => `${encode(key)}=${encode(value)}`)
    .join('&');

const compareBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** RFC 3986: letters, digits and -._~ stay as they are. */
const encode = (text: string): string =>
  encodeURIComponent(text.toWellFormed()).replace(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );

function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const headerOf = (call: SignedCall, name: string): string =>
  [call.headers[name] ?? ''].flat().join(',').trim();

const sha256 = (data: string | Buffer): string => createHash('sha256').update(data).digest('hex');
