import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { problemsOf } from '../../../lib/adapters/api/openapi.ts';
import { statusOf } from '../../../lib/adapters/api/problem.ts';
import type { Route } from '../../../lib/adapters/api/route.ts';
import { routes } from '../../../lib/adapters/api/routes.ts';
import { ajv, apiKit, document } from './kit.ts';

/** What OpenAPI 3.1 says of the parts that this document uses; everything else would be a mistake. */
const STRUCTURE = {
  $defs: {
    content: {
      type: 'object',
      minProperties: 1,
      additionalProperties: {
        type: 'object',
        required: ['schema'],
        properties: { schema: { type: ['object', 'boolean'] } },
        additionalProperties: false,
      },
    },
    parameter: {
      type: 'object',
      required: ['name', 'in', 'schema'],
      properties: {
        name: { type: 'string', minLength: 1 },
        in: { enum: ['query', 'header', 'path'] },
        required: { type: 'boolean' },
        description: { type: 'string' },
        schema: { type: 'object' },
      },
      additionalProperties: false,
      anyOf: [
        { properties: { in: { not: { const: 'path' } } } },
        { required: ['required'], properties: { required: { const: true } } },
      ],
    },
    operation: {
      type: 'object',
      required: ['operationId', 'summary', 'responses', 'security'],
      properties: {
        operationId: { type: 'string', pattern: '^[a-zA-Z]+$' },
        summary: { type: 'string', minLength: 5 },
        security: {
          type: 'array',
          items: { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } },
        },
        parameters: { type: 'array', items: { $ref: '#/$defs/parameter' } },
        requestBody: {
          type: 'object',
          required: ['content', 'required'],
          properties: { content: { $ref: '#/$defs/content' }, required: { type: 'boolean' } },
          additionalProperties: false,
        },
        responses: {
          type: 'object',
          propertyNames: { pattern: '^[1-5][0-9]{2}$' },
          additionalProperties: {
            type: 'object',
            required: ['description'],
            properties: {
              description: { type: 'string', minLength: 1 },
              content: { $ref: '#/$defs/content' },
            },
            additionalProperties: false,
          },
        },
      },
      additionalProperties: false,
    },
  },
  type: 'object',
  required: ['openapi', 'info', 'paths', 'components'],
  properties: {
    openapi: { const: '3.1.1' },
    info: {
      type: 'object',
      required: ['title', 'version'],
      properties: {
        title: { type: 'string' },
        version: { type: 'string' },
        description: { type: 'string' },
        license: {
          type: 'object',
          required: ['name'],
          properties: { name: { type: 'string' }, identifier: { type: 'string' } },
          additionalProperties: false,
        },
      },
      additionalProperties: false,
    },
    servers: {
      type: 'array',
      items: { type: 'object', required: ['url'], properties: { url: { type: 'string' } } },
    },
    paths: {
      type: 'object',
      propertyNames: { pattern: '^/' },
      additionalProperties: {
        type: 'object',
        propertyNames: { enum: ['get', 'post', 'patch', 'delete'] },
        additionalProperties: { $ref: '#/$defs/operation' },
      },
    },
    components: {
      type: 'object',
      properties: {
        schemas: { type: 'object', propertyNames: { pattern: '^[A-Za-z0-9._-]+$' } },
        securitySchemes: { type: 'object' },
      },
      additionalProperties: false,
    },
  },
  additionalProperties: false,
};

const table = Object.entries(routes as Record<string, Route>);
type Parameter = { name: string; in: string };
const operationOf = ({ path, method }: Route) =>
  document.paths[path]![method.toLowerCase()] as never as {
    operationId: string;
    parameters: Parameter[];
    responses: Record<string, unknown>;
    security: object[];
  };

/** Every object under `schema` and every schema of a component. */
function schemasIn(value: unknown, found: object[] = []): object[] {
  if (typeof value !== 'object' || value === null) return found;
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'schema' && typeof inner === 'object' && inner !== null) found.push(inner);
    else schemasIn(inner, found);
  }
  return found;
}

describe('the OpenAPI document', () => {
  it('has the structure of OpenAPI 3.1', () => {
    const structure = new Ajv2020({
      strict: true,
      strictRequired: false,
      strictTypes: false,
      allErrors: true,
    }).compile(STRUCTURE);
    expect(structure(document), JSON.stringify(structure.errors)).toBe(true);
  });

  it('holds valid JSON Schemas 2020-12, whose references lead somewhere', () => {
    const schemas = [...schemasIn(document.paths), ...Object.values(document.components.schemas)];
    expect(schemas.length).toBeGreaterThan(60);
    for (const schema of schemas) {
      expect(ajv.validateSchema(schema), ajv.errorsText()).toBe(true);
      for (const [, name] of JSON.stringify(schema).matchAll(/"\$ref":"([^"]+)"/g)) {
        expect(name).toMatch(/^#\/components\/schemas\/\w+$/);
        expect(document.components.schemas).toHaveProperty(name!.split('/').at(-1)!);
      }
    }
    for (const name of Object.keys(document.components.schemas)) {
      expect(() => ajv.compile({ $ref: `openapi.json#/components/schemas/${name}` })).not.toThrow();
    }
  });

  it('has every route with its parameters, and no other', () => {
    const told = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(told.toSorted()).toEqual(table.map(([, { method, path }]) => `${method} ${path}`).toSorted());
    for (const [id, route] of table) {
      const { operationId, parameters } = operationOf(route);
      expect(operationId).toBe(id);
      const inPath = parameters.filter((p) => p.in === 'path').map((p) => p.name);
      expect(inPath).toEqual([...route.path.matchAll(/\{(\w+)\}/g)].map((m) => m[1]));
    }
  });

  it('has every answer that a route may give, and which scope it needs', () => {
    for (const [, route] of table) {
      const { responses, security } = operationOf(route);
      const ok = Object.keys(route.answers);
      const expected = [...ok, ...problemsOf(route).map((kind) => String(statusOf(kind)))];
      expect(Object.keys(responses).toSorted()).toEqual([...new Set(expected)].toSorted());
      expect(security).toEqual(route.scope === null ? [] : [{ token: [route.scope] }]);
    }
  });

  it('is served, and holds no hint that was meant for errors', async () => {
    const { call } = await apiKit();
    const { body } = await call('GET', '/v1/openapi.json');
    expect(body).toEqual(document);
    expect(JSON.stringify(body)).not.toMatch(/"hint":"/);
  });
});
