import { Hono } from 'hono';
import { StoreTrouble } from '../platform/store-trouble.ts';
import { admit, type Gate } from './admission.ts';
import type { Answering } from './answering.ts';
import type { ApiDeps } from './deps.ts';
import type { Answer } from './idempotency.ts';
import { page, problemPage } from './pages/page.ts';
import { pageLanguage } from './language.ts';
import type { PageName } from './pages/page-text.ts';
import { isRefusal, refuse, type Refusal } from './problem.ts';
import type { Route } from './route.ts';
import { routes, type RouteId } from './routes.ts';

/**
 * The HTTP API: the same function stands behind node:http and behind Lambda. Whatever comes in, it answers: what is wrong
 * with a request is answered as `application/problem+json`, what is wrong with us goes to the log.
 */
export function createApi(
  { clock, telemetry }: Pick<ApiDeps, 'clock' | 'telemetry'>,
  gate: Gate,
  useCases: Answering,
): (request: Request) => Promise<Response> {
  /** First who calls, and only then what for. */
  async function answer(
    id: RouteId,
    request: Request,
    params: Record<string, string>,
  ): Promise<[who: string | undefined, Answer | Refusal]> {
    const token = await admit(gate, routes[id], request.headers.get('authorization'));
    if (token && isRefusal(token)) return [undefined, token];
    return [token?.key, await useCases(id, token, request, params)];
  }

  /** The log shows the path as the table has it: the real one may hold a secret. */
  async function serve(id: RouteId, request: Request, params: Record<string, string>): Promise<Response> {
    const started = clock();
    const { method, path } = routes[id];
    let who: string | undefined;
    let result: Answer | Refusal;
    try {
      [who, result] = await answer(id, request, params);
    } catch (error) {
      telemetry.line('error', 'api.broken', { method, path, error });
      result = faultOf(error);
    }
    const status = isRefusal(result) ? result.refused.status : result.status;
    telemetry.line('debug', 'api.answered', { method, path, status, token: who, ms: clock() - started });
    const route: Route = routes[id];
    return route.page && isRefusal(result)
      ? respondPage(problemPage(result), request, result)
      : respond(result);
  }

  const app = new Hono();
  for (const id of Object.keys(routes) as RouteId[]) {
    const { method, path } = routes[id];
    app.on(method, honoPath(path), (c) => serve(id, c.req.raw, c.req.param()));
  }
  for (const [path, methods] of methodsByPath()) {
    const detail = `Only ${methods.join(', ')} can be done here.`;
    const headers = { allow: methods.join(', ') };
    app.all(honoPath(path), () => respond(refuse('method_not_allowed', detail, { headers })));
  }
  // A link that was cut short leads to a person, not to a program.
  app.notFound(({ req: { raw } }) =>
    isBrowser(raw) ? respondPage('nothingHere', raw, NOTHING_HERE) : respond(NOTHING_HERE),
  );
  return async (request) => app.fetch(request);
}

const NOTHING_HERE = refuse(
  'not_found',
  'There is nothing at this path. GET /v1/openapi.json describes what there is.',
);
const isBrowser = ({ method, headers }: Request): boolean =>
  method === 'GET' && /\btext\/html\b/.test(headers.get('accept') ?? '');

/** Nobody outside has to know where the store is; clients do have to know whether to try again, and when. */
export function faultOf(error: unknown): Refusal {
  if (error instanceof StoreTrouble)
    return refuse(
      error.kind === 'full' ? 'storage_full' : 'unavailable',
      `${error.short} The request was not carried out, or not completely; try again later.`,
    );
  return refuse('broken', 'This is a fault of the service, not of the request. Its log says more.');
}

const honoPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

function methodsByPath(): Map<string, string[]> {
  const byPath = Map.groupBy(Object.values(routes), (route) => route.path as string);
  return new Map([...byPath].map(([path, all]) => [path, all.map((route) => route.method)]));
}

function respondPage(name: PageName, request: Request, { refused, headers }: Refusal): Response {
  const shown = page(name, pageLanguage(request.headers.get('accept-language')));
  return respond({ ...shown, status: refused.status, headers: { ...shown.headers, ...headers } });
}

function respond(result: Answer | Refusal): Response {
  const [status, body, type] = isRefusal(result)
    ? [result.refused.status, result.refused, 'application/problem+json']
    : [result.status, result.body, 'application/json'];
  const headers = { ...ALWAYS, ...(body !== null && { 'content-type': type }), ...result.headers };
  const text = body === null ? null : typeof body === 'string' ? body : JSON.stringify(body);
  return new Response(text, { status, headers });
}

/** Answers are for the caller alone, now, and nothing but what they say they are. */
const ALWAYS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' };
