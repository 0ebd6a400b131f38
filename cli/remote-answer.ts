import { NetworkError, TimeoutError } from 'ky';
import type { Secrets } from '../lib/adapters/platform/secrets.ts';
import { isRecord } from '../lib/core/is-record.ts';
import { parseJson } from '../lib/core/parse-json.ts';
import { hostOf, LOOPBACK } from '../lib/core/input/values.ts';
import { notJobchime } from './api-refusal.ts';
import { Refusal } from './refusal.ts';

/** What kept an answer away, for people. Any other error is left as it is. */
export function unreachable(url: string, error: Error, secrets: Secrets): Error {
  if (!(error instanceof NetworkError || error instanceof TimeoutError)) return error;
  const why = error instanceof TimeoutError ? 'no answer in time' : causeOf(error, secrets);
  return new Refusal(`${url} cannot be reached (${why}). ${fixFor(why, url)}`, {
    passing: true,
    cause: error,
  });
}

/** What fetch throws says only that it failed; the reason is within. */
function causeOf({ cause }: Error, secrets: Secrets): string {
  const failed = cause as Error & { cause?: NodeJS.ErrnoException };
  return failed.cause?.code ?? secrets.redact(failed.cause?.message ?? failed.message);
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
const PARTS = ['items', 'results', 'key', 'job', 'id', 'status', 'routes', 'from'];

/** What came back, if it is an answer of Jobchime, without the token in it. */
export async function answerOf(url: string, response: Response, secrets: Secrets): Promise<Response> {
  const { status, statusText, headers } = response;
  const location = URL.parse(headers.get('location') ?? '', url);
  if (status >= 300 && status < 400) {
    const where = location ? ` to ${secrets.redact(location.origin)}` : '';
    throw new Refusal(`${url} redirects (HTTP ${status}${where}). Give the address of the service itself.`);
  }
  if (status === 204) return new Response(null, { status });
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
  const body = parseJson(text);
  return isRecord(body) && PARTS.some((part) => part in body);
}
