import type { Token } from '../../core/access/token.ts';
import type { Answering } from './answering.ts';
import { isRefusal, type Refusal } from './problem.ts';
import { routes, type Request, type Result, type RouteId } from './routes.ts';

export type Sent<Id extends RouteId> = Partial<Request<Id>> & {
  signal?: AbortSignal;
  /** As `Idempotency-Key`: sent again with the same, it is done once. */
  once?: string;
};
/** Calls a route without HTTP: checked, carried out and answered as it would be over it. */
export type Calling = <Id extends RouteId>(
  id: Id,
  token: Token,
  sent?: Sent<Id>,
) => Promise<{ result: Result<Id> } | Refusal>;

/** The API for callers in the same process. The caller has been let in; throws what the API would only log. */
export const createCalling =
  (answer: Answering): Calling =>
  async <Id extends RouteId>(id: Id, token: Token, { params, query, body, signal, once }: Sent<Id> = {}) => {
    const sent: Record<string, string | undefined> = {
      'content-type': 'application/json',
      'idempotency-key': once,
    };
    const named = inPath(id, params);
    const request = {
      url: `http://jobchime.local/${[id, ...Object.values(named)].map(encodeURIComponent).join('/')}?${queryText(query)}`,
      headers: { get: (name: string) => sent[name] ?? null },
      body: body === undefined ? null : chunksOf(JSON.stringify(body)),
      ...(signal && { signal }),
    };
    const answered = await answer(id, token, request, named);
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
