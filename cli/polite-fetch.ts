import { setTimeout as sleep } from 'node:timers/promises';
import { hostOf, LOOPBACK } from '../lib/core/input/values.ts';
import { retryAfter } from '../lib/adapters/platform/retry-after.ts';
import type { Secrets } from '../lib/adapters/platform/secrets.ts';
import { notJobchime } from './api-refusal.ts';
import { Refusal } from './refusal.ts';

/** Requests under way at once. The API answers 20 a second of one token. */
const ABREAST = 6;
/** Slower than what any part of the way waits for. */
const ANSWER_MS = 60_000;
/** How often, and how long at a time, we wait where too much was asked. */
const TRIES = 20;
const LONGEST_WAIT_MS = 60_000;
const USUAL_WAIT_MS = 2_000;

/** Asks a few at a time, waits where it is told to, and answers only with what comes from Jobchime; never with the token. */
export function politeFetch(
  url: string,
  secrets: Secrets,
  pause: (ms: number) => Promise<unknown> = sleep,
): (request: Request) => Promise<Response> {
  const inTurn = turns(ABREAST);
  return (request) =>
    inTurn(async () => {
      for (let tries = 1; ; tries += 1) {
        const response = await reach(url, request.clone(), secrets);
        const wait =
          retryAfter(response.headers.get('retry-after') ?? undefined, Date.now()) ?? USUAL_WAIT_MS;
        if (response.status !== 429 || tries === TRIES || wait > LONGEST_WAIT_MS)
          return answerOf(url, response, secrets);
        await response.body?.cancel();
        await pause(wait);
      }
    });
}

async function reach(url: string, request: Request, secrets: Secrets): Promise<Response> {
  try {
    return await fetch(request, { redirect: 'manual', signal: AbortSignal.timeout(ANSWER_MS) });
  } catch (error) {
    // What fetch throws says only that it failed; the reason is within.
    const { name, message, cause } = error as Error & { cause?: NodeJS.ErrnoException };
    const why =
      name === 'TimeoutError'
        ? `no answer in ${ANSWER_MS / 1_000} s`
        : (cause?.code ?? secrets.redact(cause?.message ?? message));
    throw new Refusal(`${url} cannot be reached (${why}). ${fixFor(why, url)}`, {
      passing: true,
      cause: error,
    });
  }
}

/** What OpenSSL makes of an answer that is no TLS. */
const NO_TLS = /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG)$/;

function fixFor(why: string, url: string): string {
  if (NO_TLS.test(why)) {
    const here = LOOPBACK.includes(hostOf(new URL(url)));
    return here
      ? `What answers there speaks http, not https. Write ${url.replace(/^https/, 'http')}.`
      : 'What answers there speaks http, not https. Use the port that has TLS, or a tunnel (docs/cli.md).';
  }
  if (/CERT|SIGNATURE|SSL|TLS/.test(why))
    return 'Its certificate must be valid for this name; NODE_EXTRA_CA_CERTS names a file with an authority of your own.';
  return 'Check the address, and that the service runs and has api.listen.';
}

/** What the answers to the commands have, each one of them. */
const PARTS = ['items', 'results', 'key', 'job'];

async function answerOf(url: string, response: Response, secrets: Secrets): Promise<Response> {
  const { status, statusText, headers } = response;
  const location = URL.parse(headers.get('location') ?? '', url);
  if (status >= 300 && status < 400) {
    await response.body?.cancel();
    const where = location ? ` to ${secrets.redact(location.origin)}` : '';
    throw new Refusal(
      `${url} leads elsewhere (HTTP ${status}${where}). Give the address of the service itself.`,
    );
  }
  const text = secrets.redact(await textOf(url, response));
  if (response.ok && !isAnswer(text)) throw notJobchime(url, status);
  const kept = ['content-type', 'retry-after'].flatMap((name): [string, string][] => {
    const value = headers.get(name);
    return value === null ? [] : [[name, value]];
  });
  return new Response(text, { status, statusText, headers: kept });
}

async function textOf(url: string, response: Response): Promise<string> {
  try {
    return await response.text();
  } catch (error) {
    throw new Refusal(`${url} broke off its answer. Try again.`, { passing: true, cause: error });
  }
}

function isAnswer(text: string): boolean {
  try {
    const body = JSON.parse(text) as unknown;
    return typeof body === 'object' && body !== null && PARTS.some((part) => part in body);
  } catch {
    return false;
  }
}

/** Runs at most so many at a time, the others in the order in which they came. */
function turns(most: number): <T>(work: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (work) => {
    if (running < most) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running -= 1;
    }
  };
}
