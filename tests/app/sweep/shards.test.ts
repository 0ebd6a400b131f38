/** Several workers sweep side by side: each its own origins, and by accident the same. */
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { waitingAmong } from '../../../lib/app/sweep/due-checks.ts';
import { planShards } from '../../../lib/app/sweep/plan-shards.ts';
import { sweepWindow, type SweepWindow } from '../../../lib/app/sweep/sweep-window.ts';
import { track } from '../../../lib/app/sweep/track.ts';
import { openStore } from '../../../lib/adapters/store/sqlite/index.ts';
import type { Observation } from '../../../lib/core/jobs/observation.ts';
import type { Store } from '../../../lib/ports.ts';
import { openAt, startDynamo, type Dynamo } from '../../adapters/store/dynamodb/dynalite.ts';
import { POLICY, PROJECT, jobId, running, scriptedClouds, spec, START, succeeded } from '../../kit.ts';
import { sweeping } from './world.ts';

let dynamo: Dynamo;
beforeAll(async () => void (dynamo = await startDynamo()));
afterAll(() => dynamo.close());

const MINUTE = 60_000;
const STORES = {
  SQLite: async () => openStore(':memory:'),
  DynamoDB: async () => openAt(dynamo.endpoint, await dynamo.newTable()),
};
const names = (count: number): string[] => Array.from({ length: count }, (_, n) => `origin-${n}`);
const reset = (): Promise<never> => Promise.reject(new Error('the table does not answer'));

