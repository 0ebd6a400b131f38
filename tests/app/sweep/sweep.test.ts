import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Event } from '../../../lib/core/jobs/event.ts';
import { newOrigin } from '../../../lib/core/jobs/origin.ts';
import { newEndpoint } from '../../../lib/core/notify/endpoint.ts';
import { PUBLISH_QUEUE } from '../../../lib/core/row.ts';
import type { Clouds } from '../../../lib/ports.ts';
import { openStore, type SqliteStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { sweep, type SweepDeps } from '../../../lib/app/sweep/sweep.ts';
import { submit } from '../../../lib/app/sweep/submit.ts';
import { track } from '../../../lib/app/sweep/track.ts';
import {
  denied,
  failed,
  jobId,
  running,
  scriptedClouds,
  spec,
  START,
  succeeded,
  throttled,
  unavailable,
} from '../../kit.ts';
import { sweepWorld } from './world.ts';

let store: SqliteStore;
beforeEach(() => void (store = openStore(':memory:')));
afterEach(() => store.close());

function setUp(clouds: Clouds, over: Partial<SweepDeps> = {}) {
  const { clock, telemetry, events, deps } = sweepWorld(store, () => clouds, over);
  const hand = (specs: unknown[]) => track({ ...deps, jobs: store.jobs }, specs);
  /** Sweeps every ten seconds for a while. */
  const run = async (ms: number) => {
    for (let t = 0; t < ms; t += 10_000) {
      clock.pass(10_000);
      await sweep(deps);
    }
  };
  return { clock, telemetry, events, deps, hand, run };
}

const kinds = (events: readonly Event[]): string[] => events.map((e) => e.kind);

describe('a sweep', () => {
  it('looks, settles and publishes once, then leaves the job alone', async () => {
    const clouds = scriptedClouds((_, nth) => (nth < 3 ? running : succeeded));
    const { hand, run, events } = setUp(clouds);
    await hand([spec(1)]);
    await run(300_000);
    expect(kinds(events)).toEqual(['job.succeeded']);
    expect(clouds.asked).toHaveLength(3);
    const row = await store.jobs.get(`hwc-ecs/${spec(1).projectId}/${jobId(1)}`);
    expect(row).toMatchObject({ state: 'succeeded', outbox: [], due: null });
  });

  it('checks every due job within ceil(due / budget) + 1 sweeps', async () => {
    const clouds = scriptedClouds(() => running);
    const { hand, deps, clock } = setUp(clouds, { budget: 10 });
    await hand(Array.from({ length: 95 }, (_, n) => spec(n + 1)));
    clock.pass(60_000);
    for (let n = 0; n < Math.ceil(95 / 10) + 1; n += 1) {
      await sweep(deps);
      clock.pass(1_000);
    }
    expect(new Set(clouds.asked.map((a) => a.jobId)).size).toBe(95);
  });

  it('goes on with the others when the handling of one job breaks', async () => {
    const clouds = scriptedClouds((job) => {
      if (job.jobId === jobId(2)) throw new Error('a bug');
      return failed;
    });
    const { hand, run, events, telemetry } = setUp(clouds);
    await hand([spec(1), spec(2), spec(3)]);
    await run(20_000);
    expect(kinds(events)).toEqual(['job.failed', 'job.failed']);
    expect(telemetry.lines).toContainEqual(expect.objectContaining({ event: 'job.broken', level: 'error' }));
  });

  it('puts a job whose handling breaks off for five minutes, and takes it up again then', async () => {
    let isBroken = true;
    const clouds = scriptedClouds(() => {
      if (isBroken) throw new Error('a bug');
      return succeeded;
    });
    const { hand, run, events, telemetry } = setUp(clouds);
    await hand([spec(1)]);
    await run(10_000);
    const row = await store.jobs.get(`hwc-ecs/${spec(1).projectId}/${jobId(1)}`);
    expect(row?.due).toEqual({ queue: 'look:hwc-ecs', at: START + 10_000 + 300_000 });
    isBroken = false;
    await run(290_000);
    expect(clouds.asked).toHaveLength(1);
    await run(10_000);
    expect(kinds(events)).toEqual(['job.succeeded']);
    expect(telemetry.lines.filter(({ event }) => event === 'job.broken')).toHaveLength(1);
  });

  it('blames the store and no job where nothing can be written', async () => {
    const { hand, deps, clock, telemetry } = setUp(scriptedClouds(() => succeeded));
    await hand([spec(1), spec(2)]);
    clock.pass(60_000);
    const save = async (): Promise<never> => {
      throw new Error('the disk is full');
    };
    const full = { ...deps, store: { ...deps.store, jobs: { ...deps.store.jobs, save } } };
    await expect(sweep(full)).rejects.toThrow('the disk is full');
    expect(telemetry.lines.filter(({ event }) => event === 'job.broken')).toEqual([]);
  });

  it.each([
    ['refused', 'refused' as const],
    ['may have', 'uncertain' as const],
  ])('publishes again, under the same id, what the bus %s, and says which', async (_, outcome) => {
    const ids: string[] = [];
    let refuse = true;
    const { hand, run, telemetry } = setUp(
      scriptedClouds(() => succeeded),
      {
        bus: {
          async publish(batch) {
            ids.push(...batch.map((e) => e.metadata.id));
            return batch.map(() => (refuse ? { outcome, detail: 'full' } : { outcome: 'accepted' as const }));
          },
        },
      },
    );
    await hand([spec(1)]);
    await run(30_000);
    const refused = ids.length;
    expect(refused).toBeGreaterThan(1);
    refuse = false;
    await run(60_000);
    expect(new Set(ids).size).toBe(1);
    expect(ids).toHaveLength(refused + 1);
    expect(telemetry.lines.filter(({ event }) => event === `event.${outcome}`)).toHaveLength(refused);
  });

  it('lets what the bus refused wait among what is to be published, where it keeps no check', async () => {
    const { hand, run } = setUp(
      scriptedClouds(() => succeeded),
      { bus: { publish: async (batch) => batch.map(() => ({ outcome: 'refused', detail: 'full' })) } },
    );
    await hand([spec(1)]);
    await run(10_000);
    const row = await store.jobs.get(`hwc-ecs/${spec(1).projectId}/${jobId(1)}`);
    expect(row).toMatchObject({ due: { queue: PUBLISH_QUEUE, at: START + 20_000 } });
    expect(row?.outbox.map(({ kind }) => kind)).toEqual(['job.succeeded']);
  });

  it('publishes what processes left behind that died before they could: of origins and of endpoints too', async () => {
    const { deps, events } = setUp(scriptedClouds(() => running));
    const due = { queue: PUBLISH_QUEUE, at: START };
    const about = { endpoint: 'ep_1', subscription: 'ci', channel: 'webhook' as const, shown: 'hooks.test' };
    await store.origins.create([
      {
        ...newOrigin('hwc-ecs', START),
        due,
        outbox: [{ kind: 'origin.recovered', at: START, sequence: 1 }],
      },
    ]);
    await store.endpoints.create([
      {
        ...newEndpoint(about, START),
        due,
        outbox: [{ kind: 'subscription.disabled', at: START, sequence: 1 }],
      },
    ]);
    expect(await sweep(deps)).toMatchObject({ published: 2 });
    expect(kinds(events).toSorted()).toEqual(['origin.recovered', 'subscription.disabled']);
    expect(await store.origins.get('hwc-ecs')).toMatchObject({ due: null, outbox: [] });
    expect(await store.endpoints.get('ep_1')).toMatchObject({ due: null, outbox: [] });
  });

  it('publishes one event when two sweeps run at once', async () => {
    const { hand, clock, deps, events, telemetry } = setUp(scriptedClouds(() => succeeded));
    await hand([spec(1)]);
    clock.pass(10_000);
    await Promise.all([sweep(deps), sweep(deps), sweep(deps)]);
    expect(new Set(events.map((e) => e.metadata.id)).size).toBe(1);
    expect(kinds(events)).toEqual(['job.succeeded']);
    // Who lost the race has nothing to complain about.
    expect(telemetry.lines.filter(({ level }) => level === 'error')).toEqual([]);
    expect(telemetry.lines).toContainEqual(expect.objectContaining({ reason: 'raced' }));
  });

  it('asks two origins of one account no faster than one', async () => {
    const clouds = scriptedClouds(() => running);
    const shared: Clouds = {
      ...clouds,
      describe: (name) => {
        const known = clouds.describe(name);
        return known && { ...known, account: 'one', rate: 2 };
      },
    };
    const { hand, deps, clock } = setUp(shared);
    await hand(Array.from({ length: 30 }, (_, n) => spec(n + 1)));
    await hand(Array.from({ length: 30 }, (_, n) => spec(n + 100, { origin: 'otc-ecs' })));
    clock.pass(60_000);
    await sweep(deps);
    const first = clouds.asked.length;
    for (let second = 0; second < 5; second += 1) {
      clock.pass(1_000);
      await sweep(deps);
    }
    // Both may find the same ration before the first question is put; after that it is the one quota.
    expect(first).toBeLessThanOrEqual(4);
    expect(clouds.asked.length - first).toBeLessThanOrEqual(5 * 2 + 2);
    expect(clouds.asked.length).toBeGreaterThan(5);
  });

  it('stops asking a throttling origin at once and leaves the jobs untouched', async () => {
    const clouds = scriptedClouds(() => throttled);
    const { hand, clock, deps, events } = setUp(clouds);
    await hand(Array.from({ length: 50 }, (_, n) => spec(n + 1)));
    clock.pass(10_000);
    await sweep(deps);
    // As many as are under way at once may be refused before the first answer is in.
    expect(clouds.asked.length).toBeLessThanOrEqual(4);
    const asked = clouds.asked.length;
    clock.pass(30_000);
    await sweep(deps);
    expect(clouds.asked).toHaveLength(asked);
    expect(events).toEqual([]);
  });

  it('lets trouble of one origin cost another nothing', async () => {
    const clouds = scriptedClouds((job) => (job.origin === 'otc-ecs' ? unavailable : succeeded));
    const { hand, run, events } = setUp(clouds);
    await hand([spec(1), spec(2, { origin: 'otc-ecs' }), spec(3)]);
    await run(20_000);
    expect(kinds(events)).toEqual(['job.succeeded', 'job.succeeded']);
  });

  it('reports an unreachable origin once an outage, and its recovery', async () => {
    let well = false;
    const clouds = scriptedClouds(() => (well ? running : denied));
    const { hand, run, events } = setUp(clouds);
    await hand(Array.from({ length: 20 }, (_, n) => spec(n + 1)));
    await run(3_600_000);
    expect(kinds(events)).toEqual(['origin.unreachable']);
    expect(events[0]).toMatchObject({ data: { origin: 'hwc-ecs', reason: 'denied', outstanding: 20 } });
    // One probe for each round: a breaker, not a hammer.
    expect(clouds.asked.length).toBeLessThan(40);
    well = true;
    await run(900_000);
    well = false;
    await run(3_600_000);
    expect(kinds(events)).toEqual(['origin.unreachable', 'origin.recovered', 'origin.unreachable']);
    expect(new Set(events.map((e) => e.metadata.id)).size).toBe(3);
  });

  it('reports a job whose origin left the config, and never settles it silently', async () => {
    const { hand, run, events, deps } = setUp(scriptedClouds(() => running));
    await hand([spec(1)]);
    deps.clouds = scriptedClouds(() => running, ['otc-ecs']);
    await run(3_600_000);
    expect(kinds(events)).toEqual(['origin.unreachable']);
    expect(events[0]).toMatchObject({ data: { origin: 'hwc-ecs', reason: 'misrouted' } });
    const row = await store.jobs.get(`hwc-ecs/${spec(1).projectId}/${jobId(1)}`);
    expect(row?.state).toBe('outstanding');
  });

  it('believes a bare 404 only when another job was answered on the same route', async () => {
    const gone = {
      kind: 'not_found',
      proof: 'unconfirmed',
      routeConfirmed: false,
      detail: 'HTTP 404',
    } as const;
    const alone = setUp(scriptedClouds(() => gone));
    await alone.hand([spec(1)]);
    await alone.run(3_600_000);
    expect(kinds(alone.events)).toEqual(['origin.unreachable']);
    expect(alone.events[0]).toMatchObject({ data: { reason: 'misrouted' } });

    const other = setUp(
      scriptedClouds((job) => (job.jobId === jobId(3) ? gone : running)),
      {},
    );
    await other.hand([spec(2), spec(3)]);
    await other.run(3_600_000);
    expect(other.events.map((e) => e.subject)).toContain(`hwc-ecs/${spec(3).projectId}/${jobId(3)}`);
  });

  it('believes no bare 404 for the sake of a job that was answered before the first one', async () => {
    const gone = {
      kind: 'not_found',
      proof: 'unconfirmed',
      routeConfirmed: false,
      detail: 'HTTP 404',
    } as const;
    const { hand, run, events } = setUp(scriptedClouds((job) => (job.jobId === jobId(1) ? succeeded : gone)));
    await hand([spec(1)]);
    await run(30_000);
    await hand([spec(2)]);
    await run(3_600_000);
    expect(kinds(events)).toEqual(['job.succeeded', 'origin.unreachable']);
  });

  it('says overdue once although its origin answers nothing', async () => {
    const { hand, run, events, clock } = setUp(scriptedClouds(() => unavailable));
    await hand([spec(1, { deadlineAt: clock.now() + 600_000 })]);
    await run(7_200_000);
    expect(kinds(events).filter((k) => k === 'job.overdue')).toHaveLength(1);
  });
});

describe('tracking', () => {
  it('returns a job that is tracked already unchanged', async () => {
    const { hand } = setUp(scriptedClouds(() => running));
    const [first] = await hand([spec(1, { name: 'web-7' })]);
    const [again] = await hand([spec(1, { name: 'other' })]);
    expect(first).toMatchObject({ outcome: 'tracked', job: { name: 'web-7' } });
    expect(again).toMatchObject({ outcome: 'already_tracked', job: { name: 'web-7', version: 1 } });
  });

  it('returns a job that is tracked already also when its deadline has passed meanwhile', async () => {
    const { hand, clock } = setUp(scriptedClouds(() => running));
    await hand([spec(1, { deadlineAt: START + 60_000 })]);
    clock.pass(120_000);
    expect(await hand([spec(1, { deadlineAt: START + 60_000 })])).toMatchObject([
      { outcome: 'already_tracked' },
    ]);
  });

  it('takes a job whose deadline passed on its way over the bus', async () => {
    const { deps, clock } = setUp(scriptedClouds(() => running));
    const { deadlineAt, jobId: id, ...rest } = spec(1, { deadlineAt: START + 60_000 });
    const detail = { ...rest, jobIds: [id], deadline: new Date(deadlineAt!).toISOString() };
    clock.pass(120_000);
    expect(await submit({ ...deps, jobs: store.jobs }, detail, START)).toMatchObject([
      { outcome: 'tracked' },
    ]);
    const late = { ...detail, jobIds: [jobId(2)] };
    expect(await submit({ ...deps, jobs: store.jobs }, late)).toMatchObject([{ outcome: 'refused' }]);
  });

  it.each([
    [spec(1, { origin: 'nowhere' }), 'origin', 'not configured'],
    [spec(1, { jobId: '../admin' }), 'jobId', 'letters, digits and hyphens'],
    [spec(1, { projectId: 'f'.repeat(32) }), 'projectId', 'asks for project'],
    [{ ...spec(1), jobid: 'x' }, 'job', 'jobid'],
    [spec(1, { labels: { team: 'x'.repeat(300) } }), 'labels.team', '256'],
    [null, 'job', 'object'],
    [spec(1, { deadlineAt: START }), 'deadlineAt', 'is in the past'],
    [spec(1, { deadlineAt: 1 }), 'deadlineAt', '1970-01-01T00:00:00.001Z is in the past'],
  ])('refuses %j and names the field', async (raw, field, problem) => {
    const { hand } = setUp(scriptedClouds(() => running));
    const [first, second] = await hand([raw, spec(2)]);
    expect(first).toMatchObject({
      outcome: 'refused',
      problems: [{ field, problem: expect.stringContaining(problem) }],
    });
    expect(second).toMatchObject({ outcome: 'tracked' });
  });
});
