import type { Request, Result, RouteId, Routes } from '../lib/adapters/api/routes.ts';
import { follow, type FollowOptions, type Stoppable } from './follow.ts';

type Body<Id extends RouteId> = Request<Id>['body'];
type Query<Id extends RouteId> = Partial<Request<Id>['query']>;

/** Where a job stands: its origin's name, and its ids as the cloud returned them. */
export type JobAddress = Request<'getJob'>['params'];
export type JobSpec = Exclude<Body<'trackJobs'>, { jobs: unknown }>;
export type Job = Result<'getJob'>;
export type JobSummary = Result<'listJobs'>['items'][number];
export type TrackResult = Extract<Result<'trackJobs'>, { results: unknown }>['results'][number];
export type IntakeResult = Result<'intake'>;
export type Explanation = Result<'explainJob'>;
export type Delivery = Result<'getDelivery'>;
export type Origin = Result<'listOrigins'>['items'][number];
/** How long jobs of one type take. */
export type Stats = Result<'listStats'>['items'][number];
export type Records = NonNullable<Result<'listStats'>['records']>[number];
export type OutOfOrder = NonNullable<Result<'health'>['targets']>[number];
/** Jobs of one run. */
export type Group = Result<'getGroup'>;
export type Mute = Result<'listMutes'>['items'][number];
export type Recovery = Result<'getRecovery'>;
/** What a recovery would do. */
export type RecoveryCount = Exclude<Result<'createRecovery'>, Recovery>;
/** Where an event goes, and where it does not. */
export type RouteTest = Result<'testRoutes'>;
export type Subscription = Result<'getSubscription'>;
export type NewSubscription = Body<'createSubscription'>;

/** Of what is said of a request: a list is one parameter for each of its values, and what is undefined is none. */
export const paramsOf = (query: object): URLSearchParams =>
  new URLSearchParams(
    Object.entries(query).flatMap(([name, value]): [string, string][] =>
      value === undefined ? [] : [value].flat().map((one) => [name, String(one)]),
    ),
  );

/** Sends the same request once, however often it is called with one key within a day. */
export interface Once {
  idempotencyKey?: string;
}

/** What is sent with a call of one route. */
export type Sent<Id extends RouteId> = Partial<Request<Id>> & Once & Stoppable;

/** Asks, and answers with what came back. Method and path are those of the table of routes, or it does not compile. */
export type Call = <Id extends RouteId>(
  id: Id,
  method: Routes[Id]['method'],
  path: Routes[Id]['path'],
  sent?: Sent<Id>,
) => Promise<Result<Id>>;

