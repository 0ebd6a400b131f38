import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventSchemas } from '../../../lib/core/jobs/event-schema.ts';
import { giveUpAt, isWatched } from '../../../lib/core/jobs/due.ts';
import { eventId, jobEvent, originEvent } from '../../../lib/core/jobs/event.ts';
import { newJob, type Job } from '../../../lib/core/jobs/job.ts';
import { isTrouble, TROUBLES, type Observation, type Report } from '../../../lib/core/jobs/observation.ts';
import { assess, NO_TALLY, tally } from '../../../lib/core/jobs/health.ts';
import { newOrigin } from '../../../lib/core/jobs/origin.ts';
import { cleared } from '../../../lib/core/outbox.ts';
import { checkSpec } from '../../../lib/core/jobs/spec.ts';
import { decide, published } from '../../../lib/core/jobs/transition.ts';
import { POLICY, PROJECT, spec, START } from '../../kit.ts';
import { character } from '../../character.ts';

const DAY = 86_400_000;

const count = fc.nat({ max: 1_000 });
const time = fc.option(fc.constant('2026-03-01T12:00:01.000Z'));

/** Everything a check can come to, told in words from `text`. */
function observations(
  text: fc.Arbitrary<string>,
  entities: fc.Arbitrary<Record<string, unknown>>,
): fc.Arbitrary<Observation> {
  const maybe = fc.option(text);
  const subJob = fc.record({ jobId: maybe, jobType: maybe, code: maybe, reason: maybe });
  const error = fc.record({
    code: maybe,
    reason: maybe,
    subJobs: fc.array(subJob, { maxLength: 40 }),
    subJobsOmitted: count,
  });
  const report: fc.Arbitrary<Report> = fc.record({
    jobType: maybe,
    beganAt: time,
    endedAt: time,
    error: fc.option(error),
    subJobs: fc.record({ total: count, succeeded: count, failed: count, running: count }),
    entities,
  });
  const jobSeen = fc.record({
    kind: fc.constantFrom(
      'running' as const,
      'awaiting_payment' as const,
      'succeeded' as const,
      'failed' as const,
    ),
    status: text,
    report,
  });
  const notFound = fc.record({
    kind: fc.constant('not_found' as const),
    proof: fc.constantFrom('confirmed' as const, 'unconfirmed' as const),
    routeConfirmed: fc.boolean(),
    detail: text,
  });
  const trouble = fc.record(
    {
      kind: fc.constantFrom(...TROUBLES),
      detail: text,
      retryAfterMs: fc.oneof(fc.nat(), fc.constant(100 * DAY)),
    },
    { requiredKeys: ['kind', 'detail'] },
  );
  const notChecked = fc.record({
    kind: fc.constant('not_checked' as const),
    detail: text,
    until: fc.nat({ max: 30 * DAY }).map((ms) => START + ms),
  });
  return fc.oneof(
    { arbitrary: jobSeen, weight: 2 },
    { arbitrary: notFound, weight: 3 },
    { arbitrary: trouble, weight: 3 },
    { arbitrary: notChecked, weight: 1 },
  );
}
const observation = observations(fc.constantFrom('word', ''), fc.constant({}));
const stillOpen = observation.filter((seen) => seen.kind !== 'succeeded' && seen.kind !== 'failed');

/** What clouds were seen to send, and worse. */
const wildText = fc.oneof(
  fc.constantFrom('x'.repeat(20_000), '漢'.repeat(2_000), '"\\'.repeat(2_000), '😀'.repeat(2_000)),
  fc.constantFrom('\u0000'.repeat(2_000), '\ud800'.repeat(2_000), '\n'.repeat(2_000)),
  fc.string({ unit: character, maxLength: 300 }),
);
const wildEntities = fc.oneof(
  fc.dictionary(wildText, fc.jsonValue() as fc.Arbitrary<unknown>, { maxKeys: 5 }),
  fc.constant({ deep: JSON.parse(`${'['.repeat(50_000)}${']'.repeat(50_000)}`) as unknown, id: 'bae51750' }),
  fc.constant(
    JSON.parse(`{ "__proto__": "${'x'.repeat(9_000)}", "id": "bae51750" }`) as Record<string, unknown>,
  ),
);

