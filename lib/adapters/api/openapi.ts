import * as z from 'zod';
import { lazily } from '../../core/lazily.ts';
import { remembered } from '../../core/remembered.ts';
import { NAMED_ANSWERS, NAMED_REQUESTS } from './named.ts';
import { statusOf, type ProblemKind } from './problem.ts';
import { keepsAnswers, type Route } from './route.ts';
import { routes, type RouteId } from './routes.ts';
import { html } from './shapes.ts';

type Json = Record<string, unknown>;

/** Problems that follow from what a route is, beyond those it names itself. */
export function problemsOf(route: Route): ProblemKind[] {
  const follows: [boolean, ProblemKind[]][] = [
    [route.scope !== null, ['unauthorized', 'forbidden', 'rate_limited']],
    [Boolean(route.body), ['malformed', 'too_large', 'unsupported_media_type']],
    [keepsAnswers(route), ['key_reused', 'conflict']],
  ];
  // Every route refuses parameters that it does not know.
  return [
    ...route.problems,
    ...follows.flatMap(([so, kinds]) => (so ? kinds : [])),
    'invalid',
    'broken',
    'unavailable',
    'storage_full',
  ];
}

/** The API as an OpenAPI 3.1 document, made from what mounts and checks it: some 0.3 s of work that most processes never need. */
export const openApiDocument = remembered(1, documentOf);

function documentOf(version: string): Json {
  const paths: Record<string, Json> = {};
  for (const [id, route] of Object.entries(routes as Record<RouteId, Route>) as [RouteId, Route][]) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operation(id, route) };
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Jobchime',
      version,
      description: 'Tells people and programs that the asynchronous job of a cloud has ended.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: components(),
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'jct_<id>_<secret>' } },
    },
  };
}

function operation(operationId: RouteId, route: Route): Json {
  const problems = Map.groupBy(problemsOf(route), (kind) => String(statusOf(kind)));
  const ok = Object.entries(route.answers).map(([status, schema]) => [status, success(schema?.() ?? null)]);
  const refused = [...problems].map(([status, kinds]) => [status, problem([...new Set(kinds)], route)]);
  return {
    operationId,
    summary: route.summary,
    security: route.scope === null ? [] : [{ token: [route.scope] }],
    parameters: [
      ...parameters('path', route.params?.()),
      ...parameters('query', route.query?.()),
      ...(keepsAnswers(route) ? [IDEMPOTENCY_KEY] : []),
    ],
    ...(route.body && {
      requestBody: {
        required: !route.needsNoBody,
        content: { 'application/json': { schema: toSchema(route.body(), 'input') } },
      },
    }),
    responses: Object.fromEntries([...ok, ...refused]),
  };
}

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header',
  description: 'Within 24 hours the same key gets the same answer, and the work is done once',
  schema: { type: 'string', pattern: '^[\\x21-\\x7e]{1,200}$' },
};

function success(schema: z.ZodType | null): Json {
  if (schema === null) return { description: 'Done' };
  const type = schema === html() ? 'text/html' : 'application/json';
  return {
    description: schema.meta()?.description ?? 'Done',
    content: { [type]: { schema: toSchema(schema, 'output') } },
  };
}

const problem = (kinds: ProblemKind[], { page }: Route): Json => ({
  description: kinds.join(', '),
  content: page
    ? { 'text/html': { schema: toSchema(html(), 'output') } }
    : { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
});

function parameters(where: 'path' | 'query', schema: z.ZodType | undefined): Json[] {
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape as Record<string, z.ZodType>).map(([name, field]) => {
    const { description, ...rest } = toSchema(field, 'output');
    const required = where === 'path' || !field.safeParse(undefined).success;
    return { name, in: where, required, ...(description ? { description } : {}), schema: rest };
  });
}

const refTo = (id: string): string => `#/components/schemas/${id}`;

const named = lazily(() =>
  Object.entries({ ...NAMED_REQUESTS, ...NAMED_ANSWERS }).map(([id, schema]) => [id, schema()] as const),
);

/** A schema by itself; those with a name within it, or the whole, become references. */
function toSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  const known = named().find(([, one]) => one === schema);
  return known ? { $ref: refTo(known[0]) } : schemasOf([...named(), ['_', schema]], io)['_']!;
}

/** What comes in is described as it is sent, what goes out as it is received. */
function components(): Json {
  const [sent, received] = [schemasOf(named(), 'input'), schemasOf(named(), 'output')];
  return Object.fromEntries(named().map(([id]) => [id, (id in NAMED_REQUESTS ? sent : received)[id]]));
}

function schemasOf(
  named: readonly (readonly [string, z.ZodType])[],
  io: 'input' | 'output',
): Record<string, Json> {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of named) registry.add(schema, { id });
  const override = ({ jsonSchema }: { jsonSchema: Json }): void => {
    // Hints say what to write: in the document they describe the field.
    if (typeof jsonSchema['hint'] === 'string') jsonSchema['description'] ??= jsonSchema['hint'];
    delete jsonSchema['hint'];
    // Answers may gain fields, and nobody should break on that.
    if (io === 'output' && jsonSchema['additionalProperties'] === false)
      delete jsonSchema['additionalProperties'];
  };
  // What a text becomes is nothing that anybody sends: such a field is described as it comes in.
  const options = { uri: refTo, io, override, unrepresentable: 'any' as const };
  const { schemas } = z.toJSONSchema(registry, options);
  return Object.fromEntries(Object.entries(schemas).map(([id, schema]) => [id, clean(schema)]));
}

const clean = ({ $id: _id, $schema: _dialect, id: _name, ...rest }: Json): Json => rest;
