import type { Socket } from 'node:net';
import type { buildConnector } from 'undici';

/** The proxy for a request; null: none. */
export type ProxyFor = (target: Pick<buildConnector.Options, 'protocol' | 'hostname' | 'port'>) => URL | null;

/** What went wrong on the way to the proxy or with it. `proxy` is its host and port. */
export interface ProxyError extends Error {
  code?: string;
  proxy: string;
}
export const viaProxy = (error: Error, { host }: URL): ProxyError => Object.assign(error, { proxy: host });

/** For its answer to `CONNECT`; the whole exchange has a deadline too. */
const ANSWER_MS = 10_000;
const MAX_HEAD_BYTES = 16 * 1024;

export const portOf = ({ protocol, port }: Pick<URL, 'protocol' | 'port'>): string =>
  port || (protocol === 'https:' ? '443' : '80');

/** `Proxy-Authorization`, where its URL has a name and a password. */
export function credentialsFor(proxy: URL): Record<string, string> {
  if (!proxy.username && !proxy.password) return {};
  return { 'proxy-authorization': `Basic ${Buffer.from(loginOf(proxy)).toString('base64')}` };
}

export const loginOf = ({ username, password }: Pick<URL, 'username' | 'password'>): string =>
  `${decoded(username)}:${decoded(password)}`;

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Sends CONNECT to `authority` on an open connection to the proxy; returns the answer of a proxy that refuses. */
export function lead(socket: Socket, proxy: URL, authority: string): Promise<Error | null> {
  const headers = { host: authority, 'user-agent': 'jobchime', ...credentialsFor(proxy) };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`CONNECT ${authority} HTTP/1.1\r\n${lines.join('')}\r\n`);
  return new Promise((resolve) => {
    let head = Buffer.alloc(0);
    const end = (error: Error | null): void => {
      clearTimeout(late);
      socket.off('data', more).off('error', end).off('close', closed);
      if (error) socket.on('error', () => {}).destroy();
      resolve(error && viaProxy(error, proxy));
    };
    const closed = (): void => end(failure('ECONNRESET'));
    const more = (chunk: Buffer): void => {
      head = Buffer.concat([head, chunk]);
      const at = head.indexOf('\r\n\r\n');
      if (at === -1)
        return head.length > MAX_HEAD_BYTES ? end(failure('UND_ERR_HEADERS_OVERFLOW')) : undefined;
      const [, status] = /^HTTP\/1\.[01] (\d{3})[ \r]/.exec(head.toString('latin1', 0, at + 2)) ?? [];
      if (status?.[0] !== '2') return end(failure(status ? `it said ${status}` : 'it speaks no HTTP'));
      socket.pause();
      // A server that speaks first is no server of HTTP, but nothing of what it sent may be lost.
      if (head.length > at + 4) socket.unshift(head.subarray(at + 4));
      end(null);
    };
    const late = setTimeout(() => end(failure('ETIMEDOUT')), ANSWER_MS);
    socket.on('data', more).on('error', end).on('close', closed);
  });
}

const failure = (code: string): Error => Object.assign(new Error('the proxy does not lead on'), { code });