/** Seldom more than some minutes, sometimes days; not always forward, since clocks are set. */
const pause = fc.oneof(
  fc.nat({ max: 300_000 }),
  fc.nat({ max: 4 * DAY }),
  fc.integer({ min: -5_000, max: 0 }),
);
interface Step {
  pause: number;
  seen: Observation;
  failures: number;
  /** Whether the bus takes the outbox after this check, and how much of it. */
  taken: boolean;
}
const steps = (seen: fc.Arbitrary<Observation>): fc.Arbitrary<Step[]> =>
  fc.array(fc.record({ pause, seen, failures: fc.nat({ max: 50 }), taken: fc.boolean() }), {
    minLength: 5,
    maxLength: 25,
  });

const label = fc.tuple(
  fc.string({ minLength: 1, maxLength: 20 }).filter((name) => name !== '__proto__'),
  fc.constantFrom('漢'.repeat(256), 'core', '"'.repeat(256)),
);
const tracked: fc.Arbitrary<Job> = fc
  .record({
    labels: fc.array(label, { maxLength: 20 }).map((all) => Object.fromEntries(all)),
    name: fc.constantFrom('web-7', '漢'.repeat(128)),
    deadlineAt: fc.option(fc.integer({ min: START - DAY, max: START + 20 * DAY }), { nil: undefined }),
  })
  .map(({ deadlineAt, ...given }) => {
    const checked = checkSpec(spec(1, deadlineAt === undefined ? given : { ...given, deadlineAt }));
    if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
    const info = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
    return newJob({ ...checked.spec, projectId: PROJECT }, info, START, START + 5_000);
  });

/** Walks a job through the steps and shows every decision to `look`. */
function walk(
  job: Job,
  all: readonly Step[],
  look: (before: Job, decision: ReturnType<typeof decide>, now: number, step: Step) => void,
): Job {
  let row = job;
  let now = START;
  for (const step of all) {
    now += step.pause;
    const decision = decide(row, step.seen, now, POLICY, step.failures);
    look(row, decision, now, step);
    row = decision.job;
    if (step.taken)
      row = published(
        row,
        row.outbox.map((entry) => entry.kind),
      );
  }
  return row;
}
const bytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

