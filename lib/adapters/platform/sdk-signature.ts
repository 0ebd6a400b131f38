import { hash } from 'node:crypto';
import { hmacWith, type Hmac } from './hmac.ts';
import type { UrlParts } from './http/request.ts';
import { remembered } from '../../core/remembered.ts';
import type { SignatureForm } from '../../core/origin-config.ts';

/** What is signed. The headers are those that are signed, and all of them are. */
export interface Signable {
  method: string;
  url: UrlParts;
  headers: Record<string, string>;
  body?: string;
}

const ALGORITHM = 'SDK-HMAC-SHA256';

/** The value of `Authorization`. The request must carry the header `X-Sdk-Date`, see `sdkDate`. */
export function authorization(
  request: Signable,
  accessKey: string,
  secretKey: string,
  form: SignatureForm = 'access',
  { keyOf, derivedKeyOf }: ReadyKeys = readyKeys(),
): string {
  const { names, date, canonical } = canonicalRequest(request);
  const digest = hash('sha256', canonical);
  // In the present form the secret itself is the key.
  if (form === 'access') {
    const signature = keyOf(secretKey)(`${ALGORITHM}\n${date}\n${digest}`, 'hex');
    return `${ALGORITHM} Access=${accessKey}, SignedHeaders=${names}, Signature=${signature}`;
  }
  // Of the older form, which OTC's own client uses, region and service stay empty.
  const scope = `${date.slice(0, 8)}///sdk_request`;
  const key = derivedKeyOf(`${scope}\n${secretKey}`);
  const signature = key(`${ALGORITHM}\n${date}\n${scope}\n${digest}`, 'hex');
  return `${ALGORITHM} Credential=${accessKey}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
}

/** The keys of one identity, made ready once. */
export interface ReadyKeys {
  keyOf(secretKey: string): Hmac;
  /** For one day, region and service: the words of the scope, each signed with what the one before gave. */
  derivedKeyOf(scopeAndSecret: string): Hmac;
}

/** The present one, and one that it replaces. */
const KEYS = 2;

export const readyKeys = (): ReadyKeys => ({
  keyOf: remembered(KEYS, (secretKey) => hmacWith(Buffer.from(secretKey))),
  derivedKeyOf: remembered(KEYS, (scopeAndSecret) => {
    const [scope = '', secretKey = ''] = scopeAndSecret.split(/\n([^]*)/);
    const key = scope
      .split('/')
      .reduce<Buffer>((key, word) => hmac(key, word), Buffer.from(`SDK${secretKey}`));
    return hmacWith(key);
  }),
});

const hmac = (key: Buffer, text: string): Buffer => Buffer.from(hmacWith(key)(text, 'binary'), 'binary');

/** `20191115T033655Z`. A cloud refuses one that is more than 15 minutes off. */
export const sdkDate = (at: number): string => new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, '');

/** The text whose hash is signed; of the headers in it the names, in lower case and sorted, and the date. */
export function canonicalRequest(request: Signable): { canonical: string; names: string; date: string } {
  const { url, headers } = request;
  const { signed, joined, date } = namesOf(Object.keys(headers).join());
  const lines = signed.reduce((text, [name, given]) => `${text}${name}:${headers[given]!.trim()}\n`, '');
  const query = url.search && canonicalQuery(url.searchParams);
  const body = request.body ? hash('sha256', request.body) : NO_BODY;
  return {
    canonical: `${request.method.toUpperCase()}\n${canonicalPath(url.pathname)}\n${query}\n${lines}\n${joined}\n${body}`,
    names: joined,
    date: date === undefined ? '' : headers[date]!.trim(),
  };
}

/** The same few names with every request: in lower case and sorted, each with how it was given. */
const namesOf = remembered(100, (names) => {
  const each = names === '' ? [] : names.split(',');
  const given = new Map(each.map((name) => [name.toLowerCase(), name]));
  const signed = [...given].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return { signed, joined: signed.map(([name]) => name).join(';'), date: given.get('x-sdk-date') };
});

const NO_BODY = hash('sha256', '');

/** Signed with a slash at the end, which must not be sent: the gateway answers 404 to it. */
function canonicalPath(path: string): string {
  if (PLAIN_PATH.test(path)) return path.endsWith('/') ? path : `${path}/`;
  const encoded = path
    .split('/')
    .map((segment) => (segment.includes('%') ? encode(decodeURIComponent(segment)) : encode(segment)))
    .join('/');
  return encoded.endsWith('/') ? encoded : `${encoded}/`;
}

/** The usual case by far: ids and plain words. */
const PLAIN_PATH = /^[\w.~/-]*$/;

const canonicalQuery = (query: URLSearchParams): string =>
  [...query]
    .toSorted(([nameA, a], [nameB, b]) => compareBytes(nameA, nameB) || compareBytes(a, b))
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&');

const compareBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** RFC 3986: letters, digits and `-._~` stay as they are. */
function encode(text: string): string {
  // The usual case by far: ids and plain words.
  if (/^[\w.~-]*$/.test(text)) return text;
  return encodeURIComponent(text).replaceAll(
    /[!'()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
