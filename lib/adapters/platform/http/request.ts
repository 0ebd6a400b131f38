import { remembered } from '../../../core/remembered.ts';

/** What a request needs of its URL. One that differs from the last in an id alone need not be parsed for that: it costs more than to sign it. */
export type UrlParts = Pick<
  URL,
  | 'protocol'
  | 'username'
  | 'password'
  | 'host'
  | 'hostname'
  | 'port'
  | 'origin'
  | 'pathname'
  | 'search'
  | 'searchParams'
>;

// What a request may not be: nothing of it is sent then.

export function faultOfUrl(url: UrlParts): string {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return 'the URL is neither http nor https';
  return url.username || url.password ? 'the URL has credentials in it' : '';
}

/** Where a message begins and ends, and who it is for, is said by the transport alone. */
const OF_THE_TRANSPORT =
  /^(host|connection|proxy-connection|keep-alive|upgrade|expect|te|trailer|content-length|transfer-encoding)$/i;

export function faultOfHeaders(headers: Record<string, string>): string {
  for (const name of Object.keys(headers)) {
    const fault = faultOfName(name);
    if (fault !== '') return fault;
    if (NOT_IN_A_VALUE.test(headers[name]!)) return `header ${name} has characters that HTTP does not allow`;
  }
  return '';
}

const NOT_IN_A_VALUE = /[^\t\x20-\x7e\x80-\xff]/;

/** The same dozen names with every request. */
const faultOfName = remembered(100, (name) => {
  if (!/^[\w!#$%&'*+.^`|~-]+$/.test(name)) return 'a header has a name that HTTP does not allow';
  return OF_THE_TRANSPORT.test(name) ? `header ${name} cannot be set` : '';
});