describe('whatever is seen of a job, in whatever order and at whatever time', () => {
  it('it ends once, and never changes after that; one that was lost may turn up and end once more', () => {
    let ended = 0;
    let found = 0;
    fc.assert(
      fc.property(tracked, steps(observation), (job, all) => {
        const ends: string[] = [];
        walk(job, all, (before, { job: after, emits }) => {
          if (before.state === 'succeeded' || before.state === 'failed' || before.lostReason === 'gave_up') {
            expect(after).toBe(before);
            expect(emits).toEqual([]);
          } else if (after.state !== before.state) {
            ends.push(after.state);
            expect(after.detectedAt).not.toBeNull();
            expect(emits.at(-1)).toBe(`job.${after.state}`);
            if (after.state === 'lost') expect(after.lostReason).not.toBeNull();
          } else if (before.state === 'lost') expect(emits).toEqual([]);
        });
        expect(ends.length).toBeLessThanOrEqual(ends[0] === 'lost' ? 2 : 1);
        expect(new Set(ends).size).toBe(ends.length);
        ended += Math.min(ends.length, 1);
        found += Math.max(ends.length - 1, 0);
      }),
      { numRuns: 600 },
    );
    expect(ended).toBeGreaterThan(100);
    expect(found).toBeGreaterThan(0);
  });

  it('it has a time at which it is taken up again, until it has ended and its outbox is published', () => {
    fc.assert(
      fc.property(tracked, steps(observation), (job, all) => {
        const last = walk(job, all, (before, { job: after }, now) => {
          if (after.outbox.length > 0) expect(after.due).toEqual(before.due);
          else if (after.state === 'outstanding') {
            expect(after.due).toEqual({ queue: 'look:hwc-ecs', at: after.nextCheckAt });
            expect(after.nextCheckAt).toBeGreaterThanOrEqual(now);
            expect(after.nextCheckAt).toBeLessThanOrEqual(giveUpAt(after, POLICY));
          } else if (after.due !== null) {
            expect(after).toMatchObject({
              state: 'lost',
              due: { queue: 'look:hwc-ecs', at: after.nextCheckAt },
            });
            expect(after.nextCheckAt).toBeLessThan(giveUpAt(after, POLICY));
          }
        });
        if (last.outbox.length === 0 && last.state !== 'lost')
          expect(last.due === null).toBe(last.state !== 'outstanding');
        if (last.lostReason === 'gave_up' && last.outbox.length === 0) expect(last.due).toBeNull();
      }),
      { numRuns: 300 },
    );
  });

  it('no failed check ends it before it is given up for its age', () => {
    fc.assert(
      fc.property(tracked, steps(observation), (job, all) => {
        walk(job, all, (before, { job: after }, now, { seen }) => {
          if (!isTrouble(seen) && seen.kind !== 'not_checked') return;
          if (!isWatched(before)) return;
          if (now - START < POLICY.giveUpAfter) expect(after.state).toBe(before.state);
          // Trouble confirms nothing: the row of answers that the job is not known begins anew.
          const untouched = seen.kind === 'not_checked' || seen.kind === 'throttled';
          expect(after.notFound).toBe(untouched ? before.notFound : null);
          expect(after.report).toBe(before.report);
        });
      }),
      { numRuns: 300 },
    );
  });

  it('it is given up at that age, unless the cloud says with that very look that it ended or goes on', () => {
    fc.assert(
      fc.property(tracked, stillOpen, fc.nat({ max: 100 * DAY }), (job, seen, late) => {
        const { job: after } = decide(job, seen, START + POLICY.giveUpAfter + late, POLICY);
        const goesOn = seen.kind === 'running' || seen.kind === 'awaiting_payment';
        expect(after.state).toBe(goesOn ? 'outstanding' : 'lost');
      }),
    );
  });

  it('each kind is emitted at most once, in order, by the check that found it out', () => {
    fc.assert(
      fc.property(tracked, steps(observation), (job, all) => {
        const told: string[] = [];
        const last = walk(job, all, (before, { job: after, emits }) => {
          told.push(...emits);
          expect(after.outbox.slice(before.outbox.length).map((n) => n.kind)).toEqual(emits);
          expect(after.emitted).toEqual([...before.emitted, ...emits]);
          for (const one of after.outbox) expect(after.emitted[one.sequence - 1]).toBe(one.kind);
        });
        expect(told).toEqual(last.emitted);
        expect(new Set(told).size).toBe(told.length);
      }),
      { numRuns: 300 },
    );
  });

  it('the ids of its events are those of its generation', () => {
    fc.assert(
      fc.property(tracked, steps(observation), fc.integer({ min: 1, max: 100 * DAY }), (job, all, later) => {
        walk(job, all, (_, { job: after }) => {
          for (const entry of after.outbox) {
            const { id } = jobEvent(after, entry).metadata;
            expect(id).toBe(eventId(job.key, START, entry.kind));
            expect(id).not.toBe(jobEvent({ ...after, createdAt: START + later }, entry).metadata.id);
          }
        });
      }),
      { numRuns: 100 },
    );
  });

  it('its row and its events stay below 64 KB, and the events within the contract', () => {
    fc.assert(
      fc.property(tracked, steps(observations(wildText, wildEntities)), (job, all) => {
        walk(job, all, (_, { job: after }) => {
          expect(bytes(after)).toBeLessThan(65_536);
          for (const entry of after.outbox) {
            const built = jobEvent(after, entry);
            expect(eventSchemas().event.safeParse(built).success).toBe(true);
            expect(bytes(built)).toBeLessThan(65_536);
            expect(JSON.stringify(built)).toBe(JSON.stringify(jobEvent(after, entry)));
          }
        });
      }),
      { numRuns: 60 },
    );
  });
});

