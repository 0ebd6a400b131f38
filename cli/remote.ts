import { readToken } from '../lib/core/access/token.ts';
import { hostOf, LOOPBACK } from '../lib/core/input/values.ts';
import { MAKE_TOKEN } from './api-refusal.ts';
import { Refusal } from './refusal.ts';

/** A service that is called over HTTP. */
export interface Remote {
  url: string;
  token: string;
}

type Env = Readonly<Record<string, string | undefined>>;

/** The service that `--url` or JOBCHIME_URL names; null: the configured store is meant. `--config` overrides JOBCHIME_URL. */
export function remoteOf(options: { url?: string; config?: string }, env: Env): Remote | null {
  if (options.url !== undefined && options.config !== undefined)
    throw new Refusal('Give --url or --config, not both: a remote service has its own configuration.');
  const fromEnv = options.config === undefined ? env.JOBCHIME_URL || undefined : undefined;
  const text = options.url ?? fromEnv;
  if (text === undefined) return null;
  return { url: addressOf(text, options.url === undefined ? 'JOBCHIME_URL' : '--url'), token: tokenOf(env) };
}

/** A service on this machine, as a browser would take it. */
const WITHOUT_SCHEME = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?\/?$/;

function addressOf(text: string, from: string): string {
  if (WITHOUT_SCHEME.test(text)) {
    throw new Refusal(`${from} is no address of a service without its beginning. Write http://${text}.`);
  }
  const url = URL.parse(text);
  // Not quoted where it is none: somebody may have put a password or a token into it.
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash)
    throw new Refusal(`${from} is no address of a service. Write https://HOST or https://HOST/PATH.`);
  if (url.protocol === 'http:' && !LOOPBACK.includes(hostOf(url))) {
    throw new Refusal(
      `${from}: over http:// to ${url.host} anybody on the way could read the token. Use https://, or a tunnel: ` +
        `ssh -N -L 8481:127.0.0.1:PORT HOST, and then http://127.0.0.1:8481.`,
    );
  }
  return url.href.replace(/\/+$/, '');
}

function tokenOf({ JOBCHIME_TOKEN = '' }: Env): string {
  const token = JOBCHIME_TOKEN.trim();
  if (token === '') throw new Refusal(`Set JOBCHIME_TOKEN to a token of the service. ${MAKE_TOKEN}`);
  // A text that is none may not even go into a header, whose error would quote it.
  if (!readToken(token))
    throw new Refusal(`JOBCHIME_TOKEN holds no token of Jobchime (jct_...). ${MAKE_TOKEN}`);
  return token;
}