/** The API as functions, whatever way it is asked. */
export function clientOver(call: Call) {
  const listJobs = (query: Query<'listJobs'> = {}) => call('listJobs', 'GET', '/v1/jobs', { query });
  const listEvents = (query: Query<'listEvents'> = {}, { signal }: Stoppable = {}) =>
    call('listEvents', 'GET', '/v1/events', { query, ...(signal && { signal }) });
  const listDeliveries = (query: Query<'listDeliveries'> = {}) =>
    call('listDeliveries', 'GET', '/v1/deliveries', { query });
  const listRecoveries = (query: Query<'listRecoveries'> = {}) =>
    call('listRecoveries', 'GET', '/v1/recoveries', { query });
  const listGroups = (query: Query<'listGroups'> = {}) => call('listGroups', 'GET', '/v1/groups', { query });
  const listMutes = (query: Query<'listMutes'> = {}) => call('listMutes', 'GET', '/v1/mutes', { query });
  const listSubscriptions = (query: Query<'listSubscriptions'> = {}) =>
    call('listSubscriptions', 'GET', '/v1/subscriptions', { query });

  return {
    health: () => call('health', 'GET', '/healthz'),
    jobs: {
      /** One answer for each, in order. At most 1,000. */
      async track(jobs: readonly JobSpec[], once: Once = {}): Promise<TrackResult[]> {
        const body = { jobs: [...jobs] };
        const answer = await call('trackJobs', 'POST', '/v1/jobs', { body, ...once });
        return (answer as Extract<typeof answer, { results: unknown }>).results;
      },
      list: listJobs,
      /** Every job, page by page. */
      all: (query: Query<'listJobs'> = {}) => pages((cursor) => listJobs({ ...query, ...cursor })),
      get: (params: JobAddress) => call('getJob', 'GET', '/v1/jobs/{origin}/{projectId}/{jobId}', { params }),
      remove: (params: JobAddress) =>
        call('deleteJob', 'DELETE', '/v1/jobs/{origin}/{projectId}/{jobId}', { params }),
      explain: (params: JobAddress) =>
        call('explainJob', 'GET', '/v1/jobs/{origin}/{projectId}/{jobId}/explain', { params }),
    },
    /** Calls to a cloud, whose jobs are tracked, or what a cloud has pushed. */
    intake: (body: Body<'intake'>, once: Once = {}) =>
      call('intake', 'POST', '/v1/intake', { body, ...once }),
    /** Each event as it is published, until `signal` is aborted: `for await (const event of client.events({ after }))`. */
    events: Object.assign((options: FollowOptions = {}) => follow(listEvents, options), {
      /** Those of one job in order, or the newest of all, or with `after` the feed: `next` is where it goes on. */
      list: listEvents,
    }),
    /** Jobs that were tracked with the same `group`. */
    groups: {
      list: listGroups,
      all: (query: Query<'listGroups'> = {}) => pages((cursor) => listGroups({ ...query, ...cursor })),
      /** Its newest run. `projects`: of those who are limited to these, separated by commas; left out: of your own token. */
      get: (name: string, query: Query<'getGroup'> = {}) =>
        call('getGroup', 'GET', '/v1/groups/{name}', { params: { name }, query }),
      /** Says that these are all: it ends as soon as they have ended. */
      close: (name: string, query: Query<'closeGroup'> = {}, once: Once = {}) =>
        call('closeGroup', 'POST', '/v1/groups/{name}/close', { params: { name }, query, ...once }),
    },
    /** The configured origins; there is one page. */
    origins: { list: () => call('listOrigins', 'GET', '/v1/origins') },
    /** What is learnt of the jobs of each origin, by type; there is one page. */
    stats: { list: () => call('listStats', 'GET', '/v1/stats') },
    deliveries: {
      list: listDeliveries,
      all: (query: Query<'listDeliveries'> = {}) =>
        pages((cursor) => listDeliveries({ ...query, ...cursor })),
      get: (params: Request<'getDelivery'>['params']) =>
        call('getDelivery', 'GET', '/v1/deliveries/{eventId}/{deliveryId}', { params }),
      /** One more attempt, under its own id; `get` tells what came of it. */
      redeliver: (params: Request<'redeliver'>['params'], once: Once = {}) =>
        call('redeliver', 'POST', '/v1/deliveries/{eventId}/{deliveryId}/redeliver', { params, ...once }),
    },
    routes: {
      /** Where an event would go at a time, and why not elsewhere; nothing is sent. */
      test: (body: Body<'testRoutes'>) => call('testRoutes', 'POST', '/v1/routes/test', { body }),
    },
    /** Sends an event that did not happen on the way of every event; `deliveries.list({ event })` tells what comes of it. */
    drill: (body: Body<'drill'> = {}, once: Once = {}) =>
      call('drill', 'POST', '/v1/drills', { body, ...once }),
    recoveries: {
      /** Sends again what failed or is held since a time; with `dryRun` it is only counted. */
      create: ((body: Body<'createRecovery'>, once: Once = {}) =>
        call('createRecovery', 'POST', '/v1/recoveries', { body, ...once })) as Recover<
        Body<'createRecovery'>
      >,
      /** Sends a subscription the events since a time that it wants and has not had; with `dryRun` they are only counted. */
      replay: ((id: string, body: Body<'replay'>, once: Once = {}) =>
        call('replay', 'POST', '/v1/subscriptions/{id}/replay', { params: { id }, body, ...once })) as Replay<
        Body<'replay'>
      >,
      list: listRecoveries,
      all: (query: Query<'listRecoveries'> = {}) =>
        pages((cursor) => listRecoveries({ ...query, ...cursor })),
      get: (id: string) => call('getRecovery', 'GET', '/v1/recoveries/{id}', { params: { id } }),
      stop: (id: string) => call('stopRecovery', 'POST', '/v1/recoveries/{id}/stop', { params: { id } }),
    },
    mutes: {
      /** Sends nothing of something for a while; what happens is counted and told afterwards. */
      create: (body: Body<'createMute'>, once: Once = {}) =>
        call('createMute', 'POST', '/v1/mutes', { body, ...once }),
      list: listMutes,
      all: (query: Query<'listMutes'> = {}) => pages((cursor) => listMutes({ ...query, ...cursor })),
      /** Ends it now. */
      remove: (id: string) => call('deleteMute', 'DELETE', '/v1/mutes/{id}', { params: { id } }),
    },
    subscriptions: {
      create: (body: NewSubscription, once: Once = {}) =>
        call('createSubscription', 'POST', '/v1/subscriptions', { body, ...once }),
      list: listSubscriptions,
      all: (query: Query<'listSubscriptions'> = {}) =>
        pages((cursor) => listSubscriptions({ ...query, ...cursor })),
      get: (id: string) => call('getSubscription', 'GET', '/v1/subscriptions/{id}', { params: { id } }),
      change: (id: string, body: Body<'changeSubscription'>) =>
        call('changeSubscription', 'PATCH', '/v1/subscriptions/{id}', { params: { id }, body }),
      remove: (id: string) =>
        call('deleteSubscription', 'DELETE', '/v1/subscriptions/{id}', { params: { id } }),
      pause: (id: string) =>
        call('pauseSubscription', 'POST', '/v1/subscriptions/{id}/pause', { params: { id } }),
      resume: (id: string) =>
        call('resumeSubscription', 'POST', '/v1/subscriptions/{id}/resume', { params: { id } }),
      test: (id: string) =>
        call('testSubscription', 'POST', '/v1/subscriptions/{id}/test', { params: { id } }),
      /** The new key is in the answer, and never shown again. `overlapSeconds`: how long the old ones sign too; 24 hours by default. */
      rotate: (id: string, body: Body<'rotateSubscription'> = {}, once: Once = {}) =>
        call('rotateSubscription', 'POST', '/v1/subscriptions/{id}/rotate', {
          params: { id },
          body,
          ...once,
        }),
      /** Sends the challenge to a webhook; throws what is wrong with its answer. */
      verify: (id: string) =>
        call('verifySubscription', 'POST', '/v1/subscriptions/{id}/verify', { params: { id } }),
    },
  };
}
export type Client = ReturnType<typeof clientOver>;

interface Recover<B> {
  (body: B & { dryRun: true }): Promise<RecoveryCount>;
  (body: Omit<B, 'dryRun'>, once?: Once): Promise<Recovery>;
}
interface Replay<B> {
  (id: string, body: B & { dryRun: true }): Promise<RecoveryCount>;
  (id: string, body: Omit<B, 'dryRun'>, once?: Once): Promise<Recovery>;
}

interface Page<T> {
  items: T[];
  next: string | null;
}

async function* pages<T>(page: (cursor: { cursor?: string }) => Promise<Page<T>>): AsyncGenerator<T> {
  for (let cursor: { cursor?: string } | null = {}; cursor;) {
    const { items, next }: Page<T> = await page(cursor);
    yield* items;
    cursor = next === null ? null : { cursor: next };
  }
}
