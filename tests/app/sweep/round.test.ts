/** How long a round goes on, how fast, and how wide: over time that passes only when everybody waits for it. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore, type SqliteStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { createPacer } from '../../../lib/app/sweep/pacer.ts';
import { sweep, type SweepDeps } from '../../../lib/app/sweep/sweep.ts';
import { sweepWindow } from '../../../lib/app/sweep/sweep-window.ts';
import { track } from '../../../lib/app/sweep/track.ts';
import type { Observation } from '../../../lib/core/jobs/observation.ts';
import type { Clouds } from '../../../lib/ports.ts';
import {
  jobId,
  POLICY,
  recordingTelemetry,
  running,
  scriptedClouds,
  spec,
  START,
  succeeded,
  throttled,
  unavailable,
} from '../../kit.ts';

let store: SqliteStore;
beforeEach(() => void (store = openStore(':memory:')));
afterEach(() => store.close());

/** Time goes on to whatever is waited for first, once nothing else is going on. */
function waitedFor() {
  let now = START;
  const waits: { at: number; wake: () => void }[] = [];
  const calm = async (): Promise<void> => {
    for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
  };
  return {
    now: () => now,
    pass: (ms: number) => void (now += ms),
    sleep: (ms: number) => new Promise<void>((wake) => void waits.push({ at: now + ms, wake })),
    async until<T>(work: Promise<T>): Promise<T> {
      let open = true;
      const end = work.finally(() => (open = false));
      end.catch(() => {});
      for (await calm(); open; await calm()) {
        const next = waits.toSorted((a, b) => a.at - b.at)[0];
        if (!next) continue;
        waits.splice(waits.indexOf(next), 1);
        now = Math.max(now, next.at);
        next.wake();
      }
      return end;
    },
  };
}

interface Cloud {
  rate: number;
  concurrency?: number;
  latencyMs?: number;
  answer?: (nth: number, job: { jobId: string; origin: string }) => Observation;
}

function setUp({ rate, concurrency = 64, latencyMs = 0, answer = () => succeeded }: Cloud) {
  const time = waitedFor();
  /** When each question was put. */
  const asked: { at: number; jobId: string }[] = [];
  let underWay = 0;
  let widest = 0;
  const scripted = scriptedClouds(() => running);
  const clouds: Clouds = {
    describe: (name) => ({ ...scripted.describe(name)!, rate, concurrency, account: 'one' }),
    async check(job) {
      asked.push({ at: time.now(), jobId: job.jobId });
      widest = Math.max(widest, (underWay += 1));
      const nth = asked.length;
      if (latencyMs > 0) await time.sleep(latencyMs);
      underWay -= 1;
      return answer(nth, job);
    },
  };
  const deps: SweepDeps = {
    store,
    clouds,
    clock: time.now,
    telemetry: recordingTelemetry(),
    policy: POLICY,
    pacer: createPacer(),
    budget: 20,
    sleep: time.sleep,
    bus: { publish: async (batch) => batch.map(() => ({ outcome: 'accepted' as const })) },
  };
  const hand = async (count: number, from = 1, origin = 'hwc-ecs'): Promise<void> => {
    const specs = Array.from({ length: count }, (_, n) => spec(from + n, { origin }));
    await track({ ...deps, jobs: store.jobs }, specs);
  };
  return { time, asked, deps, hand, widest: () => widest };
}

/** The most questions that were begun within any `ms`. */
const mostWithin = (asked: readonly { at: number }[], ms: number): number =>
  Math.max(...asked.map(({ at }) => asked.filter((one) => one.at >= at && one.at < at + ms).length));

const distinct = (asked: readonly { jobId: string }[]): number => new Set(asked.map((one) => one.jobId)).size;

