import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Observation } from '../../../lib/core/jobs/observation.ts';
import { openStore, type SqliteStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { createPacer } from '../../../lib/app/sweep/pacer.ts';
import { sweep, type SweepDeps } from '../../../lib/app/sweep/sweep.ts';
import { sweepWindow } from '../../../lib/app/sweep/sweep-window.ts';
import { track } from '../../../lib/app/sweep/track.ts';
import { failed, jobId, running, scriptedClouds, spec, START, succeeded } from '../../kit.ts';
import { sweepWorld } from './world.ts';

let store: SqliteStore;
beforeEach(() => void (store = openStore(':memory:')));
afterEach(() => store.close());

function setUp(answer: (nth: number) => Observation | Promise<Observation>, over: Partial<SweepDeps> = {}) {
  const world = sweepWorld(store, () => scriptedClouds((_, nth) => answer(nth)), over);
  const { clock, deps } = world;
  const sleeps: number[] = [];
  const sleep = async (ms: number) => {
    sleeps.push(ms);
    clock.pass(ms);
  };
  const hand = (count: number) =>
    track(
      { ...deps, jobs: store.jobs },
      Array.from({ length: count }, (_, n) => spec(n + 1)),
    );
  return { ...world, sleeps, sleep, hand };
}

describe('a sweep that has a minute', () => {
  it('ends at once when nothing is going on', async () => {
    const { deps, sleep, sleeps } = setUp(() => running);
    expect(await sweepWindow(deps, { until: START + 50_000, sleep })).toEqual({
      sweeps: 1,
      checked: 0,
      settled: 0,
      published: 0,
      lagMs: 0,
      outboxAgeMs: 0,
    });
    expect(sleeps).toEqual([]);
  });

  it('sleeps exactly until the next check and ends when nothing more is due in time', async () => {
    const { deps, sleep, sleeps, hand, clock, clouds } = setUp((nth) => (nth < 2 ? running : succeeded));
    const [tracked] = await hand(1);
    const firstCheck = (tracked as { job: { nextCheckAt: number } }).job.nextCheckAt;
    const result = await sweepWindow(deps, { until: START + 50_000, sleep });
    expect(sleeps[0]).toBe(firstCheck - START);
    expect(clouds.asked).toHaveLength(2);
    expect(result).toMatchObject({ sweeps: 3, checked: 2, settled: 1 });
    expect(clock.now()).toBeLessThan(START + 50_000);
  });

  it('asks once in a sweep for outboxes and groups while checks go on', async () => {
    const { deps, sleep, hand, clock } = setUp(() => running);
    await hand(60);
    clock.pass(10_000);
    const asked: Record<string, number> = {};
    const counting = (name: 'endpoints' | 'groups'): object => {
      const due: (typeof store)['groups']['due'] = (...query) => {
        asked[name] = (asked[name] ?? 0) + 1;
        return store[name].due(...query) as never;
      };
      return { [name]: { ...store[name], due } };
    };
    deps.store = { ...store, ...counting('endpoints'), ...counting('groups') };
    const { sweeps } = await sweepWindow(deps, { until: clock.now() + 50_000, sleep });
    expect(sweeps).toBeGreaterThan(1);
    expect(asked['endpoints']).toBeLessThan(1.5 * sweeps);
    expect(asked['groups']).toBeLessThan(3 * sweeps);
  });

  it('never runs on beyond its time, and leaves what is due later to the next', async () => {
    const { deps, sleep, hand, clock } = setUp(() => running);
    await hand(20);
    await sweepWindow(deps, { until: START + 50_000, sleep });
    expect(clock.now()).toBeLessThan(START + 50_000);
    expect(clock.now()).toBeGreaterThan(START + 30_000);
    expect((await store.jobs.depth('look:hwc-ecs')).count).toBe(20);
  });

  it('takes up nothing more once its time is over, however much is due', async () => {
    const { deps, sleep, hand, clock, clouds } = setUp(() => {
      clock.pass(10_000);
      return running;
    });
    await hand(20);
    clock.pass(10_000);
    await sweepWindow(deps, { until: clock.now() + 25_000, sleep });
    // Four at a time; what was begun in time is ended.
    expect(clouds.asked.length).toBeLessThanOrEqual(3 + 4);
  });

  it('ends at once at a signal, as if the request that hangs had not been sent', async () => {
    const ending = new AbortController();
    const world = setUp(() => running, { signal: ending.signal });
    const { deps, sleep, sleeps, hand, clock, events } = world;
    await hand(6);
    const [before] = (await store.jobs.list({ limit: 6 })).rows;
    clock.pass(10_000);
    let asked = 0;
    const clouds = {
      ...deps.clouds,
      check: (_: unknown, signal?: AbortSignal) => {
        asked += 1;
        // All four that go side by side are under way.
        if (asked === 4) ending.abort();
        return new Promise<Observation>((resolve) => {
          const hungUp = (): void => resolve({ kind: 'unavailable', detail: 'stopped' });
          if (signal?.aborted) hungUp();
          signal?.addEventListener('abort', hungUp);
        });
      },
    };
    const result = await sweepWindow({ ...deps, clouds }, { until: clock.now() + 50_000, sleep });
    expect(result).toMatchObject({ sweeps: 1, settled: 0 });
    expect([asked, sleeps, events]).toEqual([4, [], []]);
    const { rows } = await store.jobs.list({ limit: 6 });
    expect(rows.map((row) => row.version)).toEqual([1, 1, 1, 1, 1, 1]);
    expect(rows[0]).toEqual(before);
    expect(await store.origins.get('hwc-ecs')).toMatchObject({ state: 'ok', failures: 0 });
  });

  it('ends in the middle of its sleep at a signal', async () => {
    const ending = new AbortController();
    const { deps, hand, clouds } = setUp(() => running, { signal: ending.signal });
    await hand(1);
    const sleep = async (): Promise<void> => ending.abort();
    expect(await sweepWindow(deps, { until: START + 50_000, sleep })).toMatchObject({ sweeps: 1 });
    expect(clouds.asked).toHaveLength(0);
  });

  it('says how late the outboxes were that it found', async () => {
    const { deps, sleep, hand, clock } = setUp(() => failed, {
      bus: { publish: async (batch) => batch.map(() => ({ outcome: 'refused' as const, detail: 'full' })) },
    });
    await hand(1);
    clock.pass(65_000);
    const first = await sweepWindow(deps, { until: clock.now() + 1_000, sleep });
    expect(first.outboxAgeMs).toBe(0);
    clock.pass(95_000);
    const second = await sweepWindow(deps, { until: clock.now() + 1_000, sleep });
    expect(second).toMatchObject({ lagMs: 0, published: 1 });
    expect(second.outboxAgeMs).toBe(85_000);
  });
});

describe('two workers that sweep at once', () => {
  const JOBS = 12;

  /** Both begin in the same moment, while every answer takes a while. */
  async function both(lease: (worker: string) => SweepDeps['lease']) {
    const world = setUp(async (nth) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      return nth < 2 ? running : failed;
    });
    await world.hand(JOBS);
    for (let minute = 0; minute < 5; minute += 1) {
      world.clock.pass(60_000);
      const workers = ['a', 'b'].map((worker) => {
        const mine = lease(worker);
        return { ...world.deps, pacer: createPacer(), ...(mine && { lease: mine }) };
      });
      await Promise.all(workers.map((worker) => sweep(worker)));
    }
    const ids = world.events.map((event) => event.metadata.id);
    expect(new Set(ids).size).toBe(JOBS);
    expect(world.events.every((event) => event.kind === 'job.failed')).toBe(true);
    const settled = await store.jobs.list({ state: 'failed', limit: 100 });
    expect(settled.rows).toHaveLength(JOBS);
    return { asked: world.clouds.asked.length, published: ids.length };
  }

  it('emit each end once without a lease, at the cost of requests', async () => {
    const { asked, published } = await both(() => undefined);
    expect(published).toBe(JOBS);
    expect(asked).toBeGreaterThan(2 * JOBS);
  });

  it('send each request once with a lease', async () => {
    const { asked, published } = await both((holder) => ({ holder, until: START + 600_000 }));
    expect(published).toBe(JOBS);
    expect(asked).toBe(2 * JOBS);
  });

  it('take over from one that died when its lease runs out', async () => {
    const { deps, hand, clock, clouds } = setUp(() => running);
    await hand(1);
    clock.pass(10_000);
    const until = clock.now() + 50_000;
    await sweep({ ...deps, lease: { holder: 'dead', until } });
    clock.pass(49_000);
    await sweep({ ...deps, lease: { holder: 'heir', until: clock.now() + 50_000 } });
    expect(clouds.asked).toHaveLength(1);
    clock.pass(1_000);
    await sweep({ ...deps, lease: { holder: 'heir', until: clock.now() + 50_000 } });
    expect(clouds.asked.map((job) => job.jobId)).toEqual([jobId(1), jobId(1)]);
  });

  it('write the lease once for all rounds that it covers', async () => {
    const { deps, hand, clock } = setUp(() => running);
    await hand(1);
    const lease = { holder: 'a', until: START + 600_000 };
    clock.pass(10_000);
    await sweep({ ...deps, lease });
    const version = (await store.origins.get('hwc-ecs'))!.version;
    clock.pass(40_000);
    await sweep({ ...deps, lease });
    expect((await store.origins.get('hwc-ecs'))!.version).toBe(version);
  });
});
