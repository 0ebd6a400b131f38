/** Whatever comes in, it is answered: as documented, never with a 500, and where a field is at fault it is named. */
import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Route } from '../../../lib/adapters/api/route.ts';
import { routes } from '../../../lib/adapters/api/routes.ts';
import { PROJECT, spec } from '../../kit.ts';
import { apiKit, document, met, type ApiKit, type Got } from './kit.ts';
import { character } from '../../character.ts';

const table = Object.entries(routes as Record<string, Route>);

/** Values that mean something here, so that the deeper checks are reached, among all others. */
const WORDS = [
  'hwc-ecs otc-ecs nowhere ops sub_000000000000000000000000 failures webhook slack email failed'.split(' '),
  ['https://hooks.example.com/x', 'https://10.0.0.1/', 'ops@example.com', '2026-03-01T12:00:00Z'],
  [PROJECT, spec(1).jobId, `hwc-ecs/${PROJECT}/${spec(1).jobId}`],
  [`evt_${'0'.repeat(32)}`, `dlv_${'0'.repeat(32)}`],
  ['webhook:ops', 'slack:', 'mailto:me@example.com', 'mailto:', 'https://hooks.test/y'],
  [
    '50',
    '0',
    '-1',
    '1e9',
    'null',
    '__proto__',
    'constructor',
    '../..',
    '%00',
    '\u0000',
    '\uD800',
    '',
    ' ',
    '配额',
  ],
].flat();
const word = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...WORDS) },
  { weight: 1, arbitrary: fc.string({ unit: character, maxLength: 40 }) },
);
const FIELDS = (
  'origin projectId jobId name labels requestedBy correlationId deadlineAt jobs on pattern channel target ' +
  'signingKeys state limit cursor job event jobId notify __proto__ x'
).split(' ');
const { value: json } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, depthIdentifier: 'json' },
    word,
    fc.double(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(fc.constantFrom(...FIELDS), word), tie('value'), { maxKeys: 6 }),
  ),
}));
/** Objects that are right, or but for a field or two. */
const nearly = (right: Record<string, unknown>) =>
  fc.oneof(
    fc.constant(right),
    fc
      .tuple(fc.dictionary(fc.constantFrom(...Object.keys(right), 'x'), json, { maxKeys: 2 }))
      .map(([wrong]) => ({ ...right, ...wrong })),
    fc.subarray(Object.entries(right)).map((entries) => Object.fromEntries(entries)),
  );
const job = nearly({
  ...spec(1),
  name: 'web-7',
  labels: { team: 'web' },
  notify: ['webhook:ops'],
  deadlineAt: '2026-03-01T12:00:00Z',
});
const definition = nearly({
  name: 'x',
  on: 'failures',
  channel: 'webhook',
  target: 'https://hooks.example.com/x',
});
const patterned = nearly({
  name: 'x',
  channel: 'slack',
  target: 'https://hooks.example.com/x',
  pattern: { source: ['jobchime'] },
});
const body = fc.oneof(job, fc.record({ jobs: fc.array(job, { maxLength: 4 }) }), definition, patterned, json);
const raw = fc.oneof(
  { weight: 8, arbitrary: body.map((value) => JSON.stringify(value) ?? 'null') },
  { weight: 1, arbitrary: fc.string({ unit: character }) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 50 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 50_000 }).map((n) => '['.repeat(n)) },
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 1, max: 20_000 })
      .map((n) => `{"pattern":${'{"a":'.repeat(n)}1${'}'.repeat(n)}}`),
  },
);
/** One odd thing at a time reaches further than all at once. */
const mostly = <T>(usual: T, odd: fc.Arbitrary<T>): fc.Arbitrary<T> =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: odd });
const query = mostly<[string, string][]>(
  [],
  fc.array(fc.tuple(fc.oneof(fc.constantFrom(...FIELDS), word), word), { maxLength: 4 }),
);
const headers = mostly<Record<string, string>>(
  {},
  fc.record(
    {
      'idempotency-key': fc.oneof(fc.constantFrom('a', 'b', '', 'c d'), fc.string({ maxLength: 250 })),
      'content-type': fc.constantFrom(
        'application/json',
        'application/problem+json',
        'text/plain',
        '',
        ';',
        'application/json; charset=x',
      ),
      authorization: fc.oneof(
        fc.constantFrom('', 'Bearer', 'Bearer x', 'Basic eDp5', 'bearer jct__'),
        fc.string(),
      ),
      accept: fc.string(),
    },
    { requiredKeys: [] },
  ),
);

