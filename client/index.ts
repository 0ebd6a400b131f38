import ky, { HTTPError, type Options } from 'ky';
import type { Problem } from '../lib/adapters/api/problem.ts';
import type { Result, RouteId, Routes } from '../lib/adapters/api/routes.ts';
import { ApiError } from './api-error.ts';
import { clientOver, paramsOf, type Client, type Sent } from './calls.ts';

export { ApiError, type Problem };
export type { FollowOptions, JobchimeEvent } from './follow.ts';
export type {
  Client,
  Delivery,
  Explanation,
  Group,
  Job,
  JobAddress,
  JobSpec,
  JobSummary,
  NewSubscription,
  Once,
  Origin,
  OutOfOrder,
  Mute,
  Recovery,
  RecoveryCount,
  RouteTest,
  Records,
  Stats,
  Subscription,
  IntakeResult,
  TrackResult,
} from './calls.ts';

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

/**
 * The HTTP API as functions. They return what the API answers, throw an `ApiError` for what it refuses, and a `NetworkError`
 * of ky, with what fetch threw as its cause, where it cannot be reached.
 */
export function createClient({ url, token, fetch, options = {} }: ClientOptions): Client {
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

  // What comes back is not checked against a schema: both sides are made from one, and zod would be most of a client.
  async function call<Id extends RouteId>(
    _id: Id,
    method: Routes[Id]['method'],
    path: Routes[Id]['path'],
    sent: Sent<Id> = {},
  ): Promise<Result<Id>> {
    const { params = {}, query = {}, body, idempotencyKey, signal } = sent;
    const response = await api(filled(path, params), {
      method,
      searchParams: paramsOf(query),
      ...(body !== undefined && { json: body }),
      ...(signal && { signal }),
      ...(idempotencyKey !== undefined && { headers: { 'idempotency-key': idempotencyKey } }),
    });
    return (response.status === 204 ? undefined : await bodyOf(response)) as Result<Id>;
  }

  return clientOver(call);
}

const filled = (path: string, params: object): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
    encodeURIComponent(String((params as Record<string, unknown>)[name])),
  );

/** Something between us and the API may have answered in its stead, also here. */
async function bodyOf(response: Response): Promise<object> {
  const body = await jsonOf(response);
  if (body) return body;
  const { status } = response;
  const detail = 'the answer is not JSON';
  throw new ApiError({ type: 'about:blank', title: `HTTP ${status}`, status, detail });
}

/** `data` is a text where the type of a problem was lost on the way. */
async function refusal({ response, data }: HTTPError): Promise<ApiError> {
  const { status, statusText } = response;
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
  const told = typeof data === 'string' ? await jsonOf(new Response(data)) : data;
  const problem = isProblem(told)
    ? told
    : { type: 'about:blank', title: `HTTP ${status}`, status, detail: statusText || 'no problem was given' };
  return new ApiError(problem, Number.isFinite(seconds) ? seconds * 1_000 : undefined);
}

async function jsonOf(response: Response): Promise<object | null> {
  const value: unknown = await response.json().catch(() => null);
  return typeof value === 'object' ? value : null;
}

const isProblem = (body: unknown): body is Problem =>
  typeof body === 'object' && body !== null && 'type' in body && 'title' in body && 'detail' in body;
