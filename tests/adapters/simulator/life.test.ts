import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  RETENTION,
  standing,
  spanOf,
  subStanding,
  type Status,
} from '../../../lib/adapters/simulator/life.ts';
import { submission, type Life } from '../../../lib/adapters/simulator/submission.ts';
import { start } from './harness.ts';

const SUBMITTED = 1_700_000_000_000;
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const lifeOf = (life: unknown): Life => submission.parse({ system: 'huawei-ecs', life }).life;
const statusAt = (life: Life, age: number): Status | null =>
  standing(life, SUBMITTED, SUBMITTED + age, RETENTION)?.status ?? null;

describe('a scripted life', () => {
  it.each<[string, unknown, [age: number, status: Status | null][]]>([
    [
      'succeeds',
      { initMs: 100, runMs: 200, end: 'SUCCESS' },
      [
        [0, 'INIT'],
        [99, 'INIT'],
        [100, 'RUNNING'],
        [299, 'RUNNING'],
        [300, 'SUCCESS'],
      ],
    ],
    ['fails at once', { runMs: 0, end: 'FAIL' }, [[0, 'FAIL']]],
    [
      'never ends',
      { initMs: 1, end: 'never' },
      [
        [0, 'INIT'],
        [400 * DAY, 'RUNNING'],
      ],
    ],
    [
      'waits for the payment, then runs',
      { initMs: 10, runMs: 100, end: 'PENDING_PAYMENT', paidAfterMs: 1_000 },
      [
        [9, 'INIT'],
        [10, 'PENDING_PAYMENT'],
        [1_009, 'PENDING_PAYMENT'],
        [1_010, 'RUNNING'],
        [1_110, 'SUCCESS'],
      ],
    ],
    [
      'is not found at first',
      { initMs: 10, runMs: 100, end: 'SUCCESS', unknownForMs: 50 },
      [
        [0, null],
        [49, null],
        [50, 'RUNNING'],
        [110, 'SUCCESS'],
      ],
    ],
    [
      'vanishes when it is told to',
      { runMs: 100, end: 'SUCCESS', vanishAfterMs: 50 },
      [
        [49, 'RUNNING'],
        [50, null],
      ],
    ],
  ])('%s', (_, script, course) => {
    const life = lifeOf(script);
    expect(course.map(([age]) => [age, statusAt(life, age)])).toEqual(course);
  });

  it('is forgotten a day after its end, and unpaid after 14 days', () => {
    const ended = lifeOf({ runMs: HOUR, end: 'SUCCESS' });
    expect(statusAt(ended, HOUR + DAY - 1)).toBe('SUCCESS');
    expect(statusAt(ended, HOUR + DAY)).toBeNull();
    const unpaid = lifeOf({ initMs: HOUR, end: 'PENDING_PAYMENT' });
    expect(statusAt(unpaid, HOUR + 14 * DAY - 1)).toBe('PENDING_PAYMENT');
    expect(statusAt(unpaid, HOUR + 14 * DAY)).toBeNull();
    const paidInTime = lifeOf({ runMs: 20 * DAY, end: 'PENDING_PAYMENT', paidAfterMs: DAY });
    expect(statusAt(paidInTime, 16 * DAY)).toBe('RUNNING');
    const paidTooLate = lifeOf({ end: 'PENDING_PAYMENT', paidAfterMs: 15 * DAY });
    expect(statusAt(paidTooLate, 16 * DAY)).toBeNull();
  });

  const ms = fc.integer({ min: 0, max: 10_000 });
  const scripts = fc
    .record({
      initMs: ms,
      runMs: ms,
      end: fc.constantFrom('SUCCESS', 'FAIL', 'PENDING_PAYMENT', 'never'),
      subJobs: fc.array(fc.record({ end: fc.constantFrom('SUCCESS', 'FAIL') }), { maxLength: 3 }),
    })
    .chain((life) =>
      life.end === 'PENDING_PAYMENT'
        ? ms.map((paidAfterMs) => ({ ...life, paidAfterMs }))
        : fc.constant(life),
    )
    .map(lifeOf);
  const ORDER: Status[] = ['INIT', 'PENDING_PAYMENT', 'RUNNING', 'SUCCESS', 'FAIL'];

  it('only moves forward', () => {
    fc.assert(
      fc.property(scripts, ms, ms, (life, a, b) => {
        const [early, late] = [Math.min(a, b), Math.max(a, b)].map((age) =>
          ORDER.indexOf(statusAt(life, age)!),
        );
        expect(early).toBeLessThanOrEqual(late!);
      }),
    );
  });

  it('has no sub-job that begins before it runs or outlasts it', () => {
    fc.assert(
      fc.property(scripts, fc.integer({ min: 0, max: 40_000 }), (life, age) => {
        const parent = standing(life, SUBMITTED, SUBMITTED + age, RETENTION)!;
        for (const sub of life.subJobs) {
          const child = subStanding(spanOf(life, SUBMITTED), sub, SUBMITTED + age);
          expect(child === null).toBe(parent.status === 'INIT' || parent.status === 'PENDING_PAYMENT');
          if (parent.endedAt !== null) expect(child!.endedAt).toBeLessThanOrEqual(parent.endedAt);
        }
      }),
    );
  });
});

