import { createHash, createHmac } from 'node:crypto';

/** What is signed. The headers are those that are signed, and all of them are. */
export interface Signable {
  method: string;
  url: URL;
  headers: Record<string, string>;
  body?: string;
}

const ALGORITHM = 'SDK-HMAC-SHA256';

/** The value of `Authorization`. The request must carry the header `X-Sdk-Date`, see `sdkDate`. */
export function authorization(request: Signable, accessKey: string, secretKey: string): string {
  const { names, date } = signedHeaders(request);
  const toSign = `${ALGORITHM}\n${date}\n${sha256(canonicalRequest(request))}`;
  // The secret itself is the key. AWS would derive one from date, region and service here.
  const signature = createHmac('sha256', secretKey).update(toSign).digest('hex');
  return `${ALGORITHM} Access=${accessKey}, SignedHeaders=${names}, Signature=${signature}`;
}

/** `20191115T033655Z`. A cloud refuses one that is more than 15 minutes off. */
export const sdkDate = (at: number): string => new Date(at).toISOString().replaceAll(/[-:]|\.\d+/g, '');

export function canonicalRequest(request: Signable): string {
  const { lines, names } = signedHeaders(request);
  return [
    request.method.toUpperCase(),
    canonicalPath(request.url.pathname),
    canonicalQuery(request.url.searchParams),
    lines,
    names,
    sha256(request.body ?? ''),
  ].join('\n');
}

function signedHeaders({ headers }: Signable): { lines: string; names: string; date: string } {
  const sorted = Object.entries(headers)
    .map(([name, value]) => [name.toLowerCase(), value.trim()] as const)
    .toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    lines: sorted.map(([name, value]) => `${name}:${value}\n`).join(''),
    names: sorted.map(([name]) => name).join(';'),
    date: sorted.find(([name]) => name === 'x-sdk-date')?.[1] ?? '',
  };
}

/** Signed with a slash at the end, which must not be sent: the gateway answers 404 to it. */
function canonicalPath(path: string): string {
  const encoded = path
    .split('/')
    .map((segment) => encode(decodeURIComponent(segment)))
    .join('/');
  return encoded.endsWith('/') ? encoded : `${encoded}/`;
}

const canonicalQuery = (query: URLSearchParams): string =>
  [...query]
    .toSorted(([nameA, a], [nameB, b]) => compareBytes(nameA, nameB) || compareBytes(a, b))
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&');

const compareBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** RFC 3986: only letters, digits and `-._~` stay as they are. */
const encode = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