describe('a round', () => {
  it('goes on until nothing is due any more, without another tick', async () => {
    const { time, asked, deps, hand } = setUp({ rate: 1_000, latencyMs: 50 });
    await hand(500);
    time.pass(60_000);
    expect(await time.until(sweep(deps))).toMatchObject({ checked: 500, settled: 500 });
    expect(asked).toHaveLength(500);
    expect((await store.jobs.depth('look:hwc-ecs')).count).toBe(0);
  });

  it('reads each job about once, also where thousands are due at the same time', async () => {
    const { time, asked, deps, hand } = setUp({ rate: 1_000, concurrency: 100, latencyMs: 100 });
    await hand(500);
    const { rows } = await store.jobs.list({ limit: 500 });
    for (const row of rows) await store.jobs.save({ ...row, due: { ...row.due!, at: START } });
    time.pass(60_000);
    let read = 0;
    const due: typeof store.jobs.due = async (...query) => {
      const found = await store.jobs.due(...query);
      read += found.length;
      return found;
    };
    await time.until(sweep({ ...deps, store: { ...store, jobs: { ...store.jobs, due } } }));
    expect(distinct(asked)).toBe(500);
    expect(read).toBeLessThan(800);
  });

  it('takes up what falls due while it goes on', async () => {
    const { time, deps, hand } = setUp({ rate: 10, latencyMs: 50 });
    await hand(100);
    time.pass(4_400);
    // Due between 4.5 and 5.5 s after they were tracked; ten a second are asked.
    time.pass(200);
    expect(await time.until(sweep(deps))).toMatchObject({ checked: 100 });
  });

  it.each([0.5, 3, 10, 47, 400])(
    'begins %d questions a second, and in no second more than a tenth beyond',
    async (rate) => {
      const { time, asked, deps, hand } = setUp({ rate, latencyMs: 200, concurrency: 100 });
      const seconds = rate > 100 ? 4 : 20;
      await hand(Math.min(500, Math.ceil(rate * seconds * 2)));
      if (rate > 20) for (let from = 501; from < rate * seconds; from += 500) await hand(500, from);
      time.pass(60_000);
      const began = time.now();
      // Who waits longer than a second for the next question leaves it to the next tick.
      for (let tick = began; tick < began + seconds * 1_000; tick = time.now()) {
        await time.until(sweep(deps, () => time.now() < began + seconds * 1_000));
        if (time.now() === tick || rate < 1) time.pass(500);
      }
      const within = asked.filter(({ at }) => at < began + seconds * 1_000).length;
      // How long an answer takes is learnt from the first ones; until then only few are under way.
      expect(within).toBeGreaterThanOrEqual(Math.floor(rate * (seconds - 0.3) * 0.99) - 1);
      expect(within).toBeLessThanOrEqual(Math.ceil(rate * seconds * 1.005 + rate / 10 + 1));
      expect(mostWithin(asked, 1_000)).toBeLessThanOrEqual(rate + rate / 10 + 2);
      expect(distinct(asked)).toBe(asked.length);
    },
  );

  it('shares the pace with another round of the same account', async () => {
    const { time, asked, deps, hand } = setUp({ rate: 20, latencyMs: 100 });
    await hand(100);
    await hand(100, 1_001, 'otc-ecs');
    time.pass(60_000);
    const began = time.now();
    await time.until(sweep(deps));
    expect(asked).toHaveLength(200);
    expect(time.now() - began).toBeGreaterThan(9_500);
    expect(time.now() - began).toBeLessThan(10_500);
  });

  it.each([
    { latencyMs: 20, widest: 4 },
    { latencyMs: 100, widest: 10 },
    { latencyMs: 500, widest: 50 },
    { latencyMs: 2_000, widest: 64 },
  ])(
    'is as wide as $latencyMs ms an answer ask for, and not wider than allowed',
    async ({ latencyMs, widest }) => {
      const world = setUp({ rate: 100, latencyMs });
      await world.hand(500);
      world.time.pass(60_000);
      await world.time.until(sweep(world.deps));
      // A tenth of a second's worth may come at once.
      expect(world.widest()).toBeLessThanOrEqual(Math.min(64, Math.max(widest * 2, widest + 11)));
      expect(world.widest()).toBeGreaterThanOrEqual(Math.min(widest, 64));
    },
  );

  it('is not wider than `concurrency`', async () => {
    const world = setUp({ rate: 1_000, latencyMs: 500, concurrency: 7 });
    await world.hand(100);
    world.time.pass(60_000);
    await world.time.until(sweep(world.deps));
    expect(world.widest()).toBe(7);
  });

  it('asks on while answers are being written', async () => {
    const world = setUp({ rate: 1_000, latencyMs: 100, concurrency: 5 });
    await world.hand(100);
    world.time.pass(60_000);
    const save: typeof store.jobs.save = async (row) => {
      await world.time.sleep(150);
      return store.jobs.save(row);
    };
    const began = world.time.now();
    await world.time.until(sweep({ ...world.deps, store: { ...store, jobs: { ...store.jobs, save } } }));
    // A hundred, five at a time: two seconds for the answers; each row is written twice, beside that.
    expect(world.widest()).toBe(5);
    expect(world.time.now() - began).toBeLessThan(3_000);
  });

  it('asks nothing twice: neither what is under way, nor what goes on, nor what somebody else took', async () => {
    const { time, asked, deps, hand } = setUp({
      rate: 1_000,
      latencyMs: 300,
      answer: (nth) => (nth % 2 === 0 ? running : succeeded),
    });
    await hand(200);
    time.pass(60_000);
    const save: typeof store.jobs.save = async (row) =>
      row.jobId.endsWith('7') ? { outcome: 'raced' } : store.jobs.save(row);
    await time.until(sweep({ ...deps, store: { ...store, jobs: { ...store.jobs, save } } }));
    expect(asked).toHaveLength(200);
    expect(distinct(asked)).toBe(200);
  });

  it('says of each check with a request of its own how long the answer took, and of no other', async () => {
    const { time, asked, deps, hand } = setUp({ rate: 1_000, latencyMs: 70 });
    await hand(40);
    time.pass(60_000);
    const telemetry = recordingTelemetry();
    const clouds: Clouds = {
      ...deps.clouds,
      describe: (name) => ({ ...deps.clouds.describe(name)!, listFrom: 5 }),
      checkAll: async (_, jobs) => new Map(jobs.slice(5).map(({ key }) => [key, succeeded])),
    };
    await time.until(sweep({ ...deps, telemetry, clouds }));
    const checks = telemetry.lines.filter(({ event }) => event === 'job.checked');
    expect(checks).toHaveLength(40);
    expect(asked.length).toBeLessThan(40);
    expect(checks.flatMap((line) => ('ms' in line ? [line['ms']] : []))).toEqual(asked.map(() => 70));
  });

  it('ends with what is under way at a signal', async () => {
    const { time, asked, deps, hand } = setUp({ rate: 20, latencyMs: 100 });
    await hand(100);
    time.pass(60_000);
    const until = time.now() + 1_000;
    await time.until(sweep(deps, () => time.now() < until));
    expect(asked.length).toBeGreaterThan(15);
    expect(asked.length).toBeLessThan(25);
    expect(time.now()).toBeLessThanOrEqual(until + 100);
    expect((await store.jobs.depth('look:hwc-ecs')).count).toBe(100 - asked.length);
  });

  it('gives way where others wait, after the rows that it has read', async () => {
    const { time, asked, deps, hand } = setUp({ rate: 1_000 });
    await hand(100);
    time.pass(60_000);
    let turns = 0;
    const rounds: SweepDeps['rounds'] = async (names, round) => {
      await Promise.all(names.map((name) => round(name, () => (turns += 1) <= 2)));
    };
    await time.until(sweep({ ...deps, rounds }));
    // Two readings of twenty; a few of the second are under way still.
    expect(asked.length).toBeGreaterThan(30);
    expect(asked.length).toBeLessThanOrEqual(2 * 20);
  });

  it('stops at the first refusal, whatever the others that are under way are answered, and goes slower', async () => {
    const { time, asked, deps, hand } = setUp({
      rate: 100,
      latencyMs: 200,
      answer: (nth) => (nth === 10 ? throttled : running),
    });
    await hand(200);
    time.pass(60_000);
    await time.until(sweep(deps));
    const row = (await store.origins.get('hwc-ecs'))!;
    expect(row.pace.rate).toBe(50);
    expect(row.pausedUntil).toBeGreaterThan(time.now() + 59_000);
    // Those that were under way when the refusal came, at 100 a second for 200 ms, and the burst.
    expect(asked.length).toBeLessThan(10 + 20 + 11);
    const before = asked.length;
    time.pass(row.pausedUntil - time.now());
    const began = time.now();
    await time.until(sweep(deps, () => time.now() < began + 1_000));
    expect(asked.length - before).toBeLessThanOrEqual(50 + 5 + 1);
    expect(asked.length - before).toBeGreaterThan(45);
  });

  it('sends an origin in trouble one request first', async () => {
    let well = false;
    const { time, asked, deps, hand } = setUp({
      rate: 100,
      latencyMs: 200,
      answer: () => (well ? succeeded : unavailable),
    });
    await hand(100);
    time.pass(60_000);
    await time.until(sweep(deps));
    expect((await store.origins.get('hwc-ecs'))!.state).toBe('troubled');
    const before = asked.length;
    time.pass(60_000);
    await time.until(sweep(deps));
    expect(asked).toHaveLength(before + 1);
    well = true;
    time.pass(600_000);
    const began = time.now();
    await time.until(sweep(deps));
    expect(asked.filter(({ at }) => at < began + 200 && at >= began)).toHaveLength(1);
    expect((await store.jobs.list({ state: 'succeeded', limit: 100 })).rows).toHaveLength(100);
  });

  it('writes what it learns of the origin every second, not for each answer', async () => {
    const { time, deps, hand } = setUp({ rate: 100, latencyMs: 100, answer: () => running });
    await store.origins.create([]);
    await hand(400);
    time.pass(60_000);
    const saved: number[] = [];
    const save: typeof store.origins.save = async (row) => {
      saved.push(time.now());
      return store.origins.save(row);
    };
    const slowed = { rate: 10, limit: null, changedAt: time.now() - 500_000, limitAt: 0 };
    await time.until(sweep(deps, () => false));
    const row = (await store.origins.get('hwc-ecs')) ?? null;
    if (row) await store.origins.save({ ...row, pace: slowed });
    await time.until(sweep({ ...deps, store: { ...store, origins: { ...store.origins, save } } }));
    expect(saved.length).toBeGreaterThan(0);
    expect(saved.length).toBeLessThan(10);
    // It was faster already before the round was over.
    expect(saved[0]).toBeLessThan(time.now() - 1_000);
  });
});

describe('a window on AWS', () => {
  it('goes on without a pause while something is due, and sees within seconds what falls due elsewhere', async () => {
    const { time, asked, deps, hand } = setUp({ rate: 40, latencyMs: 100, answer: () => running });
    await hand(500);
    time.pass(60_000);
    const began = time.now();
    const other: Clouds['check'] = async (job, signal) => {
      if (asked.length === 60) await hand(1, 9_001, 'otc-ecs');
      return deps.clouds.check(job, signal);
    };
    const window = { until: began + 25_000, sleep: time.sleep };
    await time.until(sweepWindow({ ...deps, clouds: { ...deps.clouds, check: other } }, window));
    const within = asked.filter(({ at }) => at < began + 12_000);
    expect(within.length).toBeGreaterThan(40 * 12 * 0.93);
    expect(distinct(asked)).toBe(asked.length < 501 ? asked.length : 501);
    const elsewhere = asked.find((one) => one.jobId === jobId(9_001))!;
    // Tracked after 1.5 s, first asked about 5 s later; a turn takes 5 s.
    expect(elsewhere.at - began).toBeLessThan(1_500 + 5_500 + 5_000 + 500);
  });
});
