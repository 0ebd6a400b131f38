import type * as z from 'zod';
import { deliveryRoutes } from './deliveries/routes.ts';
import { eventRoutes } from './events/routes.ts';
import { groupRoutes } from './groups/routes.ts';
import { healthRoutes } from './health/routes.ts';
import { intakeRoutes } from './intake/routes.ts';
import { jobRoutes } from './jobs/routes.ts';
import { muteRoutes } from './mutes/routes.ts';
import { originRoutes } from './origins/routes.ts';
import { pageRoutes } from './pages/routes.ts';
import { recoveryRoutes } from './recoveries/routes.ts';
import { routingRoutes } from './routing/routes.ts';
import { statsRoutes } from './stats/routes.ts';
import { subscriptionRoutes } from './subscriptions/routes.ts';

/**
 * Everything the API can do, a folder for each kind of thing. This table mounts the routes, checks what comes in, documents
 * them, and types the client.
 */
export const routes = {
  ...healthRoutes,
  ...jobRoutes,
  ...intakeRoutes,
  ...groupRoutes,
  ...originRoutes,
  ...statsRoutes,
  ...eventRoutes,
  ...deliveryRoutes,
  ...routingRoutes,
  ...recoveryRoutes,
  ...muteRoutes,
  ...subscriptionRoutes,
  ...pageRoutes,
};
export type Routes = typeof routes;
export type RouteId = keyof Routes;

type Get<R, K extends string> = R extends { readonly [key in K]: infer S } ? S : undefined;
type Read<S> = S extends () => z.ZodType ? z.output<ReturnType<S>> : undefined;
type Sent<S> = S extends () => z.ZodType ? z.input<ReturnType<S>> : undefined;

/** What a handler is given and what it may answer. */
export interface Input<Id extends RouteId> {
  params: Read<Get<Routes[Id], 'params'>>;
  query: Read<Get<Routes[Id], 'query'>>;
  body: Read<Get<Routes[Id], 'body'>>;
}
type Ok<Id extends RouteId> = Routes[Id]['answers'];
export type Output<Id extends RouteId> = {
  [S in keyof Ok<Id>]: {
    status: S;
    body: Ok<Id>[S] extends () => z.ZodType ? Sent<Ok<Id>[S]> : null;
    headers?: Record<string, string>;
  };
}[keyof Ok<Id>];

/** What a client sends, and the body that it gets. */
export interface Request<Id extends RouteId> {
  params: Sent<Get<Routes[Id], 'params'>>;
  query: Sent<Get<Routes[Id], 'query'>>;
  body: Sent<Get<Routes[Id], 'body'>>;
}
export type Result<Id extends RouteId> = { [S in keyof Ok<Id>]: Read<Ok<Id>[S]> }[keyof Ok<Id>];
