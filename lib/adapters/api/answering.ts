import type { Token } from '../../core/access/token.ts';
import { isTraceparent } from '../../core/jobs/traceparent.ts';
import type { Received } from './body.ts';
import { confirmHandlers } from './pages/confirm.ts';
import { eventHandlers } from './events/handlers.ts';
import { deliveryHandlers } from './deliveries/handlers.ts';
import type { ApiDeps } from './deps.ts';
import type { Caller, Handlers } from './handlers.ts';
import { groupHandlers } from './groups/handlers.ts';
import { health } from './health/handlers.ts';
import { withIdempotency, type Answer } from './idempotency.ts';
import { take } from './take.ts';
import { jobHandlers } from './jobs/handlers.ts';
import { intakeHandlers } from './intake/handlers.ts';
import { openApiDocument } from './openapi.ts';
import { originHandlers } from './origins/handlers.ts';
import { pageLanguage } from './language.ts';
import { isRefusal, type Refusal } from './problem.ts';
import { changeHandlers } from './subscriptions/change.ts';
import { createHandlers } from './subscriptions/create.ts';
import { rotateHandlers } from './subscriptions/rotate.ts';
import { routingHandlers } from './routing/handlers.ts';
import { keepsAnswers, type Route } from './route.ts';
import { routes, type RouteId } from './routes.ts';
import { statsHandlers } from './stats/handlers.ts';
import { muteHandlers } from './mutes/handlers.ts';
import { recoveryHandlers } from './recoveries/handlers.ts';
import { subscriptionHandlers } from './subscriptions/handlers.ts';
import { unknownOrigins } from './origins/unknown-origins.ts';
import { unsubscribeHandlers } from './pages/unsubscribe.ts';
import { verifyHandlers } from './subscriptions/verify.ts';

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

const handlersOf = (deps: ApiDeps): Handlers => ({
  health: () => health(deps),
  openApi: async () => ({ status: 200, body: openApiDocument(deps.version) }),
  ...jobHandlers(deps),
  ...intakeHandlers(deps),
  ...groupHandlers(deps),
  ...originHandlers(deps),
  ...statsHandlers(deps),
  ...eventHandlers(deps),
  ...deliveryHandlers(deps),
  ...recoveryHandlers(deps),
  ...muteHandlers(deps),
  ...routingHandlers(deps),
  ...subscriptionHandlers(deps),
  ...createHandlers(deps),
  ...changeHandlers(deps),
  ...rotateHandlers(deps),
  ...verifyHandlers(deps),
  ...confirmHandlers(deps),
  ...unsubscribeHandlers(deps),
});
