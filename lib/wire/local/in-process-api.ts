import { randomBytes } from 'node:crypto';
import { createAnswering } from '../../adapters/api/answering.ts';
import { createCalling, type Sent } from '../../adapters/api/calling.ts';
import type { Refusal } from '../../adapters/api/problem.ts';
import type { Result, RouteId } from '../../adapters/api/routes.ts';
import { createLocalBus } from '../../adapters/bus/local.ts';
import { createTokens, type Token, type Tokens } from '../../adapters/api/tokens.ts';
import { describeIn } from '../../adapters/clouds/info.ts';
import type { Config } from '../../adapters/config/config.ts';
import type { Secrets } from '../../adapters/platform/secrets.ts';
import { dispatch } from '../../app/deliver/dispatch.ts';
import { mintToken } from '../../core/access/token.ts';
import type { AskReceiver, Telemetry } from '../../ports.ts';
import { apiDeps } from '../api-deps.ts';
import { feedWaiting } from './feed-waiting.ts';
import { askReceiver } from '../ask-receiver.ts';
import { templateProblem } from '../template-problem.ts';
import { openStoreParts, type StoreParts } from './store-parts.ts';
import { createTrack } from './track.ts';

/** What the command line does with the store, beside a service that runs on it or without one. */
export interface Local {
  /** The API, for this process alone and without HTTP. Throws what the API would only log. */
  call<Id extends RouteId>(id: Id, sent: Sent<Id>): Promise<{ result: Result<Id> } | Refusal>;
  tokens: Pick<Tokens, 'create' | 'remove'> & { list(): Promise<Token[]> };
  close(): Promise<void>;
}

/** Throws an `Error` made for people where the store cannot be opened. */
export function openLocal(config: Config, secrets: Secrets): Local {
  const { parts, close } = openStoreParts(config, secrets, QUIET);
  const { store, clock } = parts;
  return {
    call: callsOf(parts, config, askReceiver(config, secrets)),
    tokens: {
      ...createTokens(store.tokens, { clock, random: randomBytes }),
      list: async () => (await store.tokens.list({ limit: MAX_TOKENS })).rows,
    },
    close,
  };
}

/** A user who may read the configuration and the store may do anything with them, so nobody is kept out or slowed down. */
function callsOf(parts: StoreParts, { allowPrivate, origins }: Config, ask: AskReceiver): Local['call'] {
  const everything = { name: 'command line', scopes: ['admin' as const], projects: null, expiresAt: null };
  const { token } = mintToken(everything, parts.clock(), randomBytes);
  // The service sees by itself what is due.
  const doorbell = { ring: async () => {} };
  const bus = createLocalBus((events) => dispatch({ ...parts.store, ...parts, doorbell }, events));
  const answer = createAnswering(
    apiDeps(
      { ...parts, bus },
      parts.api?.subscribing ?? { allowPrivate, sealer: null, confirmation: null, ask, templateProblem },
      createTrack({ ...parts, clouds: { describe: describeIn(origins) } }),
      doorbell,
      { owner: true, feedWaiting: feedWaiting() },
    ),
  );
  const call = createCalling(answer);
  return (id, sent) => call(id, token, sent);
}

/** One for each program that calls; far more than anybody has. */
const MAX_TOKENS = 1_000;
/** A command says itself what it did. */
const QUIET: Telemetry = { line() {} };
