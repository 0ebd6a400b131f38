import type { Token } from '../../core/access/token.ts';
import type { Answering } from './answering.ts';
import { isRefusal, type Refusal } from './problem.ts';
import { routes, type Request, type Result, type RouteId } from './routes.ts';

export type Sent<Id extends RouteId> = Partial<Request<Id>> & { signal?: AbortSignal };
/** Calls a route without HTTP: checked, carried out and answered as it would be over it. */
export type Calling = <Id extends RouteId>(
  id: Id,
  token: Token,
  sent?: Sent<Id>,
) => Promise<{ result: Result<Id> } | Refusal>;

/** The API for callers in the same process. The caller has been let in; throws what the API would only log. */
export const createCalling =
  (answer: Answering): Calling =>
  async <Id extends RouteId>(id: Id, token: Token, { params, query, body, signal }: Sent<Id> = {}) => {
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
    given.flatMap(([name, value]) => [value].flat().map((one): [string, string] => [name, String(one)])),
  ).toString();
}
