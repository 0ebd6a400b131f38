import { randomBytes } from 'node:crypto';
import { mintToken } from '../../core/access/token.ts';
import { createTokens, type Token, type Tokens } from '../../adapters/api/tokens.ts';
import type { Secrets } from '../../adapters/platform/secrets.ts';
import type { Telemetry } from '../../ports.ts';
import { apiOver } from '../api.ts';
import { describeIn } from '../../adapters/clouds/info.ts';
import type { Config } from '../../adapters/config/config.ts';
import { openStoreParts, type StoreParts } from './store-parts.ts';
import { createTrack } from './track.ts';

/** What the command line does with the store, beside a service that runs on it or without one. */
export interface Local {
  /** The HTTP API, for this process alone: nothing listens. Throws what the API would only log. */
  fetch(request: Request): Promise<Response>;
  /** What lets in there. It is made for this process and stored nowhere. */
  token: string;
  tokens: Pick<Tokens, 'create' | 'remove'> & { list(): Promise<Token[]> };
  close(): Promise<void>;
}

/** Throws an `Error` made for people where the store cannot be opened. */
export function openLocal(config: Config, secrets: Secrets): Local {
  const { parts, close } = openStoreParts(config, secrets, QUIET);
  const { store, clock } = parts;
  return {
    ...apiForUs(parts, config),
    tokens: {
      ...createTokens(store.tokens, { clock, random: randomBytes }),
      list: async () => (await store.tokens.list({ limit: MAX_TOKENS })).rows,
    },
    close,
  };
}

/** Whoever may read the configuration and the store may do anything with them, so there is nobody to keep out or to slow down. */
function apiForUs(parts: StoreParts, { allowPrivate, origins }: Config): Pick<Local, 'fetch' | 'token'> {
  const { store, clock } = parts;
  const everything = { name: 'command line', scopes: ['admin' as const], projects: null, expiresAt: null };
  const { token, text } = mintToken(everything, clock(), randomBytes);
  const tokens = { ...store.tokens, get: async (id: string) => (id === token.key ? token : null) };
  const faults: unknown[] = [];
  const telemetry: Telemetry = {
    line: (_, event, { error }) => void (event === 'api.broken' && faults.push(error)),
  };
  const subscribing = parts.api?.subscribing ?? { allowPrivate, sealer: null, confirmation: null };
  const api = apiOver(
    { ...parts, store: { ...store, tokens }, telemetry },
    subscribing,
    createTrack({ ...parts, clouds: { describe: describeIn(origins) } }),
    // The service sees by itself what is due.
    { ring: async () => {} },
    { owner: true, rate: { burst: 1e9, perSecond: 1e9 } },
  );
  return {
    token: text,
    async fetch(request) {
      const response = await api(request);
      if (faults.length > 0) throw faults[0];
      return response;
    },
  };
}

/** One for each program that asks; far more than anybody keeps track of. */
const MAX_TOKENS = 1_000;
/** A command says itself what it did. */
const QUIET: Telemetry = { line() {} };
