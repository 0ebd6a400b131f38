import type * as z from 'zod';
import type { Scope } from '../../core/access/scope.ts';
import type { Answers } from './answers.ts';
import type { ProblemKind } from './problem.ts';
import * as requests from './requests.ts';

export interface Route {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: `/${string}`;
  summary: string;
  /** What a token must allow. Null: no token is needed. */
  scope: Scope | null;
  /** What a token that is limited to projects gets here: what belongs to them, or nothing, since it concerns all. */
  limited: 'its own' | 'refused';
  params?: () => z.ZodObject;
  query?: () => z.ZodType;
  body?: () => z.ZodType;
  /** What is signed by a cloud comes without a token, and whatever its Content-Type says. */
  signed?: true;
  /** No body at all stands for `{}`. */
  needsNoBody?: true;
  /** It is for people, who are shown problems as pages too, in their language. */
  page?: true;
  /** Beyond those that follow from scope, parameters and body. */
  problems: readonly ProblemKind[];
}
const route = <const R extends Route>(one: R): R => one;

const job = { path: '/v1/jobs/{origin}/{projectId}/{jobId}', params: requests.jobParams } as const;
const subscription = { path: '/v1/subscriptions/{id}', params: requests.subscriptionParams } as const;

/**
 * Everything the API can do. This table mounts the routes, checks what comes in, documents them, and types the client.
 */