describe('over HTTP', () => {
  it('a forgotten job is unknown, after a retention that can be set', async () => {
    const { simulator, time, ask } = await start({ retention: { endedMs: 1_000 } });
    const jobId = simulator.submit({ system: 'otc-ecs', life: { runMs: 10, end: 'SUCCESS' } });
    time.now += 1_009;
    expect((await ask('otc-ecs', jobId)).status).toBe(200);
    time.now += 1;
    const gone = await ask('otc-ecs', jobId);
    expect(gone.status).toBe(400);
    expect(await gone.json()).toEqual({ code: 'Common.0011', message: expect.any(String) });
  });

  it('a fresh job is unknown for as long as scripted, on rds for 3 s when nothing is', async () => {
    const { simulator, time, ask, body } = await start();
    const life = { runMs: 60_000, end: 'SUCCESS' as const };
    const scripted = simulator.submit({ system: 'otc-ecs', life: { ...life, unknownForMs: 5_000 } });
    const database = simulator.submit({ system: 'otc-rds', life });
    expect(await body('otc-ecs', scripted)).toMatchObject({ code: 'Common.0011' });
    time.now += 2_999;
    expect(await body('otc-rds', database)).toMatchObject({ error_code: 'DBS.200543' });
    expect(simulator.jobs()).toMatchObject([{ status: null }, { status: null }]);
    time.now += 1;
    expect(await body('otc-rds', database)).toMatchObject({ job: { status: 'Running', process: '5' } });
    expect((await ask('otc-ecs', scripted)).status).toBe(400);
    time.now += 2_000;
    expect(await body('otc-ecs', scripted)).toMatchObject({ status: 'RUNNING' });
  });

  it('databases remember for a month', async () => {
    const { simulator, time, ask } = await start({ tokenLifeMs: 60 * DAY });
    const jobId = simulator.submit({ system: 'huawei-rds', life: { runMs: 0, end: 'SUCCESS' } });
    time.now += 30 * DAY - 1;
    expect((await ask('huawei-rds', jobId)).status).toBe(200);
    time.now += 1;
    expect((await ask('huawei-rds', jobId)).status).toBe(400);
  });

  it('an unpaid order waits for 14 days on ECS of Huawei Cloud', async () => {
    const { simulator, time, body } = await start({ tokenLifeMs: 15 * DAY });
    const jobId = simulator.submit({ system: 'huawei-ecs', life: { end: 'PENDING_PAYMENT' } });
    const waiting = await body('huawei-ecs', jobId);
    expect(waiting).toMatchObject({ status: 'PENDING_PAYMENT', end_time: '' });
    time.now += 14 * DAY - 1;
    expect(await body('huawei-ecs', jobId)).toEqual(waiting);
    time.now += 1;
    expect(await body('huawei-ecs', jobId)).toMatchObject({ code: 'Common.0011' });
  });

  it.each(['huawei-elb', 'otc-ecs'] as const)('%s refuses PENDING_PAYMENT', async (system) => {
    const { simulator } = await start();
    expect(() => simulator.submit({ system, life: { end: 'PENDING_PAYMENT' } })).toThrow(
      `life.end: ${system} has no PENDING_PAYMENT, only huawei-ecs and huawei-bms have; use another end`,
    );
  });
});
