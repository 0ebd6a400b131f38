import { randomBytes } from 'node:crypto';
import { createAnswering } from '../../adapters/api/answering.ts';
import { isRefusal, type Refusal } from '../../adapters/api/problem.ts';
import { routes, type Request, type Result, type RouteId } from '../../adapters/api/routes.ts';
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
  call<Id extends RouteId>(
    id: Id,
    sent: Partial<Request<Id>> & { signal?: AbortSignal },
  ): Promise<{ result: Result<Id> } | Refusal>;
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

/** Whoever may read the configuration and the store may do anything with them, so there is nobody to keep out or to slow down. */
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
  return async <Id extends RouteId>(
    id: Id,
    { params, query, body, signal }: Partial<Request<Id>> & { signal?: AbortSignal },
  ) => {
    const request = {
      url: `http://jobchime.local/?${queryText(query)}`,
      headers: { get: (name: string) => (name === 'content-type' ? 'application/json' : null) },
      body: body === undefined ? null : chunksOf(JSON.stringify(body)),
      ...(signal && { signal }),
    };
    const answered = await answer(id, token, request, inPath(id, params));
    if (isRefusal(answered)) return answered;
    // As it would come over HTTP: what is undefined is not there.
    const result: unknown = answered.body === null ? undefined : JSON.parse(JSON.stringify(answered.body));
    return { result: result as Result<Id> };
  };
}

/** Those that the path has room for: what else stands in the object is not sent over HTTP either. */
function inPath(id: RouteId, params: object = {}): Record<string, string> {
  const names = [...routes[id].path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!);
  return Object.fromEntries(names.map((name) => [name, String((params as Record<string, unknown>)[name])]));
}

async function* chunksOf(text: string): AsyncIterable<Uint8Array> {
  yield Buffer.from(text);
}

function queryText(query: object = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return new URLSearchParams(
    given.map(([name, value]): [string, string] => [name, String(value)]),
  ).toString();
}

/** One for each program that calls; far more than anybody has. */
const MAX_TOKENS = 1_000;
/** A command says itself what it did. */
const QUIET: Telemetry = { line() {} };
