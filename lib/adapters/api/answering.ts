import type { Token } from '../../core/access/token.ts';
import { isTraceparent } from '../../core/jobs/traceparent.ts';
import type { Received } from './body.ts';
import { confirmHandlers } from './confirm.ts';
import { deliveryHandlers } from './deliveries.ts';
import type { ApiDeps } from './deps.ts';
import type { Caller, Handlers } from './handlers.ts';
import { groupHandlers } from './groups.ts';
import { health } from './health.ts';
import { withIdempotency, type Answer } from './idempotency.ts';
import { take } from './intake.ts';
import { jobHandlers } from './jobs.ts';
import { intakeHandlers } from './pushes.ts';
import { openApiDocument } from './openapi.ts';
import { originHandlers } from './origins.ts';
import { pageLanguage } from './page-texts.ts';
import { isRefusal, type Refusal } from './problem.ts';
import { rotateHandlers } from './rotate.ts';
import { routingHandlers } from './routing.ts';
import { keepsAnswers, routes, type Route, type RouteId } from './routes.ts';
import { statsHandlers } from './stats.ts';
import { muteHandlers } from './mutes.ts';
import { recoveryHandlers } from './recoveries.ts';
import { subscriptionHandlers } from './subscriptions.ts';
import { unknownOrigins } from './unknown-origins.ts';
import { unsubscribeHandlers } from './unsubscribe.ts';
import { verifyHandlers } from './verify.ts';

type AnyHandler = (input: unknown, caller: Caller) => Promise<Answer | Refusal>;

/** What a route does for a caller who has been let in; null: nobody has to be known there. */
export type Answering = (
  id: RouteId,
  token: Token | null,
  request: Received,
  params: Record<string, string>,
) => Promise<Answer | Refusal>;

/** What the API does, without HTTP around it. Throws where something is wrong with us. */
export function createAnswering(deps: ApiDeps): Answering {
  const { store, clock, subscribing } = deps;
  const keeping = { table: store.idempotency, clock, sealer: subscribing.sealer };
  const handlers = handlersOf(deps);

  return async (id, token, request, params) => {
    const route: Route = routes[id];
    const handle = handlers[id] as AnyHandler;
    // A token that is limited to projects must not find out which origins there are.
    const namesOrigins = id === 'trackJobs' && token?.projects === null;
    const extraProblems = (body: unknown) => (namesOrigins ? unknownOrigins(body, deps.origins) : []);
    const taken = await take(route, request, params, extraProblems);
    if (isRefusal(taken)) return taken;
    const signal = () => request.signal;
    const trace = request.headers.get('traceparent');
    const caller = (seed?: string): Caller => ({
      token: token!,
      signal,
      language: () => pageLanguage(request.headers.get('accept-language')),
      ...(seed && { seed }),
      ...(trace !== null && isTraceparent(trace) && { traceparent: trace }),
    });
    const key = keepsAnswers(route) ? request.headers.get('idempotency-key') : null;
    if (key === null || !token) return handle(taken.input, caller());
    const same = `${route.method} ${new URL(request.url).pathname}\n${taken.text}`;
    const work = (seed: string) => handle(taken.input, caller(seed));
    return withIdempotency(keeping, { token: token.key, key, request: same }, work);
  };
}

const handlersOf = (deps: ApiDeps): Handlers => {
  // Some 0.3 s of work that most processes never need.
  let document: Record<string, unknown> | undefined;
  return {
    health: () => health(deps),
    openApi: async () => ({
      status: 200,
      body: (document ??= openApiDocument(deps.version)),
    }),
    ...jobHandlers(deps),
    ...intakeHandlers(deps),
    ...groupHandlers(deps),
    ...originHandlers(deps),
    ...statsHandlers(deps),
    ...deliveryHandlers(deps),
    ...recoveryHandlers(deps),
    ...muteHandlers(deps),
    ...routingHandlers(deps),
    ...subscriptionHandlers(deps),
    ...rotateHandlers(deps),
    ...verifyHandlers(deps),
    ...confirmHandlers(deps),
    ...unsubscribeHandlers(deps),
  };
};
