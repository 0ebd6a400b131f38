import { bare, guardedConnector, isForwarded, type Ways } from './address.ts';
import { asResponse, fitsResponse, type HttpAnswer } from './http/answer.ts';
import { Exchange, type Cause } from './http/exchange.ts';
import { ObservedClient } from './http/progress.ts';
import { Agent, Pool, type buildConnector } from './http/undici.ts';
import { faultOfHeaders, faultOfUrl, type UrlParts } from './http/request.ts';
import { keptWays, type OwnWay } from './http/own-ways.ts';
import { credentialsFor, type ProxyFor } from './proxy.ts';
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

export type { HttpAnswer, OwnWay, UrlParts };

/**
 * The one door out: every request to a cloud, to Slack or to a subscriber's webhook goes through here. It follows no
 * redirect, decompresses nothing, speaks to public addresses only, and always comes back: with an answer or with a reason.
 */
export interface Http {
  /** Never throws. */
  exchange(request: HttpRequest): Promise<HttpAnswer | HttpTrouble>;
  /** The same for callers that need the whole answer or none, within the door's own limits. */
  whole(request: Omit<HttpRequest, keyof Limits>): Promise<HttpAnswer | HttpTrouble>;
  /** The same for clients that take a `fetch`. The whole answer is in memory when it resolves; throws `HttpTroubleError`. */
  fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** Opens a connection and closes it: name, address, TCP and TLS are tried, nothing is sent. Null: it can be reached. */
  reach(url: string, deadlineMs: number, way?: OwnWay): Promise<HttpTrouble | null>;
  /** Ends all connections. To be called last: what is still under way fails. */
  close(): Promise<void>;
}

export interface HttpRequest extends Limits {
  method: string;
  /** http or https, without credentials in it. */
  url: string | UrlParts;
  headers: Record<string, string>;
  body?: string | Uint8Array;
  /** Ends the exchange (`stopped`): there is no time left for it. */
  signal?: AbortSignal | undefined;
  /** How its host is reached; left out: as all others. */
  way?: OwnWay | undefined;
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
  /** Of `whole` and `fetch`. */
  limits?: Limits;
}

/** A token in a header may have 32 KiB, and the clouds' gateways allow 128 KiB for all headers together. */
const MAX_HEADER_BYTES = 128 * 1024;
const FETCH_LIMITS: Limits = { deadlineMs: 15_000, maxBytes: 1024 * 1024 };

/** What leads out, one way. */
interface Door {
  connect: buildConnector.connector;
  agent: Agent;
  proxyFor: ProxyFor | undefined;
  close(): Promise<void>;
}

function openDoor(ways: Ways): Door {
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
  return { connect, agent, proxyFor: ways.proxyFor, close: () => agent.close() };
}

/** What is said of a way of one's own comes before what is said of all, and adds to whom is trusted. */
function waysOf(all: Ways, { ca, cert, key, proxy }: OwnWay): Ways {
  const authorities = [all.ca, ca].filter((it) => typeof it === 'string');
  return {
    ...all,
    ca: authorities.length > 0 ? authorities.join('\n') : null,
    identity: cert !== undefined && key !== undefined ? { cert, key } : null,
    ...(proxy !== undefined && { proxyFor: () => (proxy === null ? null : new URL(proxy)) }),
  };
}