/** What fetch itself refuses never comes in. */
const sendable = (given: Record<string, string>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(given).filter(([name, value]) => {
      try {
        new Headers().set(name, value);
        return true;
      } catch {
        return false;
      }
    }),
  );

function judge({ status, text, body, headers }: Got): void {
  expect([status, status < 500]).toEqual([status, true]);
  expect(text).not.toMatch(/node_modules|\.ts:\d|at \w+ \(|TypeError|ZodError|SQLITE/);
  if (status === 405) expect(headers.get('allow')).toMatch(/GET|POST/);
  if (status !== 422 || body.type.endsWith(':key_reused')) return;
  expect(body.errors.length).toBeGreaterThan(0);
  for (const error of body.errors) {
    expect(error.problem.length).toBeGreaterThan(3);
    expect(error.fix.length).toBeGreaterThan(3);
    expect(error.fix).not.toContain('docs/config.md');
    if (error.in !== 'body') expect(error.field === '' ? error.in : error.field).not.toBe('');
  }
}

let kit: ApiKit;
beforeAll(async () => void (kit = await apiKit()));

describe('arbitrary requests', () => {
  it.each(table)('to %s', async (_, { method, path }) => {
    const names = [...path.matchAll(/\{\w+\}/g)].length;
    const steps = fc.array(word, { minLength: names, maxLength: names });
    const hasBody = method === 'POST' || method === 'PATCH';
    await fc.assert(
      fc.asyncProperty(
        steps,
        query,
        headers,
        raw,
        fc.boolean(),
        async (steps, query, headers, raw, known) => {
          let step = 0;
          const filled = path.replaceAll(
            /\{\w+\}/g,
            () => encodeURIComponent(steps[step++]!.toWellFormed()) || 'x',
          );
          const search =
            query.length > 0
              ? `?${new URLSearchParams(query.map(([k, v]): [string, string] => [k.toWellFormed(), v.toWellFormed()]))}`
              : '';
          const { authorization, ...rest } = sendable(headers);
          judge(
            await kit.call(method, filled + search, {
              ...(hasBody && { raw }),
              ...(known || authorization === undefined
                ? { headers: rest }
                : { token: null, headers: { ...rest, authorization } }),
            }),
          );
        },
      ),
      { numRuns: 200, interruptAfterTimeLimit: 15_000, markInterruptAsFailure: false },
    );
  });

  it('to any path with any method', async () => {
    const segment = fc.oneof(
      fc.constantFrom('v1', 'jobs', 'subscriptions', 'healthz', 'confirm', 'pause', ''),
      word,
    );
    const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND');
    await fc.assert(
      fc.asyncProperty(method, fc.array(segment, { maxLength: 6 }), async (method, segments) => {
        judge(
          await kit.call(
            method,
            `/${segments.map((one) => encodeURIComponent(one.toWellFormed())).join('/')}`,
          ),
        );
      }),
      { numRuns: 300 },
    );
  });

  it('reach the answers that are good, not only refusals', () => {
    const good = [...met].filter((one) => / 2\d\d$/.test(one));
    for (const expected of ['POST /v1/jobs 200', 'POST /v1/subscriptions 201', 'GET /v1/jobs 200']) {
      expect(good).toContain(expected);
    }
    expect(Object.keys(document.paths).length).toBeGreaterThan(10);
  });
});
