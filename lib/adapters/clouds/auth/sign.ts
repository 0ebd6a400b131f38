import { createHmac, hash } from 'node:crypto';
import type { SignatureForm } from '../../../core/origin-config.ts';

/** What is signed. The headers are those that are signed, and all of them are. */
export interface Signable {
  method: string;
  url: URL;
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
): string {
  const { headers, canonical } = canonicalRequest(request);
  const date = headers.find(([name]) => name === 'x-sdk-date')?.[1] ?? '';
  const digest = hash('sha256', canonical);
  // Of the older form, which OTC's own client uses, region and service stay empty.
  const scope = `${date.slice(0, 8)}///sdk_request`;
  // In the present form the secret itself is the key.
  const [name, key, toSign] =
    form === 'access'
      ? [`Access=${accessKey}`, secretKey, [ALGORITHM, date, digest]]
      : [`Credential=${accessKey}/${scope}`, derived(secretKey, scope), [ALGORITHM, date, scope, digest]];
  const signature = hmac(key, toSign.join('\n')).toString('hex');
  return `${ALGORITHM} ${name}, SignedHeaders=${namesOf(headers)}, Signature=${signature}`;
}

/** A key for one day, region and service: the words of the scope, each signed with what the one before gave. */
const derived = (secretKey: string, scope: string): Buffer =>
  scope.split('/').reduce<Buffer>((key, word) => hmac(key, word), Buffer.from(`SDK${secretKey}`));

const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** `20191115T033655Z`. A cloud refuses one that is more than 15 minutes off. */
export const sdkDate = (at: number): string => new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, '');

/** The text whose hash is signed, and the headers in it: names in lower case, sorted, values trimmed. */
export function canonicalRequest(request: Signable): { canonical: string; headers: Header[] } {
  const headers = Object.entries(request.headers)
    .map(([name, value]): Header => [name.toLowerCase(), value.trim()])
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  const canonical = [
    request.method.toUpperCase(),
    canonicalPath(request.url.pathname),
    canonicalQuery(request.url.searchParams),
    headers.map(([name, value]) => `${name}:${value}\n`).join(''),
    namesOf(headers),
    hash('sha256', request.body ?? ''),
  ].join('\n');
  return { canonical, headers };
}

type Header = readonly [name: string, value: string];
const namesOf = (headers: readonly Header[]): string => headers.map(([name]) => name).join(';');

/** Signed with a slash at the end, which must not be sent: the gateway answers 404 to it. */
function canonicalPath(path: string): string {
  const encoded = path
    .split('/')
    .map((segment) => (segment.includes('%') ? encode(decodeURIComponent(segment)) : encode(segment)))
    .join('/');
  return encoded.endsWith('/') ? encoded : `${encoded}/`;
}

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
