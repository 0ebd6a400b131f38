import { HTTPError } from 'ky';
import { createClient, type Client, type ClientKyOptions } from '../client/index.ts';
import { retryAfter } from '../lib/adapters/platform/retry-after.ts';
import { createSecrets, type Secrets } from '../lib/adapters/platform/secrets.ts';
import type { Remote } from './remote.ts';
import { answerOf, unreachable } from './remote-answer.ts';

/** Slower than what any part of the way waits for. */
const TIMEOUT_MS = 60_000;
/** How often a request that came too early is repeated, and how long at most we wait before one. */
const RETRIES = 19;
const LONGEST_WAIT_MS = 60_000;
const USUAL_WAIT_MS = 2_000;

export function remoteClient({ url, token }: Remote): Client {
  const secrets = createSecrets();
  secrets.add(token);
  return createClient({ url, token, options: remoteOptions(url, secrets) });
}

/**
 * How a command uses a remote service: it asks again after a wait that the service names, and nothing but answers of Jobchime
 * come back, never with the token. What goes wrong on the way is a `Refusal`. `each` calls it many times.
 */
export function remoteOptions(url: string, secrets: Secrets, usualWaitMs = USUAL_WAIT_MS): ClientKyOptions {
  const waitOf = (response: Response): number =>
    retryAfter(response.headers.get('retry-after') ?? undefined, Date.now()) ?? usualWaitMs;
  const isTooEarly = (error: Error): boolean =>
    error instanceof HTTPError && error.response.status === 429 && waitOf(error.response) <= LONGEST_WAIT_MS;
  return {
    redirect: 'manual',
    timeout: TIMEOUT_MS,
    retry: {
      limit: RETRIES,
      // Whatever is refused with 429 was not done, so a POST may be repeated as well.
      methods: ['get', 'post', 'patch', 'delete'],
      delay: () => usualWaitMs,
      // Not true, which would have ky wait for `delay` whatever the answer asks for.
      shouldRetry: ({ error }) => (isTooEarly(error) ? undefined : false),
      statusCodes: [429],
      afterStatusCodes: [429],
    },
    hooks: {
      afterResponse: [({ response }) => answerOf(url, response, secrets)],
      beforeError: [({ error }) => unreachable(url, error, secrets)],
    },
  };
}
