import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dialectOf } from '../../lib/clouds/dialects.ts';
import { read } from '../../lib/clouds/parse.ts';
import { scrub } from '../../lib/clouds/scrub.ts';
import { boundReport } from '../../lib/jobs/bounds.ts';
import { TROUBLES } from '../../lib/jobs/observation.ts';
import { answer, fixture } from './fixture.ts';

const FIXTURES = [
  'ecs-success',
  'ecs-running',
  'ecs-pending-payment',
  'ecs-fail',
  'ecs-success-with-failed-sub-job',
  'elb-success',
  'elb-running',
  'elb-fail',
].map(fixture);
const ENDINGS = { success: 'succeeded', fail: 'failed' } as const;
const KINDS = ['running', 'succeeded', 'failed', 'awaiting_payment', 'not_found', ...TROUBLES];

/** Places in a JSON value, as ways from the top. */
function places(value: unknown, way: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [way];
  return [way, ...Object.entries(value).flatMap(([key, inner]) => places(inner, [...way, key]))];
}

/** A copy with what stands at the end of the way replaced, or removed where there is nothing to put. */
function put(value: unknown, [key, ...rest]: string[], instead: unknown): unknown {
  if (key === undefined) return instead;
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>;
  if (rest.length > 0) copy[key] = put(copy[key], rest, instead);
  else if (instead === undefined) delete copy[key];
  else copy[key] = instead;
  return copy;
}

const words = fc.constantFrom(
  '',
  'SUCCESS',
  'fail',
  'INIT',
  'Common.0011',
  'APIGW.0308',
  '__proto__',
  '{"a":{"message":"x"}}',
  '<html>',
);
const status = fc.constantFrom(
  200,
  201,
  202,
  204,
  206,
  301,
  302,
  400,
  401,
  403,
  404,
  408,
  418,
  429,
  500,
  502,
  503,
  504,
);
const change = fc.record({ at: fc.nat(), to: fc.oneof(words, fc.jsonValue(), fc.constant(undefined)) });

const mutation = fc.record({
  original: fc.constantFrom(...FIXTURES),
  changes: fc.array(change, { maxLength: 3 }),
  cutAt: fc.option(fc.nat(2_000)),
  status: fc.oneof({ weight: 3, arbitrary: fc.constant(200) }, { weight: 2, arbitrary: status }),
  retryAfter: fc.option(fc.oneof(fc.string(), fc.constantFrom('5', '99999999999999999999', '-1'))),
  cloud: fc.constantFrom('huawei', 'otc'),
  name: fc.constantFrom('ecs', 'elb'),
});

test('whatever comes back: no throw, a known kind, and an end only from a 2xx whose JSON says so of this job', () => {
  const ended = { succeeded: 0, failed: 0 };
  fc.assert(
    fc.property(mutation, ({ original, changes, cutAt, status, retryAfter, cloud, name }) => {
      let json: unknown = JSON.parse(original.text);
      for (const { at, to } of changes) {
        const ways = places(json);
        json = put(json, ways[at % ways.length]!, to);
      }
      const text = JSON.stringify(json) ?? '';
      const body = cutAt === null ? text : text.slice(0, cutAt);
      const sent = answer(status, body, retryAfter === null ? {} : { 'retry-after': retryAfter });
      const seen = scrub(read(dialectOf(cloud, name)!, original.jobId, sent), (it) => it);

      expect(KINDS).toContain(seen.kind);
      if ('report' in seen) {
        const { beganAt, endedAt, subJobs } = boundReport(seen.report);
        for (const time of [beganAt, endedAt])
          expect(time === null || new Date(time).toISOString() === time).toBe(true);
        expect(subJobs.total).toBe(subJobs.succeeded + subJobs.failed + subJobs.running);
      }
      if ('retryAfterMs' in seen) {
        expect(seen.retryAfterMs).toBeGreaterThan(0);
        expect(seen.retryAfterMs).toBeLessThanOrEqual(3_600_000);
      }
      if (seen.kind !== 'succeeded' && seen.kind !== 'failed') return;
      ended[seen.kind] += 1;
      expect(status >= 200 && status < 300).toBe(true);
      const said = JSON.parse(body) as { status: string; job_id: string };
      expect(ENDINGS[said.status.trim().toLowerCase() as keyof typeof ENDINGS]).toBe(seen.kind);
      expect(said.job_id.trim().toLowerCase()).toBe(original.jobId);
    }),
    { numRuns: 5_000 },
  );
  // Else the property would say nothing.
  expect(ended.succeeded).toBeGreaterThan(100);
  expect(ended.failed).toBeGreaterThan(100);
});

test('any text at all is no end', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), status, (body, code) => {
      const seen = read(dialectOf('huawei', 'ecs')!, FIXTURES[0]!.jobId, answer(code, body));
      expect(['not_found', ...TROUBLES]).toContain(seen.kind);
    }),
    { numRuns: 2_000 },
  );
});