describe.each(Object.keys(STORES) as (keyof typeof STORES)[])(
  'workers beside one another, over %s',
  (kind) => {
    async function setUp(answer: () => Observation = () => succeeded) {
      const store = await STORES[kind]();
      onTestFinished(() => store.close());
      const world = sweeping(store, answer);
      world.deps.clouds = scriptedClouds(answer, names(6));
      const { deps, clock } = world;
      const hand = (origins: readonly string[], jobs: number) =>
        track(
          { ...deps, jobs: store.jobs },
          origins.flatMap((origin) => Array.from({ length: jobs }, (_, n) => spec(n + 1, { origin }))),
        );
      const window = (over: Partial<typeof deps> = {}, more: Partial<SweepWindow> = {}) =>
        sweepWindow(
          { ...deps, ...over },
          { until: clock.now() + 50_000, sleep: async (ms) => clock.pass(ms), ...more },
        );
      const states = async () => (await store.jobs.list({ limit: 99 })).rows.map(({ state }) => state);
      return { ...world, store, hand, window, states };
    }
    const describing = (rate: number) => ({
      describe: (origin: string) => ({
        rate,
        account: origin,
        info: {} as never,
        projectId: PROJECT,
        credentials: 'token' as const,
        concurrency: 4,
      }),
    });

    it('divide nothing while the pace of all origins is within what one can do, and count nothing for it', async () => {
      const { store, hand } = await setUp();
      await hand(names(6), 2);
      const jobs = { ...store.jobs, depth: reset };
      const plan = { jobs, clouds: describing(10), policy: POLICY };
      const shards = await planShards(plan, START + MINUTE, 60);
      expect(shards.map((shard) => shard.toSorted())).toEqual([names(6)]);
    });

    it('are as many as the jobs ask for where the pace would allow more, and see who has none', async () => {
      const { store, hand } = await setUp();
      await hand(names(6), 5);
      const plan = { jobs: store.jobs, clouds: describing(50), policy: { ...POLICY, checkEvery: 500 } };
      // Five jobs, four checks a second each.
      const shards = await planShards(plan, START + MINUTE, 60);
      expect(shards.map((shard) => shard.length)).toEqual([3, 3]);
      expect(
        await planShards({ ...plan, policy: { ...POLICY, checkEvery: MINUTE } }, START + MINUTE, 60),
      ).toHaveLength(1);
      expect(await planShards(plan, START - 1, 60)).toEqual([]);
    });

    it('check the jobs of their own origins, and publish their ends', async () => {
      const { store, hand, window, clock, events } = await setUp();
      await hand(names(4), 2);
      clock.pass(MINUTE);
      const mine = names(4).slice(1, 3);
      const swept = await window({ isHelper: true }, { waiting: waitingAmong(store.jobs, mine) });
      expect(swept).toMatchObject({ checked: 4, settled: 4 });
      const ended = (await store.jobs.list({ state: 'succeeded', limit: 9 })).rows.map(
        ({ origin }) => origin,
      );
      expect(new Set(ended)).toEqual(new Set(mine));
      expect(events).toHaveLength(4);
    });

    it('do no harm to one another on one origin: every end is told once, under one id', async () => {
      const { hand, window, clock, events, states } = await setUp();
      await hand(['origin-0'], 6);
      clock.pass(MINUTE);
      // Neither knows of the other: no lease keeps them apart.
      await Promise.all([window(), window()]);
      expect(await states()).toEqual(Array.from({ length: 6 }, () => 'succeeded'));
      expect(new Set(events.map(({ metadata }) => metadata.id)).size).toBe(6);
    });

    it('lose nothing where one dies in the middle: the next window has its origins', async () => {
      const { store, hand, window, clock, events, states } = await setUp();
      await hand(names(2), 4);
      clock.pass(MINUTE);
      let saves = 0;
      const mortal: Store = {
        ...store,
        jobs: {
          ...store.jobs,
          save: (row) => ((saves += 1) > 3 ? new Promise<never>(() => {}) : store.jobs.save(row)),
        },
      };
      const lease = { holder: 'dies', until: clock.now() + 50_000 };
      void window(
        { store: mortal, isHelper: true, lease },
        { waiting: waitingAmong(store.jobs, ['origin-1']) },
      );
      await expect.poll(() => saves).toBeGreaterThan(3);
      // Until its lease is over, nobody checks what it had.
      const beside = { holder: 'beside', until: clock.now() + 50_000 };
      await window({ lease: beside }, { until: clock.now() + 1_000 });
      expect((await states()).filter((state) => state === 'outstanding').length).toBeGreaterThan(0);
      clock.pass(MINUTE);
      await window({ lease: { holder: 'next', until: clock.now() + 50_000 } });
      expect(new Set(await states())).toEqual(new Set(['succeeded']));
      expect(new Set(events.map(({ metadata }) => metadata.id)).size).toBe(8);
    });

    it('end nothing but one row for a call to the table that fails', async () => {
      const { store, hand, window, clock, states, events } = await setUp();
      await hand(names(3), 4);
      clock.pass(MINUTE);
      const key = `origin-1/${PROJECT}/${jobId(2)}`;
      const jobs: Store['jobs'] = {
        ...store.jobs,
        save: (row) => (row.key === key ? reset() : store.jobs.save(row)),
      };
      const failed: string[] = [];
      const survive = (what: string): void => void failed.push(what);
      const swept = await window({ store: { ...store, jobs }, survive }, { until: clock.now() + 3_000 });
      expect(swept.settled).toBe(11);
      expect((await states()).filter((state) => state !== 'succeeded')).toEqual(['outstanding']);
      expect(failed).toContain(key);
      expect(events).toHaveLength(11);
      expect(await store.jobs.get(key)).toMatchObject({ state: 'outstanding', version: 1 });
    });

    it.each(['due', 'queues'] as const)(
      'go on where the index does not answer "%s" now and then',
      async (verb) => {
        const { store, hand, window, clock, states } = await setUp();
        await hand(names(3), 2);
        clock.pass(MINUTE);
        let nth = 0;
        const flaky = (...asked: never[]) =>
          (nth += 1) % 3 === 1
            ? reset()
            : (store.jobs[verb] as (...asked: never[]) => Promise<never>)(...asked);
        const jobs = { ...store.jobs, [verb]: flaky };
        const failed: string[] = [];
        const survive = (what: string): void => void failed.push(what);
        await window({ store: { ...store, jobs }, survive });
        await window({ store: { ...store, jobs }, survive });
        expect(failed.length).toBeGreaterThan(0);
        expect(new Set(await states())).toEqual(new Set(['succeeded']));
      },
    );

    it('say how late they are while they go on', async () => {
      const { hand, window, clock } = await setUp(() => running);
      await hand(['origin-0'], 3);
      clock.pass(MINUTE);
      const ending = new AbortController();
      const said: number[] = [];
      await window(
        {
          clouds: { describe: describing(1).describe, check: async () => (clock.pass(20_000), running) },
          signal: ending.signal,
        },
        { said: ({ lagMs }) => void said.push(lagMs) },
      );
      expect(Math.max(...said)).toBeGreaterThan(40_000);
    });
  },
);