describe('the largest row there can be', () => {
  const wide = '漢'.repeat(5_000);
  const child = { jobId: wide, jobType: wide, code: wide, reason: wide };
  const seen: Observation = {
    kind: 'running',
    status: wide,
    report: {
      jobType: wide,
      beganAt: null,
      endedAt: null,
      error: {
        code: wide,
        reason: wide,
        subJobs: Array.from({ length: 300 }, () => child),
        subJobsOmitted: 0,
      },
      subJobs: { total: 300, succeeded: 0, failed: 300, running: 0 },
      entities: Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`e${i}`, '漢'.repeat(50)])),
    },
  };
  const labels = Object.fromEntries(
    Array.from({ length: 20 }, (_, i) => [`${'漢'.repeat(62)}${i}`, '漢'.repeat(256)]),
  );

  it('is below 64 KB, in letters of three bytes throughout', () => {
    const checked = checkSpec(spec(1, { labels, name: '漢'.repeat(128), requestedBy: '漢'.repeat(128) }));
    if (!checked.ok) throw new Error(JSON.stringify(checked.problems));
    const info = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
    let row = newJob({ ...checked.spec, projectId: PROJECT }, info, START, START);
    for (let i = 1; i <= 20; i += 1) {
      const look: Observation = i % 2 === 0 ? seen : { kind: 'unavailable', detail: wide };
      row = decide(row, look, START + i * 60_000, POLICY).job;
    }
    expect(row.history).toHaveLength(20);
    expect(bytes(row)).toBeGreaterThan(48_000);
    expect(bytes(row)).toBeLessThan(65_536);
  });
});

describe('whatever is seen of an origin', () => {
  const failing = observation.filter((seen) => isTrouble(seen));
  const seen: fc.Arbitrary<Observation[]> = fc.oneof(
    fc.array(observation, { maxLength: 2 }),
    fc.array(failing, { maxLength: 2 }),
  );
  const info = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
  const jobs = [1, 2].map((n) => newJob(spec(n), info, START, START));
  const sweeps = fc.array(fc.record({ pause, seen, taken: fc.boolean() }), { maxLength: 40 });

  it('trouble is reported at most once an outage, recovery only after it, and no two events share an id', () => {
    let reported = 0;
    fc.assert(
      fc.property(sweeps, (all) => {
        let row = newOrigin('hwc-ecs', START);
        let now = START;
        const told: { kind: string; id: string }[] = [];
        for (const sweep of all) {
          now += Math.abs(sweep.pause) + 1;
          const before = row;
          const at = now;
          const found = sweep.seen.reduce((sofar, seen, n) => tally(sofar, seen, jobs[n]!, at), NO_TALLY);
          row = assess(row, found, { count: 3, earliest: null }, now, POLICY, 5);
          if (before.outbox.length > 0) expect(row).toBe(before);
          for (const entry of row.outbox.slice(before.outbox.length)) {
            const built = originEvent(row, entry);
            expect(eventSchemas().event.safeParse(built).success).toBe(true);
            told.push({ kind: entry.kind, id: built.metadata.id });
          }
          if (sweep.taken)
            row = cleared(
              row,
              row.outbox.map((entry) => entry.kind),
            );
          expect(bytes(row)).toBeLessThan(4_096);
        }
        const outages = told.map((t) => t.kind).filter((kind) => kind !== 'origin.at_risk');
        expect(outages).toEqual(
          outages.map((_, i) => (i % 2 === 0 ? 'origin.unreachable' : 'origin.recovered')),
        );
        expect(new Set(told.map((t) => t.id)).size).toBe(told.length);
        reported += told.length;
      }),
      { numRuns: 300 },
    );
    expect(reported).toBeGreaterThan(20);
  });
});
