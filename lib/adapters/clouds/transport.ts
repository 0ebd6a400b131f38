import ky, { type Options } from 'ky';
import type { Trouble, TroubleKind } from '../../core/jobs/observation.ts';
import { HttpTroubleError, type Http, type HttpReason } from '../platform/http.ts';
import type { Clock } from '../../ports.ts';
import type { Answer } from './fault.ts';

/** Asks one HTTP question. */
export type Transport = (
  url: URL,
  options: Pick<Options, 'method' | 'headers' | 'body' | 'signal'>,
) => Promise<{ kind: 'answer'; answer: Answer } | Trouble>;

/** ky over the one door out. Retries, redirects and deadlines are not its business: the sweep and the door see to these. */
export function createTransport(http: Pick<Http, 'fetch'>, clock: Clock): Transport {
  const client = ky.create({
    fetch: http.fetch,
    // Without a word on it a server may compress, and the door decompresses nothing.
    headers: { accept: 'application/json', 'accept-encoding': 'identity' },
    retry: 0,
    timeout: false,
    throwHttpErrors: false,
  });
  return async (url, options) => {
    try {
      const response = await client(url, options);
      const headers = Object.fromEntries(response.headers);
      return {
        kind: 'answer',
        answer: { status: response.status, headers, body: await response.text(), at: clock() },
      };
    } catch (error) {
      if (!(error instanceof HttpTroubleError)) throw error;
      return { kind: KINDS[error.reason], detail: `${error.reason}: ${error.message}` };
    }
  };
}

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