export const routes = {
  health: route({
    method: 'GET',
    path: '/healthz',
    summary: 'Whether the service works and its store answers',
    scope: null,
    limited: 'its own',
    problems: ['unavailable'],
  }),
  openApi: route({
    method: 'GET',
    path: '/v1/openapi.json',
    summary: 'This API as an OpenAPI 3.1 document',
    scope: 'read',
    limited: 'its own',
    problems: [],
  }),
  trackJobs: route({
    method: 'POST',
    path: '/v1/jobs',
    summary: `Track one job, or up to ${requests.MAX_JOBS}; tracking one again adds recipients, or its group, and changes nothing else`,
    scope: 'track',
    limited: 'its own',
    body: requests.trackBody,
    problems: [],
  }),
  intake: route({
    method: 'POST',
    path: '/v1/intake',
    summary: 'Calls to a cloud, whose jobs are tracked, or a push of a cloud, whose projects are checked now',
    scope: 'track',
    limited: 'its own',
    body: requests.intakeBody,
    signed: true,
    problems: [],
  }),
  listJobs: route({
    method: 'GET',
    path: '/v1/jobs',
    summary: 'List the tracked jobs, the newest first',
    scope: 'read',
    limited: 'its own',
    query: requests.listJobsQuery,
    problems: [],
  }),
  getJob: route({
    ...job,
    method: 'GET',
    summary: 'One job',
    scope: 'read',
    limited: 'its own',
    problems: ['not_found'],
  }),
  deleteJob: route({
    ...job,
    method: 'DELETE',
    summary: 'Stop watching a job and remove it; no event follows',
    scope: 'track',
    limited: 'its own',
    problems: ['not_found', 'conflict'],
  }),
  explainJob: route({
    ...job,
    path: '/v1/jobs/{origin}/{projectId}/{jobId}/explain',
    method: 'GET',
    summary: 'The changes and events of a job, who was notified, and who was not and why',
    scope: 'read',
    limited: 'its own',
    problems: ['not_found'],
  }),
  listGroups: route({
    method: 'GET',
    path: '/v1/groups',
    summary: 'List the groups of jobs, the newest first, and how their jobs stand',
    scope: 'read',
    limited: 'its own',
    query: requests.listGroupsQuery,
    problems: [],
  }),
  getGroup: route({
    method: 'GET',
    path: '/v1/groups/{name}',
    summary: 'The newest run of a group: how its jobs stand, or how it ended',
    scope: 'read',
    limited: 'its own',
    params: requests.groupParams,
    query: requests.groupQuery,
    problems: ['not_found'],
  }),
  closeGroup: route({
    method: 'POST',
    path: '/v1/groups/{name}/close',
    summary: 'Say that all jobs of a group have been tracked: it ends as soon as these have ended',
    scope: 'track',
    limited: 'its own',
    params: requests.groupParams,
    query: requests.groupQuery,
    problems: ['not_found', 'conflict'],
  }),
  listOrigins: route({
    method: 'GET',
    path: '/v1/origins',
    summary: 'The configured origins, how each of them answers, and how many jobs wait for it',
    scope: 'read',
    limited: 'its own',
    problems: [],
  }),
  listStats: route({
    method: 'GET',
    path: '/v1/stats',
    summary:
      'How long jobs take, how often they were checked and how late their ends were seen, by origin and type',
    scope: 'read',
    limited: 'its own',
    problems: [],
  }),
  listEvents: route({
    method: 'GET',
    path: '/v1/events',
    summary: 'The events of one job, in order; the newest of all; or the feed of all behind a cursor',
    scope: 'read',
    limited: 'its own',
    query: requests.listEventsQuery,
    problems: ['not_found', 'cursor_expired'],
  }),
  listDeliveries: route({
    method: 'GET',
    path: '/v1/deliveries',
    summary: 'List deliveries, of one event, of one job, or of all; the newest first',
    scope: 'read',
    limited: 'its own',
    query: requests.listDeliveriesQuery,
    problems: ['not_found'],
  }),
  getDelivery: route({
    method: 'GET',
    path: '/v1/deliveries/{eventId}/{deliveryId}',
    summary: 'One delivery with its attempts',
    scope: 'read',
    limited: 'its own',
    params: requests.deliveryParams,
    problems: ['not_found'],
  }),
  redeliver: route({
    method: 'POST',
    path: '/v1/deliveries/{eventId}/{deliveryId}/redeliver',
    summary:
      'Send one delivery once more, under its own id, whatever became of it; its target is not judged by that',
    scope: 'admin',
    limited: 'its own',
    params: requests.deliveryParams,
    problems: ['not_found', 'conflict'],
  }),
  testRoutes: route({
    method: 'POST',
    path: '/v1/routes/test',
    summary: 'Which subscriptions get an event, which do not and why; nothing is sent',
    scope: 'read',
    limited: 'its own',
    body: requests.routesTestBody,
    problems: ['not_found', 'conflict'],
  }),
  drill: route({
    method: 'POST',
    path: '/v1/drills',
    summary: 'Send an event that did not happen on the way of every event, marked as a drill',
    scope: 'admin',
    limited: 'refused',
    body: requests.drillBody,
    needsNoBody: true,
    problems: ['not_found', 'conflict', 'unavailable'],
  }),
  createRecovery: route({
    method: 'POST',
    path: '/v1/recoveries',
    summary: 'Send again what failed or is held since a time, or count it; it goes on by itself',
    scope: 'admin',
    limited: 'its own',
    body: requests.recoverBody,
    problems: [],
  }),
  listRecoveries: route({
    method: 'GET',
    path: '/v1/recoveries',
    summary: 'List the recoveries and replays, the newest first; those that ended are shown for 30 days',
    scope: 'read',
    limited: 'its own',
    query: requests.pageQuery,
    problems: [],
  }),
  getRecovery: route({
    method: 'GET',
    path: '/v1/recoveries/{id}',
    summary: 'How far one recovery or replay has come',
    scope: 'read',
    limited: 'its own',
    params: requests.recoveryParams,
    problems: ['not_found'],
  }),
  stopRecovery: route({
    method: 'POST',
    path: '/v1/recoveries/{id}/stop',
    summary: 'Let nothing more of it go; what was let go already still goes out',
    scope: 'admin',
    limited: 'its own',
    params: requests.recoveryParams,
    problems: ['not_found', 'conflict'],
  }),
  createMute: route({
    method: 'POST',
    path: '/v1/mutes',
    summary: 'Send nothing of something for a while; what happens is counted and told afterwards',
    scope: 'admin',
    limited: 'refused',
    body: requests.muteBody,
    problems: ['full'],
  }),
  listMutes: route({
    method: 'GET',
    path: '/v1/mutes',
    summary: 'List what is muted and was, with who and why, the newest first; for 30 days after the end',
    scope: 'read',
    limited: 'refused',
    query: requests.pageQuery,
    problems: [],
  }),
  deleteMute: route({
    method: 'DELETE',
    path: '/v1/mutes/{id}',
    summary: 'End a mute now; what it held is told',
    scope: 'admin',
    limited: 'refused',
    params: requests.muteParams,
    problems: ['not_found'],
  }),
  createSubscription: route({
    method: 'POST',
    path: '/v1/subscriptions',
    summary: 'Subscribe a webhook, a Slack channel or a mail address, which has to confirm',
    scope: 'admin',
    limited: 'refused',
    body: requests.newSubscription,
    problems: ['full', 'mail_failed'],
  }),
  listSubscriptions: route({
    method: 'GET',
    path: '/v1/subscriptions',
    summary: 'List the subscriptions, those of the configuration first',
    scope: 'read',
    limited: 'refused',
    query: requests.pageQuery,
    problems: [],
  }),
  getSubscription: route({
    ...subscription,
    method: 'GET',
    summary: 'One subscription and the health of its targets',
    scope: 'read',
    limited: 'refused',
    problems: ['not_found'],
  }),
  changeSubscription: route({
    ...subscription,
    method: 'PATCH',
    summary: 'Change a subscription; what waits for it goes to the new target',
    scope: 'admin',
    limited: 'refused',
    body: requests.subscriptionChange,
    problems: ['not_found', 'read_only', 'conflict', 'mail_failed'],
  }),
  deleteSubscription: route({
    ...subscription,
    method: 'DELETE',
    summary: 'Remove a subscription; what waits for it is not sent any more',
    scope: 'admin',
    limited: 'refused',
    problems: ['not_found', 'read_only', 'conflict'],
  }),
  pauseSubscription: route({
    ...subscription,
    path: '/v1/subscriptions/{id}/pause',
    method: 'POST',
    summary: 'Hold everything meant for a subscription',
    scope: 'admin',
    limited: 'refused',
    problems: ['not_found', 'conflict'],
  }),
  resumeSubscription: route({
    ...subscription,
    path: '/v1/subscriptions/{id}/resume',
    method: 'POST',
    summary: 'Send what was held, the oldest first, and take its targets for repaired',
    scope: 'admin',
    limited: 'refused',
    problems: ['not_found', 'conflict'],
  }),
  replay: route({
    ...subscription,
    path: '/v1/subscriptions/{id}/replay',
    method: 'POST',
    summary: 'Send the events since a time that it wants and has not had, or count them',
    scope: 'admin',
    limited: 'refused',
    body: requests.replayBody,
    problems: ['not_found'],
  }),
  testSubscription: route({
    ...subscription,
    path: '/v1/subscriptions/{id}/test',
    method: 'POST',
    summary:
      'Send a message to its targets, also to a paused or disabled one; the deliveries show the outcome',
    scope: 'admin',
    limited: 'refused',
    problems: ['not_found', 'conflict'],
  }),
  rotateSubscription: route({
    ...subscription,
    path: '/v1/subscriptions/{id}/rotate',
    method: 'POST',
    summary:
      'Give a webhook a new signing key, shown in this answer alone; the old ones sign too, for a while',
    scope: 'admin',
    limited: 'refused',
    body: requests.rotation,
    needsNoBody: true,
    problems: ['not_found', 'read_only', 'conflict'],
  }),
  verifySubscription: route({
    ...subscription,
    path: '/v1/subscriptions/{id}/verify',
    method: 'POST',
    summary: 'Ask a webhook whether it wants messages; what is held for it goes out when it does',
    scope: 'admin',
    limited: 'refused',
    problems: ['not_found', 'read_only', 'conflict', 'challenge_failed'],
  }),
  showConfirmation: route({
    method: 'GET',
    path: '/v1/confirm/{token}',
    summary: 'The page behind the link in a mail; it has a button that confirms',
    scope: null,
    limited: 'its own',
    params: requests.confirmParams,
    query: requests.anyQuery,
    page: true,
    problems: ['not_found', 'link_expired'],
  }),
  confirm: route({
    method: 'POST',
    path: '/v1/confirm/{token}',
    summary: 'Confirm a mail address',
    scope: null,
    limited: 'its own',
    params: requests.confirmParams,
    query: requests.anyQuery,
    page: true,
    problems: ['not_found', 'link_expired', 'conflict'],
  }),
  showUnsubscribe: route({
    method: 'GET',
    path: '/v1/unsubscribe/{token}',
    summary: 'The page behind the link in every mail; it has a button that unsubscribes',
    scope: null,
    limited: 'its own',
    params: requests.unsubscribeParams,
    query: requests.anyQuery,
    page: true,
    problems: ['not_found'],
  }),
  unsubscribe: route({
    method: 'POST',
    path: '/v1/unsubscribe/{token}',
    summary:
      'Send nothing more to a mail address, in one click (RFC 8058); whatever body comes along is ignored',
    scope: null,
    limited: 'its own',
    params: requests.unsubscribeParams,
    query: requests.anyQuery,
    page: true,
    problems: ['not_found', 'conflict'],
  }),
};
export type Routes = typeof routes;

/** Whether it takes an `Idempotency-Key`. */
export const keepsAnswers = ({ method, scope }: Route): boolean => method === 'POST' && scope !== null;
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
type Ok<Id extends RouteId> = Answers[Id];
export type Output<Id extends RouteId> = {
  [S in keyof Ok<Id>]: {
    status: S;
    body: Ok<Id>[S] extends z.ZodType ? z.input<Ok<Id>[S]> : null;
    headers?: Record<string, string>;
  };
}[keyof Ok<Id>];

/** What a client sends, and the body that it gets. */
export interface Request<Id extends RouteId> {
  params: Sent<Get<Routes[Id], 'params'>>;
  query: Sent<Get<Routes[Id], 'query'>>;
  body: Sent<Get<Routes[Id], 'body'>>;
}
export type Result<Id extends RouteId> = {
  [S in keyof Ok<Id>]: Ok<Id>[S] extends z.ZodType ? z.output<Ok<Id>[S]> : undefined;
}[keyof Ok<Id>];
