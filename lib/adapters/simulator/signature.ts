import { createHash, createHmac, timingSafeEqual, type Hmac } from 'node:crypto';
import type { Call } from './exchange.ts';

/** What an Authorization header of the algorithm SDK-HMAC-SHA256 says. */
export interface Signed {
  access: string;
  /** `{date}/{region}/{service}/sdk_request`, where region and service may be empty; null in the present form. */
  scope: string | null;
  /** Names of the signed headers, in the order given. */
  headers: string[];
  signature: string;
}
export type SignedCall = Pick<Call, 'method' | 'path' | 'query' | 'headers' | 'body'>;

const ALGORITHM = 'SDK-HMAC-SHA256';
const AUTHORIZATION =
  /^SDK-HMAC-SHA256 (?:Access=([^,\s]+)|Credential=([^,\s/]+)\/(\d{8}\/[^,\s/]*\/[^,\s/]*\/sdk_request)), *SignedHeaders=([^,\s]+), *Signature=([0-9a-f]{64})$/;

/** Null when the header is not of this algorithm's form. */
export function parseAuthorization(header: string): Signed | null {
  const match = AUTHORIZATION.exec(header);
  if (!match) return null;
  const [, present, older, scope = null, headers, signature] = match;
  return { access: (present ?? older)!, scope, headers: headers!.split(';'), signature: signature! };
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
  return hmac(secret, `${ALGORITHM}\n${date}\n${sha256(canonical)}`).digest('hex');
}

/** In hex, of the older form: the key is derived from the secret along the scope, which is signed too. */
export function olderSignatureOf(canonical: string, date: string, secret: string, scope: string): string {
  const key = scope
    .split('/')
    .reduce<string | Buffer>((part, word) => hmac(part, word).digest(), `SDK${secret}`);
  return hmac(key, `${ALGORITHM}\n${date}\n${scope}\n${sha256(canonical)}`).digest('hex');
}

const hmac = (key: string | Buffer, text: string): Hmac => createHmac('sha256', key).update(text);

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
