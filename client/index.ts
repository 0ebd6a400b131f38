import ky, { HTTPError, type Options } from 'ky';
import type { Problem } from '../lib/adapters/api/problem.ts';
import { ApiError } from './api-error.ts';
import type { Request, Result, RouteId, Routes } from '../lib/adapters/api/routes.ts';

export { ApiError, type Problem };
type Body<Id extends RouteId> = Request<Id>['body'];
type Query<Id extends RouteId> = Partial<Request<Id>['query']>;

/** Where a job stands: its origin's name, and its ids as the cloud returned them. */
export type JobAddress = Request<'getJob'>['params'];
export type JobSpec = Exclude<Body<'trackJobs'>, { jobs: unknown }>;
export type Job = Result<'getJob'>;
export type JobSummary = Result<'listJobs'>['items'][number];
export type TrackResult = Extract<Result<'trackJobs'>, { results: unknown }>['results'][number];
export type Explanation = Result<'explainJob'>;
/** An event as it was published; docs/events.md. */
export type JobchimeEvent = Result<'listEvents'>['items'][number];
export type Delivery = Result<'getDelivery'>;
export type Origin = Result<'listOrigins'>['items'][number];
export type OutOfOrder = NonNullable<Result<'health'>['targets']>[number];
export type Subscription = Result<'getSubscription'>;
export type NewSubscription = Body<'createSubscription'>;

export interface ClientOptions {
  /** Where the API is: `https://jobchime.example.com`. */
  url: string;
  /** `jct_...` */
  token: string;
  fetch?: (request: globalThis.Request) => Promise<Response>;
  /** Of ky, on which the client stands: `retry` (nothing is retried by default), `timeout` (none), `hooks`. */
  options?: ClientKyOptions;
}
export type ClientKyOptions = Pick<Options, 'retry' | 'timeout' | 'hooks' | 'redirect'>;

/** Sends the same request once, however often it is called with one key within a day. */
export interface Once {
  idempotencyKey?: string;
}

/**
 * The HTTP API as functions. They return what the API answers, throw an `ApiError` for what it refuses, and a `NetworkError`
 * of ky, with what fetch threw as its cause, where it cannot be reached.
 */
export function createClient({ url, token, fetch, options = {} }: ClientOptions) {
  const api = ky
    .create({
      prefix: url,
      headers: { authorization: `Bearer ${token}`, accept: 'application/json' },
      retry: 0,
      timeout: false,
      hooks: { beforeError: [({ error }) => (error instanceof HTTPError ? refusal(error) : error)] },
      ...(fetch && { fetch: (request) => fetch(request as globalThis.Request) }),
    })
    .extend(options);

  /** Method and path are those of the table of routes, or it does not compile. */
  async function call<Id extends RouteId>(
    _id: Id,
    method: Routes[Id]['method'],
    path: Routes[Id]['path'],
    sent: Partial<Request<Id>> & Once = {},
  ): Promise<Result<Id>> {
    const { params = {}, query = {}, body, idempotencyKey } = sent;
    const response = await api(filled(path, params), {
      method,
      searchParams: query as Record<string, string | number | boolean | undefined>,
      ...(body !== undefined && { json: body }),
      ...(idempotencyKey !== undefined && { headers: { 'idempotency-key': idempotencyKey } }),
    });
    return (response.status === 204 ? undefined : await bodyOf(response)) as Result<Id>;
  }

  const listJobs = (query: Query<'listJobs'> = {}) => call('listJobs', 'GET', '/v1/jobs', { query });
  const listDeliveries = (query: Query<'listDeliveries'> = {}) =>
    call('listDeliveries', 'GET', '/v1/deliveries', { query });
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
    events: {
      /** Those of one job in order, or the newest of all, or with `after` the feed: `next` is where it goes on. */
      list: (query: Query<'listEvents'> = {}) => call('listEvents', 'GET', '/v1/events', { query }),
    },
    /** The configured origins; there is one page. */
    origins: { list: () => call('listOrigins', 'GET', '/v1/origins') },
    deliveries: {
      list: listDeliveries,
      all: (query: Query<'listDeliveries'> = {}) =>
        pages((cursor) => listDeliveries({ ...query, ...cursor })),
      get: (params: Request<'getDelivery'>['params']) =>
        call('getDelivery', 'GET', '/v1/deliveries/{eventId}/{deliveryId}', { params }),
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
    },
  };
}
export type Client = ReturnType<typeof createClient>;

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

const filled = (path: string, params: object): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String((params as Record<string, unknown>)[name])),
  );

/** Something between us and the API may have answered in its stead, also here. */
async function bodyOf(response: Response): Promise<unknown> {
  const body: unknown = await response.json().catch(() => null);
  if (typeof body === 'object' && body !== null) return body;
  const { status } = response;
  const detail = 'the answer is not JSON';
  throw new ApiError({ type: 'about:blank', title: `HTTP ${status}`, status, detail });
}

function refusal({ response, data }: HTTPError): ApiError {
  const { status, statusText } = response;
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const told = typeof data === 'string' ? parsed(data) : data;
  const problem = isProblem(told)
    ? told
    : { type: 'about:blank', title: `HTTP ${status}`, status, detail: statusText || 'no problem was told' };
  return new ApiError(problem, Number.isFinite(seconds) ? seconds * 1_000 : undefined);
}

/** A problem whose type was lost on the way. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

const isProblem = (body: unknown): body is Problem =>
  typeof body === 'object' && body !== null && 'type' in body && 'title' in body && 'detail' in body;
