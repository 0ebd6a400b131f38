import { HTTPError } from 'ky';
import { createClient, type Client, type ClientKyOptions, type ClientOptions } from '../client/index.ts';
import { retryAfter } from '../lib/adapters/platform/retry-after.ts';
import { createSecrets, type Secrets } from '../lib/adapters/platform/secrets.ts';
import type { Remote } from './remote.ts';
import { answerOf, unreachable } from './remote-answer.ts';

/** Requests under way at once. The API answers 20 a second of one token. */
const CONCURRENCY = 6;
/** Slower than what any part of the way waits for. */
const TIMEOUT_MS = 60_000;
/** How often a request that came too early is repeated, and how long at most we wait before one. */
const RETRIES = 19;
const LONGEST_WAIT_MS = 60_000;
const USUAL_WAIT_MS = 2_000;

export function remoteClient({ url, token }: Remote): Client {
  const secrets = createSecrets();
  secrets.add(token);
  return createClient({ url, token, ...remoteOptions(url, secrets) });
}

/**
 * How a command uses a remote service: a few requests at a time, again after a wait that it asks for, and nothing but answers of
 * Jobchime come back, never with the token. What goes wrong on the way is a `Refusal`.
 */
export function remoteOptions(
  url: string,
  secrets: Secrets,
  usualWaitMs = USUAL_WAIT_MS,
): Required<Pick<ClientOptions, 'fetch' | 'options'>> {
  const waitOf = (response: Response): number =>
    retryAfter(response.headers.get('retry-after') ?? undefined, Date.now()) ?? usualWaitMs;
  const options: ClientKyOptions = {
    redirect: 'manual',
    timeout: TIMEOUT_MS,
    retry: {
      limit: RETRIES,
      // Whatever is refused with 429 was not done, so a POST may be repeated as well.
      methods: ['get', 'post', 'patch', 'delete'],
      delay: () => usualWaitMs,
      shouldRetry: ({ error }) =>
        error instanceof HTTPError &&
        error.response.status === 429 &&
        waitOf(error.response) <= LONGEST_WAIT_MS,
      statusCodes: [429],
      afterStatusCodes: [429],
    },
    hooks: {
      afterResponse: [({ response }) => answerOf(url, response, secrets)],
      beforeError: [({ error }) => unreachable(url, error, secrets)],
    },
  };
  return { fetch: inTurn(CONCURRENCY, waitOf), options };
}

/** At most this many at a time, in the order in which they came. A turn that has to wait stays taken for as long. */
function inTurn(most: number, waitOf: (response: Response) => number): ClientOptions['fetch'] & {} {
  const waiting: (() => void)[] = [];
  let running = 0;
  const release = (): void => {
    const next = waiting.shift();
    if (next) next();
    else running -= 1;
  };
  return async (request) => {
    if (running < most) running += 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    let heldMs = 0;
    try {
      const response = await fetch(request);
      if (response.status === 429) heldMs = Math.min(waitOf(response), LONGEST_WAIT_MS);
      return response;
    } finally {
      if (heldMs > 0) setTimeout(release, heldMs).unref();
      else release();
    }
  };
}
