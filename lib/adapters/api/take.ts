import { hintOf } from '../../core/input/schema-walk.ts';
import { parseJson } from '../../core/parse-json.ts';
import { readBody, type Received } from './body.ts';
import { check, queryOf } from './checks.ts';
import { isRefusal, refuse, type FieldProblem, type Refusal } from './problem.ts';
import type { Route } from './route.ts';
import { nothing } from './fields.ts';

export interface Taken {
  input: { params: unknown; query: unknown; body: unknown };
  /** The body as it was sent; empty where the route takes none. */
  text: string;
}

/** What came in, read and checked against what the route takes. `extraProblems`: what else is wrong with a body that is refused. */
export async function take(
  route: Route,
  request: Received,
  raw: Record<string, string>,
  extraProblems: (body: unknown) => FieldProblem[] = () => [],
): Promise<Taken | Refusal> {
  const params = check((route.params ?? nothing)(), raw, 'path');
  if (isRefusal(params)) return params;
  const query = check((route.query ?? nothing)(), queryOf(new URL(request.url).searchParams), 'query');
  if (isRefusal(query)) return query;
  const input = { params: params.value, query: query.value, body: undefined };
  if (!route.body) return { input, text: '' };
  const read = await readBody(request, hintOf(route.body()), {
    mayMiss: route.needsNoBody,
    anyType: route.signed,
  });
  if (isRefusal(read)) return read;
  const json = read.text === '' && route.needsNoBody ? {} : parseJson(read.text);
  if (json === undefined) return refuse('malformed', 'The body is not valid JSON.');
  const body = check(route.body(), json, 'body', extraProblems);
  return isRefusal(body) ? body : { input: { ...input, body: body.value }, text: read.text };
}
