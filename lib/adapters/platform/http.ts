import { Agent, Pool } from 'undici';
import { bare, guardedConnector, isForwarded, type Ways } from './address.ts';
import { asResponse, decoded, fitsResponse, joined, readUpTo, type HttpAnswer } from './http/answer.ts';

import { newProgress, ObservedClient, type Progress } from './http/progress.ts';
import { faultOfHeaders, faultOfUrl } from './http/request.ts';
import { credentialsFor } from './proxy.ts';
import {
  codeOf,
  HttpTroubleError,
  reasonOf,
  whereOf,
  WORDS,
  type HttpReason,
  type HttpTrouble,
} from './http/trouble.ts';

export { HttpTroubleError, type HttpReason, type HttpTrouble };

export type { HttpAnswer };

/**
 * The one door out: every request to a cloud, to Slack or to a subscriber's webhook goes through here. It follows no
 * redirect, decompresses nothing, speaks to public addresses only, and always comes back: with an answer or with a reason.
 */
export interface Http {
  /** Never throws. */
  exchange(request: HttpRequest): Promise<HttpAnswer | HttpTrouble>;
  /** The same for clients that want a `fetch`. The whole answer is in memory when it resolves; throws `HttpTroubleError`. */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** Opens a connection and closes it: name, address, TCP and TLS are tried, nothing is sent. Null: it can be reached. */
  reach(url: string, deadlineMs: number): Promise<HttpTrouble | null>;
  /** Ends all connections. To be called last: what is still under way fails. */
  close(): Promise<void>;
}

export interface HttpRequest extends Limits {
  method: string;
  /** http or https, without credentials in it. */
  url: string;
  headers: Record<string, string>;
  body?: string | Uint8Array;
  /** Ends the exchange (`stopped`): there is no time left for it. */
  signal?: AbortSignal | undefined;
}
export interface Limits {
  /** For everything together: name, connection, TLS, head and body of the answer. */
  deadlineMs: number;
  /** Of the answer's body; what comes beyond is not read. */
  maxBytes: number;
}

export interface HttpOptions extends Ways {
  /** Hosts that may have a private address: one's own, never a subscriber's. */
  allowPrivate: (hostname: string) => boolean;
  redact: (text: string) => string;
  /** Of `fetch`, whose signature has no place for them. */
  limits?: Limits;
}

/** A token in a header may have 32 KiB, and the clouds' gateways allow 128 KiB for all headers together. */
const MAX_HEADER_BYTES = 128 * 1024;
const FETCH_LIMITS: Limits = { deadlineMs: 15_000, maxBytes: 1024 * 1024 };

export function createHttp({ redact, limits = FETCH_LIMITS, ...ways }: HttpOptions): Http {
  const connect = guardedConnector(ways);
  const agent = new Agent({
    connect,
    allowH2: false,
    maxHeaderSize: MAX_HEADER_BYTES,
    // Both would begin anew with every piece that arrives; the deadline covers the whole.
    headersTimeout: 0,
    bodyTimeout: 0,
    factory: (origin, options) =>
      new Pool(origin, { ...options, factory: (at, own) => new ObservedClient(at, own) }),
  });
  const trouble = (reason: HttpReason, detail: string): HttpTrouble => ({
    ok: false,
    reason,
    detail: redact(detail),
  });
  const failed = (reason: keyof typeof WORDS, host: string, code = ''): HttpTrouble =>
    trouble(reason, WORDS[reason](host, code));

  const exchange: Http['exchange'] = async (request) => {
    const url = URL.parse(request.url);
    if (!url) return trouble('bad_url', 'the URL is not valid');
    const urlFault = faultOfUrl(url);
    if (urlFault) return trouble('bad_url', urlFault);
    const headerFault = faultOfHeaders(request.headers);
    if (headerFault) return trouble('bad_url', headerFault);

    if (request.signal?.aborted) return failed('stopped', url.host);

    const progress = newProgress();
    const ending = new AbortController();
    const ended = Promise.withResolvers<HttpTrouble>();
    const end = (reason: 'timeout' | 'stopped'): void => {
      ending.abort();
      ended.resolve(failed(reason, url.host));
    };
    const stop = (): void => end('stopped');
    const timer = setTimeout(() => end('timeout'), request.deadlineMs);
    request.signal?.addEventListener('abort', stop);
    const answered = send(url, request, ending.signal, progress).catch((error: unknown) =>
      failed(reasonOf(error), whereOf(error, url.host), codeOf(error)),
    );
    // Raced, because undici sees an abort only once it is connected: a resolver that hangs would hold us.
    const result = await Promise.race([answered, ended.promise]).finally(() => {
      clearTimeout(timer);
      request.signal?.removeEventListener('abort', stop);
    });
    if (result.ok || !progress.sent) return result;
    const broken: HttpTrouble = { ...result, sent: true };
    return progress.status > 0 ? { ...answerOf(progress), truncated: true, broken } : broken;
  };

  async function send(
    url: URL,
    request: HttpRequest,
    signal: AbortSignal,
    progress: Progress,
  ): Promise<HttpAnswer> {
    const path = url.pathname + url.search;
    const asked = { protocol: url.protocol, hostname: bare(url.hostname), port: url.port };
    const proxy = isForwarded(asked, ways.allowPrivate) ? ways.proxyFor?.(asked) : null;
    const answer = await agent.request({
      origin: url.origin,
      path: proxy ? url.origin + path : path,
      method: request.method,
      headers: { 'user-agent': 'jobchime', ...request.headers, ...(proxy && credentialsFor(proxy)) },
      body: request.body ?? null,
      signal,
      opaque: progress,
    });
    // The parser knows it also where the beginning was not recognised.
    progress.status = answer.statusCode;
    progress.headers = joined(answer.headers);
    const truncated = await readUpTo(request.maxBytes, answer.body, progress.chunks);
    return { ...answerOf(progress), truncated };
  }

  return {
    exchange,
    async fetch(input, init) {
      // What ky passes along with a Request are its own leftover options.
      const request = input instanceof Request ? input : new Request(input, init);
      const answer = await exchange({
        method: request.method,
        url: request.url,
        headers: Object.fromEntries(request.headers),
        ...(request.body && { body: await request.bytes() }),
        signal: request.signal,
        ...limits,
      });
      if (!answer.ok) throw new HttpTroubleError(answer);
      if (answer.broken) throw new HttpTroubleError(answer.broken);
      const { host } = new URL(request.url);
      if (answer.truncated) throw new HttpTroubleError(failed('too_large', host));
      if (!fitsResponse(answer))
        throw new HttpTroubleError(failed('network', host, `status ${answer.status}`));
      return asResponse(answer);
    },
    async reach(text, deadlineMs) {
      const url = URL.parse(text);
      const fault = url ? faultOfUrl(url) : 'the URL is not valid';
      if (!url || fault) return trouble('bad_url', fault);
      const { hostname, host, protocol, port } = url;
      const target = { hostname: bare(hostname), host, protocol, port };
      return new Promise((resolve) => {
        const timer = setTimeout(() => resolve(failed('timeout', host)), deadlineMs);
        connect(target, (error, socket) => {
          clearTimeout(timer);
          socket?.destroy();
          resolve(error ? failed(reasonOf(error), whereOf(error, host), codeOf(error)) : null);
        });
      });
    },
    close: () => agent.destroy(),
  };
}

const answerOf = ({ status, headers, chunks }: Progress): Omit<HttpAnswer, 'truncated'> => ({
  ok: true,
  status,
  headers,
  body: decoded(Buffer.concat(chunks), headers['content-type']),
});
