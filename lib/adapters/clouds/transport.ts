import type { Options } from 'ky';
import { lazily } from '../../core/lazily.ts';
import type { Trouble, TroubleKind } from '../../core/jobs/observation.ts';
import { HttpTroubleError, type Http, type HttpReason, type UrlParts } from '../platform/http.ts';
import type { Clock } from '../../ports.ts';
import type { Answer } from './fault.ts';

/** What came of one HTTP request. */
export type Answered = { kind: 'answer'; answer: Answer } | Trouble;

/** Sends one HTTP request that signs in: some a day. */
export type Transport = (
  url: URL,
  options: Pick<Options, 'method' | 'headers' | 'body' | 'signal'>,
) => Promise<Answered>;

/** Sends one HTTP request that checks a job: some millions a day. */
export type Query = (
  url: UrlParts,
  headers: Record<string, string>,
  signal: AbortSignal | undefined,
  sent?: Sent,
) => Promise<Answered>;
/** What differs from a GET without a body. */
export interface Sent {
  method: string;
  body?: string | undefined;
}

/** Without a word on it a server may compress, and the door decompresses nothing. */
const HEADERS = { accept: 'application/json', 'accept-encoding': 'identity' };

/**
 * ky over the one door out. Retries, redirects and deadlines are not its business: the sweep and the door see to these. Nor are
 * errors and schemas: a status is an answer too, whose body says what is wrong (`fault.ts`), and each dialect reads its own.
 */
export function createTransport(http: Pick<Http, 'fetch'>, clock: Clock): Transport {
  // Loaded where somebody signs in: keys never do.
  const client = lazily(async () =>
    (await import('ky')).default.create({
      fetch: http.fetch,
      headers: HEADERS,
      retry: 0,
      timeout: false,
      throwHttpErrors: false,
    }),
  );
  return async (url, options) => {
    const send = await client();
    try {
      const response = await send(url, options);
      const headers = Object.fromEntries(response.headers);
      return {
        kind: 'answer',
        answer: { status: response.status, headers, body: await response.text(), at: clock() },
      };
    } catch (error) {
      if (!(error instanceof HttpTroubleError)) throw error;
      return troubleFor(error.reason, error.message);
    }
  };
}

/** The one door out without anything in front of it: ky alone costs as much again as all the rest of a check. */
export function createQuery(http: Pick<Http, 'whole'>, clock: Clock): Query {
  return async (url, headers, signal, { method, body }: Sent = { method: 'GET' }) => {
    const answer = await http.whole({
      method,
      url,
      headers: { ...HEADERS, ...headers },
      ...(body !== undefined && { body }),
      signal,
    });
    if (!answer.ok) return troubleFor(answer.reason, answer.detail);
    return {
      kind: 'answer',
      answer: { status: answer.status, headers: answer.headers, body: answer.body, at: clock() },
    };
  };
}

const troubleFor = (reason: HttpReason, detail: string): Trouble => ({
  kind: KINDS[reason],
  detail: `${reason}: ${detail}`,
});

const KINDS: Readonly<Record<HttpReason, TroubleKind>> = {
  timeout: 'unavailable',
  stopped: 'unavailable',
  dns: 'unavailable',
  refused: 'unavailable',
  reset: 'unavailable',
  tls: 'unavailable',
  network: 'unavailable',
  too_large: 'malformed',
  // Both are decided by the configuration, before anything is sent.
  blocked_address: 'misrouted',
  bad_url: 'misrouted',
};
