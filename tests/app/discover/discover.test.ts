import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { discoverNow } from '../../../lib/app/discover/discover-now.ts';
import { planShards } from '../../../lib/app/sweep/plan-shards.ts';
import { track } from '../../../lib/app/sweep/track.ts';
import type { Trail } from '../../../lib/core/discover/trail.ts';
import { newOrigin } from '../../../lib/core/jobs/origin.ts';
import type { CloudOrigin } from '../../../lib/ports.ts';
import { openAt, startDynamo, type Dynamo } from '../../adapters/store/dynamodb/dynalite.ts';
import { POLICY, recordingTelemetry, spec, START, unavailable } from '../../kit.ts';
import { HOMES } from '../sweep/world.ts';
import { discovering, recording, TRAIL, type Options } from './world.ts';

let dynamo: Dynamo;
beforeAll(async () => void (dynamo = await startDynamo()));
afterAll(() => dynamo.close());
const STORES = {
  SQLite: async () => openStore(':memory:'),
  DynamoDB: async () => openAt(dynamo.endpoint, await dynamo.newTable()),
};
const SECOND = 1_000;
const MINUTE = 60 * SECOND;

describe.each(Object.keys(STORES) as (keyof typeof STORES)[])('the records of calls, over %s', (kind) => {
  async function setUp(over: Options = {}) {
    const store = await STORES[kind]();
    onTestFinished(() => store.close());
    const project = recording();
    const one = discovering(store, project, over);
    const found = async () =>
      (await store.jobs.list({ limit: 99 })).rows.map(({ jobId }) => jobId).toSorted();
    const woken: object[] = [];
    const wake = async (due: readonly object[]): Promise<void> => void woken.push(...due);
    const ring = () =>
      discoverNow(
        { origins: store.origins, clock: project.clock.now, telemetry: recordingTelemetry(), wake },
        [TRAIL, TRAIL, 'nowhere'],
      );
    return { ...project, ...one, project, store, found, ring, woken };
  }

  it.each(HOMES)(
    'tell of an end within five minutes of the first start, at the usual pace: %s',
    async (home) => {
      const { clock, call, round, ends } = await setUp({ home });
      // One was under way already, and one begins behind the first look; each takes a minute, and its records come a minute late.
      call('before', START - 30 * SECOND);
      call('after', START + 10 * SECOND);
      while (ends().length < 2 && clock.now() < START + 10 * MINUTE) await round();
      expect(ends()).toEqual(['after', 'before']);
      expect(clock.now() - START).toBeLessThanOrEqual(5 * MINUTE);
    },
  );

  it('are read now where somebody rings, and at most every ten seconds, however many ring', async () => {
    const { clock, read, ring, woken, asked, store, call, found } = await setUp();
    // Nobody has read any yet: all of it is due anyway.
    await ring();
    expect(woken).toEqual([]);
    await read();
    call('a', START);
    clock.pass(30 * SECOND);
    await read();
    expect(asked).toHaveLength(1);
    for (let n = 0; n < 3; n += 1) await ring();
    expect(woken).toEqual([{ origin: TRAIL, at: START + 30 * SECOND }]);
    await read();
    await read();
    expect(asked).toHaveLength(2);
    clock.pass(5 * SECOND);
    await ring();
    expect(woken.slice(1)).toEqual([{ origin: TRAIL, at: START + 40 * SECOND }]);
    await read();
    expect(asked).toHaveLength(2);
    clock.pass(5 * SECOND);
    await read();
    expect(asked).toHaveLength(3);
    // The schedule stays as it was.
    clock.pass(20 * SECOND + 1);
    await read();
    expect(asked).toHaveLength(4);
    expect(await found()).toEqual(['job-a']);
    expect((await store.origins.get(TRAIL))!.trail).toMatchObject({ upTo: START + MINUTE + 1 });
  });

  it('are due once more where somebody rings while they are read', async () => {
    const { read, ring, clock, asked, deps } = await setUp();
    await read();
    clock.pass(MINUTE);
    const [trail] = deps.clouds.trails!;
    const page: NonNullable<typeof trail>['page'] = async (query) => {
      const answer = await trail!.page(query);
      clock.pass(1);
      if (asked.length === 2) await ring();
      return answer;
    };
    await read({ clouds: { ...deps.clouds, trails: [{ ...trail!, page }] } });
    expect(asked.map(({ to }) => to)).toEqual([START, START + MINUTE, START + MINUTE + 1]);
  });

  it('are not read before their time where the bell was rung by a clock that is ahead', async () => {
    const { clock, read, ring, asked } = await setUp();
    await read();
    clock.pass(60 * MINUTE);
    await ring();
    clock.pass(-60 * MINUTE + 20 * SECOND);
    await read();
    expect(asked).toHaveLength(1);
  });

  it('wait in an outage for its probe, whatever rings', async () => {
    const { clock, read, ring, asked } = await setUp({
      fault: (nth) => (nth > 1 ? unavailable : null) as never,
    });
    await read();
    for (let n = 0; n < 5; n += 1) {
      clock.pass(MINUTE);
      await read();
    }
    const before = asked.length;
    clock.pass(SECOND);
    await ring();
    await read();
    expect(asked.length).toBe(before);
  });

  it('are read by one worker at a time, which leaves them to the next one when all is read', async () => {
    const { clock, read, ring, asked, store } = await setUp();
    const by = (holder: string) => ({ lease: { holder, until: clock.now() + 50 * SECOND } });
    await read(by('first'));
    expect(asked).toHaveLength(1);
    expect((await store.origins.get(TRAIL))!.lease).toBeNull();
    clock.pass(20 * SECOND);
    // Nothing is due, so nothing is written either.
    const { version } = (await store.origins.get(TRAIL))!;
    await read(by('second'));
    expect((await store.origins.get(TRAIL))!.version).toBe(version);
    await ring();
    await read(by('third'));
    expect(asked).toHaveLength(2);
    await store.origins.save({ ...(await store.origins.get(TRAIL))!, ...by('fourth') });
    clock.pass(45 * SECOND);
    await read(by('fifth'));
    expect(asked).toHaveLength(2);
  });

  it('do no harm where two workers read them at once: every call is one job', async () => {
    const { clock, read, project, store, found, call, events } = await setUp();
    await read();
    for (const name of ['a', 'b', 'c', 'd', 'e']) call(name, START + 10 * SECOND);
    clock.pass(3 * MINUTE);
    const other = discovering(store, project);
    await Promise.all([read(), other.read()]);
    expect(await found()).toEqual(['a', 'b', 'c', 'd', 'e'].map((name) => `job-${name}`));
    for (let n = 0; n < 9; n += 1) await other.round();
    expect(events.size).toBe(5);
  });

  it('are remembered of a project with more calls than are remembered, in the middle of a walk', async () => {
    const { store } = await setUp();
    const marks = 'aB3-_x9Z';
    const trail: Trail = {
      upTo: START,
      nextAt: START + MINUTE,
      deepAt: START,
      walk: {
        from: START - 7 * 24 * 60 * MINUTE,
        to: START,
        marker: 'm'.repeat(200),
        pages: 999,
        isFirst: true,
        ended: Array.from({ length: 3_000 }, () => marks),
      },
      knownSince: START - 120 * MINUTE,
      seen: Array.from({ length: 16 }, (_, n) => ({ at: START - 10 * n * MINUTE, ids: marks.repeat(250) })),
      counts: Array.from({ length: 25 }, (_, n) => ({
        hour: START - n * 60 * MINUTE,
        services: Object.fromEntries(
          Array.from({ length: 60 }, (__, m) => [`${'S'.repeat(38)}${m}`, [9_999, 9_999, 9_999] as const]),
        ) as never,
      })),
    };
    const { row } = (await store.origins.create([newOrigin(TRAIL, START)]))[0]!;
    expect((await store.origins.save({ ...row, trail })).outcome).toBe('saved');
    expect((await store.origins.get(TRAIL))!.trail).toEqual(trail);
  });

  it('are given to the worker that checks the jobs of their account', async () => {
    const { store, deps, clock } = await setUp();
    const about = (origin: string): CloudOrigin => ({
      ...deps.clouds.trails![0]!.about,
      account: origin.split('-')[0]!,
      rate: 50,
    });
    const trails = ['a-cts', 'b-cts', 'idle-cts'].map((origin) => ({
      ...deps.clouds.trails![0]!,
      discovery: { ...deps.clouds.trails![0]!.discovery, origin },
      about: about(origin),
    }));
    const clouds = { describe: about, trails };
    const specs = ['a-ecs', 'b-ecs'].flatMap((origin) => [1, 2, 3, 4, 5].map((n) => spec(n, { origin })));
    await track(
      { ...deps, clouds: { describe: (origin) => ({ ...about(origin) }) }, jobs: store.jobs },
      specs,
    );
    const plan = (capacity: number) =>
      planShards(
        { jobs: store.jobs, clouds, policy: { ...POLICY, checkEvery: 500 } },
        clock.now() + MINUTE,
        capacity,
      );
    const all = ['a-cts', 'a-ecs', 'b-cts', 'b-ecs', 'idle-cts'];
    const shards = await plan(25);
    expect([shards.length, shards.flat().toSorted()]).toEqual([2, all]);
    for (const account of ['a', 'b']) {
      const of = shards.find((shard) => shard.includes(`${account}-cts`));
      expect(of).toContain(`${account}-ecs`);
    }
    expect((await plan(1_000)).map((shard) => shard.toSorted())).toEqual([all]);
  });
});
