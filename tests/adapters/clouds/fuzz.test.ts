import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dialectOf } from '../../../lib/adapters/clouds/dialects.ts';
import { read } from '../../../lib/adapters/clouds/parse.ts';
import { scrub } from '../../../lib/adapters/clouds/scrub.ts';
import { newJob } from '../../../lib/core/jobs/job.ts';
import { TROUBLES } from '../../../lib/core/jobs/observation.ts';
import { decide } from '../../../lib/core/jobs/transition.ts';
import { POLICY } from '../../kit.ts';
import { answer, FIXTURES, NOW } from './fixture.ts';
import { FAMILIES, spoken } from './families.ts';
import { endsSo, mayEnd, ownMutation, saysError } from './own-mutations.ts';
import { mutation, saysEnded, system } from './mutations.ts';

/** 5,000 in the gate, more through `npm run fuzz`. */
const RUNS = Number(process.env['FUZZ_RUNS'] ?? 5_000);
const KINDS = ['running', 'succeeded', 'failed', 'awaiting_payment', 'not_found', ...TROUBLES];
const INFO = { origin: 'any', service: 'any', cloud: 'any', region: 'any' };

test(
  `${RUNS} answers made of the fixtures: no crash, a known kind, and an end only from a 2xx whose JSON says so of this job`,
  { timeout: 20_000 + RUNS * 5 },
  () => {
    const ended = { succeeded: 0, failed: 0 };
    fc.assert(
      fc.property(mutation, fc.option(system), ({ original, sent }, other) => {
        // Mostly asked as what it is, sometimes as another service's.
        const asked = other ?? { name: original.dialect, dialect: dialectOf('huawei', original.dialect)! };
        const seen = scrub(read(asked.dialect, original.jobId, sent), (it) => it);
        expect(KINDS).toContain(seen.kind);

        const spec = { origin: 'any', projectId: 'p', jobId: original.jobId };
        const { job } = decide(newJob(spec, INFO, NOW, NOW), seen, NOW, POLICY);
        // The row can be written, and fits where it must: EventBridge takes 64 KB of an event.
        expect(Buffer.byteLength(JSON.stringify(job))).toBeLessThan(60_000);
        if (job.report) {
          const { beganAt, endedAt, subJobs } = job.report;
          for (const time of [beganAt, endedAt])
            expect(time === null || new Date(time).toISOString() === time).toBe(true);
          expect(subJobs.total).toBe(subJobs.succeeded + subJobs.failed + subJobs.running);
        }
        if ('retryAfterMs' in seen) {
          expect(seen.retryAfterMs).toBeGreaterThan(0);
          expect(seen.retryAfterMs).toBeLessThanOrEqual(3_600_000);
        }
        expect(Object.getPrototypeOf({})).toBe(Object.prototype);
        const end = job.state === 'outstanding' ? null : job.state;
        const expected = saysEnded(asked.name, sent, original.jobId);
        if (expected === 'either') expect(end).not.toBeNull();
        else expect(end).toBe(expected);
        if (end) ended[end as keyof typeof ended] += 1;
      }),
      { numRuns: RUNS },
    );
    // Else the property would say nothing.
    expect(ended.succeeded).toBeGreaterThan(RUNS / 50);
    expect(ended.failed).toBeGreaterThan(RUNS / 50);
  },
);

test('any text at all is no end', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.json()), fc.nat(599), system, (body, code, { dialect }) => {
      const seen = read(dialect, FIXTURES[0]!.jobId, answer(code, body));
      expect(['not_found', ...TROUBLES]).toContain(seen.kind);
    }),
    { numRuns: 2_000 },
  );
});

/** Of Azure's second form the HTTP status alone may say it. */
const BY_WORD = FAMILIES.map(({ dialect }) => dialect).filter((name) => name !== 'azure-location');

test('any text at all is no end of a configured dialect', () => {
  const dialects = BY_WORD.map((name) => spoken(name));
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.json()),
      fc.nat(599),
      fc.constantFrom(...dialects),
      (body, code, dialect) => {
        const seen = read(dialect, 'operation-1', answer(code, body));
        expect(['not_found', 'running', ...TROUBLES]).toContain(seen.kind);
      },
    ),
    { numRuns: 2_000 },
  );
});

test(
  `${RUNS} answers made of those of other clouds: an end of a configured dialect only from an answer that says so`,
  { timeout: 20_000 + RUNS * 5 },
  () => {
    const ended = { succeeded: 0, failed: 0 };
    const dialects = FAMILIES.map(({ dialect }) => spoken(dialect));
    fc.assert(
      fc.property(ownMutation, fc.option(fc.nat(FAMILIES.length - 1)), ({ family, sent }, other) => {
        const n = other ?? FAMILIES.indexOf(family);
        const { dialect: name } = FAMILIES[n]!;
        const seen = scrub(read(dialects[n]!, family.jobId, sent), (it) => it);
        expect(KINDS).toContain(seen.kind);
        const { job } = decide(
          newJob({ origin: 'any', projectId: 'p', jobId: family.jobId }, INFO, NOW, NOW),
          seen,
          NOW,
          POLICY,
        );
        expect(Buffer.byteLength(JSON.stringify(job))).toBeLessThan(60_000);
        const end = job.state === 'outstanding' ? null : job.state;
        if (end === null) return;
        expect([name, end, mayEnd(name, sent, family.jobId)]).toEqual([name, end, true]);
        expect([name, end, endsSo(name, end, sent, family.jobId)]).toEqual([name, end, true]);
        ended[end as keyof typeof ended] += 1;
        // An error that is said makes a success impossible, whatever else the answer became.
        if (end === 'succeeded') expect(saysError(name, sent)).toBe(false);
      }),
      { numRuns: RUNS },
    );
    expect(ended.succeeded).toBeGreaterThan(RUNS / 50);
    expect(ended.failed).toBeGreaterThan(RUNS / 50);
  },
);