export function createHttp({ redact, limits = FETCH_LIMITS, ...ways }: HttpOptions): Http {
  const door = openDoor(ways);
  const others = keptWays((way) => openDoor(waysOf(ways, way)));
  const doorOf = (way: OwnWay | undefined): Door => (way ? others.of(way) : door);
  const trouble = (reason: HttpReason, detail: string): HttpTrouble => ({
    ok: false,
    reason,
    detail: redact(detail),
  });
  const failed = (reason: keyof typeof WORDS, host: string, code = ''): HttpTrouble =>
    trouble(reason, WORDS[reason](host, code));

  const failedBy = (cause: Cause, host: string): HttpTrouble =>
    'reason' in cause
      ? failed(cause.reason, host)
      : failed(reasonOf(cause.error), whereOf(cause.error, host), codeOf(cause.error));

  /** Calls `done` once. */
  function begin(request: HttpRequest, done: (result: HttpAnswer | HttpTrouble) => void): void {
    const { signal, maxBytes, deadlineMs } = request;
    const url = typeof request.url === 'string' ? URL.parse(request.url) : request.url;
    if (!url) return done(trouble('bad_url', 'the URL is not valid'));
    const fault = faultOfUrl(url) || faultOfHeaders(request.headers);
    if (fault) return done(trouble('bad_url', fault));
    if (signal?.aborted) return done(failed('stopped', url.host));

    const one = new Exchange(maxBytes, (cause) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', stop);
      done(cause ? brokenBy(one, failedBy(cause, url.host)) : one.answer);
    });
    const stop = (): void => one.end('stopped');
    signal?.addEventListener('abort', stop);
    // Node keeps all timers of one length in one list: setting one and clearing it costs half a microsecond.
    const timer = setTimeout(() => one.end('timeout'), deadlineMs);
    try {
      send(url, request, one);
    } catch (error) {
      one.onResponseError(null, error);
    }
  }

  function send(url: UrlParts, request: HttpRequest, one: Exchange): void {
    const path = url.pathname + url.search;
    const asked = { protocol: url.protocol, hostname: bare(url.hostname), port: url.port };
    const { agent, proxyFor } = doorOf(request.way);
    const proxy = isForwarded(asked, ways.allowPrivate) ? proxyFor?.(asked) : null;
    const options = {
      origin: url.origin,
      path: proxy ? url.origin + path : path,
      method: request.method as 'GET',
      headers: { 'user-agent': 'jobchime', ...request.headers, ...(proxy && credentialsFor(proxy)) },
      body: request.body ?? null,
    };
    agent.dispatch(options, one);
  }

  const wholeOf = (answer: HttpAnswer | HttpTrouble, url: HttpRequest['url']): HttpAnswer | HttpTrouble => {
    if (!answer.ok) return answer;
    if (answer.broken) return answer.broken;
    if (answer.truncated) return failed('too_large', hostOf(url));
    return fitsResponse(answer) ? answer : failed('network', hostOf(url), `status ${answer.status}`);
  };

  const exchange: Http['exchange'] = (request) => new Promise((resolve) => begin(request, resolve));
  const whole: Http['whole'] = (request) =>
    new Promise((resolve) => {
      begin({ ...request, ...limits }, (answer) => resolve(wholeOf(answer, request.url)));
    });

  return {
    exchange,
    whole,
    async fetch(input, init) {
      // What ky passes along with a Request are its own leftover options.
      const request = input instanceof Request ? input : new Request(input, init);
      const answer = await whole({
        method: request.method,
        url: request.url,
        headers: Object.fromEntries(request.headers),
        ...(request.body && { body: await request.bytes() }),
        signal: request.signal,
      });
      if (!answer.ok) throw new HttpTroubleError(answer);
      return asResponse(answer);
    },
    async reach(text, deadlineMs, way) {
      const url = URL.parse(text);
      const fault = url ? faultOfUrl(url) : 'the URL is not valid';
      if (!url || fault) return trouble('bad_url', fault);
      const { hostname, host, protocol, port } = url;
      const target = { hostname: bare(hostname), host, protocol, port };
      return new Promise((resolve) => {
        const timer = setTimeout(() => resolve(failed('timeout', host)), deadlineMs);
        const end = (error: unknown): void => {
          clearTimeout(timer);
          resolve(error ? failed(reasonOf(error), whereOf(error, host), codeOf(error)) : null);
        };
        try {
          doorOf(way).connect(target, (error, socket) => {
            socket?.destroy();
            end(error);
          });
        } catch (error) {
          end(error);
        }
      });
    },
    async close() {
      await Promise.all([door, ...others.all()].map(({ agent }) => agent.destroy()));
    },
  };
}

const hostOf = (url: HttpRequest['url']): string => (typeof url === 'string' ? new URL(url) : url).host;

/** A status that has come stands, whatever broke behind it. */
function brokenBy(one: Exchange, why: HttpTrouble): HttpAnswer | HttpTrouble {
  if (!one.sent) return why;
  const broken: HttpTrouble = { ...why, sent: true };
  return one.status > 0 ? { ...one.answer, truncated: true, broken } : broken;
}
