import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dialectOf } from '../../../lib/adapters/clouds/dialects.ts';
import { read } from '../../../lib/adapters/clouds/parse.ts';
import type { Answer } from '../../../lib/adapters/clouds/fault.ts';
import { newJob, type Job } from '../../../lib/core/jobs/job.ts';
import type { Observation } from '../../../lib/core/jobs/observation.ts';
import { giveUpAt } from '../../../lib/core/jobs/due.ts';
import { decide } from '../../../lib/core/jobs/transition.ts';
import { POLICY } from '../../kit.ts';
import { answer, FIXTURES, NOW } from './fixture.ts';
import { mutation, saysEnded } from './mutations.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const INFO = { origin: 'any', service: 'any', cloud: 'any', region: 'any' };

/** What a cloud may answer to one question, in raw bytes. Endings are rare, so that sequences get long. */
const plain: fc.Arbitrary<(fixture: string) => Answer> = fc.constantFrom(
  () => answer(400, { code: 'Common.0011', message: 'Failed to query the system task.' }),
  () => answer(400, { code: 'Common.0011' }),
  () => answer(400, { code: 'Common.0011', message: null }),
  () => answer(400, { error: { code: 'Common.0011' } }),
  () => answer(404, ''),
  () => answer(404, { itemNotFound: { code: 404, message: 'x' } }),
  () => answer(404, { error_code: 'APIGW.0101', error_msg: 'no such API' }),
  () => answer(202, { code: 'Common.0024' }),
  () => answer(401, { error_code: 'APIGW.0307' }),
  () => answer(503, { code: 'Common.1503' }),
  () => answer(502, '<html>The backend server is unreachable</html>'),
  () => answer(200, ''),
  (text: string) => answer(200, text),
  (text: string) => answer(200, text.slice(0, text.length / 2)),
  (text: string) => answer(500, text),
  (text: string) => answer(404, text),
  (text: string) => answer(302, text),
);
const step = fc.record({
  wait: fc.oneof(
    { weight: 20, arbitrary: fc.integer({ min: 1_000, max: 5 * MINUTE }) },
    { weight: 20, arbitrary: fc.integer({ min: 1, max: 3 * DAY }) },
    { weight: 1, arbitrary: fc.integer({ min: DAY, max: 20 * DAY }) },
  ),
  answered: fc.oneof({ weight: 6, arbitrary: plain }, { weight: 1, arbitrary: fc.constant(null) }),
  mutated: mutation,
  /** Another job was answered on the same route lately. */
  routeConfirmed: fc.boolean(),
});
const life = fc.record({
  fixture: fc.constantFrom(...FIXTURES),
  steps: fc.array(step, { minLength: 1, maxLength: 30 }),
});

/** What the counting says, told anew from the answers alone. */
interface Memory {
  proven: number;
  since: number | null;
  /** When it was last seen. */
  seenAt: number | null;
}
function remember(memory: Memory, seen: Observation, now: number): Memory {
  if ('report' in seen) return { proven: 0, since: null, seenAt: now };
  // Trouble confirms nothing, so the count begins anew; being throttled says nothing.
  if (seen.kind !== 'not_found')
    return seen.kind === 'throttled' ? memory : { ...memory, proven: 0, since: null };
  const proof = seen.proof === 'confirmed' || seen.routeConfirmed;
  return { ...memory, proven: memory.proven + (proof ? 1 : 0), since: memory.since ?? now };
}

function mayBeLost(job: Job, memory: Memory, seen: Observation, now: number): boolean {
  if (seen.kind !== 'not_found') return false;
  const known =
    memory.seenAt === null ? now - job.createdAt < POLICY.notFoundGrace : now - memory.seenAt < DAY;
  if (known) return false;
  const lasted = now - (memory.since ?? now);
  if (seen.proof === 'confirmed' || seen.routeConfirmed) {
    return memory.proven >= POLICY.notFoundConfirm && lasted >= POLICY.notFoundEvery;
  }
  return lasted >= POLICY.notFoundUnconfirmed;
}

test(
  'whatever is answered, a job ends by its own documented ending, by confirmed loss or by its age, and then for good',
  { timeout: 60_000 },
  () => {
    const ends: Record<string, number> = {};
    fc.assert(
      fc.property(life, ({ fixture, steps }) => {
        const dialect = dialectOf('huawei', fixture.dialect)!;
        const spec = { origin: 'any', projectId: 'p', jobId: fixture.jobId };
        let job = newJob(spec, INFO, NOW, NOW);
        let memory: Memory = { proven: 0, since: null, seenAt: null };
        let now = NOW;
        for (const { wait, answered, mutated, routeConfirmed } of steps) {
          now += wait;
          const sent = answered ? answered(fixture.text) : mutated.sent;
          const raw = read(dialect, fixture.jobId, sent);
          const seen = raw.kind === 'not_found' ? { ...raw, routeConfirmed } : raw;
          const before = job;
          job = decide(job, seen, now, POLICY).job;
          const ended = saysEnded(fixture.dialect, sent, fixture.jobId);
          const said = ended === 'either' ? seen.kind : ended;
          if (ended === 'either') expect(['succeeded', 'failed']).toContain(seen.kind);
          if (before.state !== 'outstanding') {
            // One that was lost may turn up, with its own ending.
            if (job.state !== before.state) expect([before.state, job.state]).toEqual(['lost', said]);
            else if (before.state !== 'lost') expect(job).toBe(before);
            if (job.state !== before.state) ends['found'] = (ends['found'] ?? 0) + 1;
            continue;
          }
          memory = remember(memory, seen, now);
          if (said) expect(job.state).toBe(said);
          if (job.state === 'outstanding') {
            const goesOn = seen.kind === 'running' || seen.kind === 'awaiting_payment';
            if (!goesOn) expect(now).toBeLessThan(giveUpAt(job, POLICY));
            continue;
          }
          if (job.state !== 'lost') expect(job.state).toBe(said);
          else if (job.lostReason === 'gave_up') expect(now - NOW).toBeGreaterThanOrEqual(POLICY.giveUpAfter);
          else expect(mayBeLost(before, memory, seen, now)).toBe(true);
          const end = job.lostReason ?? job.state;
          ends[end] = (ends[end] ?? 0) + 1;
          // Told once, whatever comes after.
          expect(job.emitted.filter((kind) => /succeeded|failed|lost/.test(kind))).toHaveLength(1);
        }
      }),
      { numRuns: 2_000 },
    );
    // Else the property would say nothing.
    for (const end of ['succeeded', 'failed', 'unknown', 'expired', 'gave_up', 'found'])
      expect(ends[end]).toBeGreaterThan(0);
  },
);
