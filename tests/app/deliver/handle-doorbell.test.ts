import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { handleDoorbell, type DoorbellDeps } from '../../../lib/app/deliver/handle-doorbell.ts';
import type { Delivery, Receipt } from '../../../lib/core/notify/delivery.ts';
import { CHANNELS } from '../../../lib/adapters/channels/registry.ts';
import { ringDue } from '../../../lib/app/deliver/ring-due.ts';
import { openStore, type SqliteStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { nextTryAt } from '../../../lib/core/notify/delivery.ts';
import { runOf } from '../../contract/following.ts';
import { livingWorld } from '../../contract/living.ts';
import { events } from '../../core/jobs/events.ts';
import {
  ok,
  recordingTelemetry,
  scriptedChannel,
  subscription,
  testClock,
  dispatchStored,
} from '../../kit.ts';

let store: SqliteStore;
beforeEach(() => void (store = openStore(':memory:')));
afterEach(() => store.close());

const EVENT = events['job.failed'];

/** A doorbell that remembers what was rung for, and how long each ring may wait. */
function setUp(answer: (nth: number) => Receipt, over: Partial<DoorbellDeps> = {}) {
  const clock = testClock();
  const channel = scriptedChannel((_, nth) => answer(nth));
  const rings: { key: string; wait: number }[] = [];
  const deps: DoorbellDeps = {
    store,
    subscriptions: { all: async () => [subscription('ci')] },
    channels: { slack: channel, email: channel, webhook: channel },
    clock: clock.now,
    telemetry: recordingTelemetry(),
    rules: CHANNELS,
    doorbell: {
      async ring(rows: readonly Delivery[]) {
        rings.push(...rows.map((row) => ({ key: row.key, wait: row.due!.at - clock.now() })));
      },
    },
    ...over,
  };
  const route = async () => {
    await dispatchStored({ ...store, ...deps }, [EVENT]);
    return rings.shift()!.key;
  };
  return { clock, channel, rings, deps, route };
}
const broken: Receipt = { kind: 'retry', reason: 'server_error', detail: 'HTTP 500' };

describe('a ring of the doorbell', () => {
  it('for the message of a group that goes on is followed by the next, until the group has ended', async () => {
    const world = await livingWorld(store);
    const rings: { key: string; wait: number }[] = [];
    const ring = async (rows: readonly Delivery[]): Promise<void> =>
      void rings.push(...rows.map((row) => ({ key: row.key, wait: row.due!.at - world.clock.now() })));
    const deps: DoorbellDeps = { ...world.deps, doorbell: { ring } };
    const run = await runOf(store, world, 3);
    await run.end(1, 'failed');
    const { key } = (await world.rows())[0]!;
    const waits: number[] = [];
    const hear = async () => {
      const outcome = await handleDoorbell(deps, key);
      const [next, ...more] = rings.splice(0);
      expect(more).toEqual([]);
      if (next) waits.push(next.wait);
      world.clock.pass(next?.wait ?? 0);
      return outcome;
    };
    expect(await hear()).toBe('delivered');
    // It is no attempt that somebody waits for.
    expect(nextTryAt((await store.deliveries.get(key))!)).toBeNull();
    for (let n = 0; n < 4; n += 1) expect(await hear()).toBe('followed');
    await run.end(1, 'succeeded');
    expect(await hear()).toBe('followed');
    expect(waits).toEqual([10_000, 10_000, 20_000, 40_000, 60_000, 10_000]);
    await run.end(1, 'succeeded');
    expect(await hear()).toBe('delivered');
    expect(rings).toEqual([]);
  });

  it('delivers, once however often it rings', async () => {
    const { deps, channel, route, rings } = setUp(() => ok);
    const key = await route();
    expect(await Promise.all([handleDoorbell(deps, key), handleDoorbell(deps, key)])).toContain('delivered');
    expect(await handleDoorbell(deps, key)).toBe('nothing');
    expect(channel.sent).toHaveLength(1);
    expect(rings).toEqual([]);
  });

  it('rings for the next attempt, at its time', async () => {
    const { deps, clock, channel, route, rings } = setUp((nth) => (nth === 1 ? broken : ok));
    const key = await route();
    expect(await handleDoorbell(deps, key)).toBe('retrying');
    const [ring] = rings;
    expect(ring).toMatchObject({ key });
    expect(ring!.wait).toBeGreaterThanOrEqual(4_500);
    clock.pass(ring!.wait);
    expect(await handleDoorbell(deps, key)).toBe('delivered');
    expect(channel.sent).toHaveLength(2);
  });

  it('that comes again or too early spends no attempt', async () => {
    const { deps, channel, route, clock } = setUp(() => broken);
    const key = await route();
    await handleDoorbell(deps, key);
    clock.pass(3_000);
    expect(await handleDoorbell(deps, key)).toBe('nothing');
    expect(channel.sent).toHaveLength(1);
  });

  it('for a delivery that is gone, held or over finds nothing', async () => {
    const { deps, route } = setUp(() => ({
      kind: 'never',
      reason: 'gone',
      detail: 'HTTP 410',
      disable: true,
    }));
    const key = await route();
    expect(await handleDoorbell(deps, key)).toBe('held');
    expect(await handleDoorbell(deps, key)).toBe('nothing');
    expect(await handleDoorbell(deps, 'evt_0/dlv_0')).toBe('nothing');
  });

  it('waits with an endpoint that asked for time, and rings when that is over', async () => {
    const { deps, clock, route, rings, channel } = setUp((nth) =>
      nth === 1 ? { kind: 'retry', reason: 'rate_limited', detail: 'HTTP 429', afterMs: 120_000 } : ok,
    );
    const key = await route();
    await handleDoorbell(deps, key);
    expect(rings.pop()).toEqual({ key, wait: 120_000 });
    clock.pass(120_000);
    expect(await handleDoorbell(deps, key)).toBe('delivered');
    expect(channel.sent).toHaveLength(2);
  });

  it('is answered for an endpoint that hung by one message, while the others wait', async () => {
    let isOver = false;
    const hung: Receipt = { kind: 'retry', reason: 'uncertain', detail: 'timeout', hung: true };
    const { deps, clock, route, rings, channel } = setUp(() => (isOver ? ok : hung));
    const first = await route();
    await handleDoorbell(deps, first);
    expect(rings.pop()).toEqual({ key: first, wait: expect.closeTo(5_000, -3) });
    clock.pass(6_000);
    // Its next attempt waits with the endpoint, and costs nothing until then.
    expect(await handleDoorbell(deps, first)).toBe('postponed');
    expect(rings.pop()).toEqual({ key: first, wait: 24_000 });
    await dispatchStored({ ...store, ...deps }, [events['job.lost']]);
    const second = rings.pop()!.key;
    clock.pass(24_000);
    isOver = true;
    const outcomes = await Promise.all([handleDoorbell(deps, first), handleDoorbell(deps, second)]);
    expect(outcomes.toSorted()).toEqual(['delivered', 'postponed']);
    expect(channel.sent).toHaveLength(2);
    expect(rings.pop()).toMatchObject({ wait: 30_000 });
    clock.pass(30_000);
    await Promise.all([handleDoorbell(deps, first), handleDoorbell(deps, second)]);
    expect(channel.sent).toHaveLength(3);
  });

  it('throws where the store is in trouble, so that the message comes back', async () => {
    const { deps, route } = setUp(() => ok);
    const key = await route();
    const save = () => Promise.reject(new Error('the table is gone'));
    const deliveries = { ...store.deliveries, save };
    await expect(handleDoorbell({ ...deps, store: { ...store, deliveries } }, key)).rejects.toThrow('gone');
  });
});

describe('the sweep rings', () => {
  const ring = ({ deps, clock }: ReturnType<typeof setUp>, limit = 100) =>
    ringDue({ deliveries: store.deliveries, doorbell: deps.doorbell, clock: clock.now }, limit);

  it('for what was not heard, but leaves those time who were just rung for', async () => {
    const world = setUp(() => ok);
    const key = await world.route();
    expect(await ring(world)).toBe(0);
    world.clock.pass(31_000);
    expect(await ring(world)).toBe(1);
    expect(world.rings.map((one) => one.key)).toEqual([key]);
  });

  it('for many endpoints side by side, and for no more of them once its time is over', async () => {
    const queues = Array.from({ length: 60 }, (_, n) => `deliver:ep_${n}`);
    const ending = new AbortController();
    const [answers, asked]: [(() => void)[], string[]] = [[], []];
    const deliveries = {
      ...store.deliveries,
      queues: async () => queues,
      due: async (queue: string) => {
        asked.push(queue);
        await new Promise<void>((resolve) => answers.push(resolve));
        return [];
      },
    };
    const ringing = ringDue(
      { deliveries, doorbell: { ring: async () => {} }, clock: Date.now },
      100,
      ending.signal,
    );
    await vi.waitFor(() => expect(asked.length).toBe(16));
    ending.abort();
    for (const answer of answers) answer();
    await ringing;
    expect(asked).toHaveLength(16);
  });

  it('for a worker that died while it sent, once its claim has run out', async () => {
    const world = setUp(() => {
      throw new Error('died');
    });
    const key = await world.route();
    const dying = { ...store.deliveries };
    let saves = 0;
    dying.save = (row) =>
      (saves += 1) === 1 ? store.deliveries.save(row) : Promise.reject(new Error('died'));
    await expect(
      handleDoorbell({ ...world.deps, store: { ...store, deliveries: dying } }, key),
    ).rejects.toThrow('died');
    world.clock.pass(60_000);
    expect(await ring(world)).toBe(0);
    world.clock.pass(31_000);
    expect(await ring(world)).toBe(1);
  });

  it('at most so many times for one endpoint, the longest due first', async () => {
    const world = setUp(() => ok);
    const first = await world.route();
    const kinds = ['job.lost', 'job.overdue', 'origin.unreachable'] as const;
    for (const kind of kinds) {
      world.clock.pass(1_000);
      await dispatchStored({ ...store, ...world.deps }, [events[kind]]);
    }
    world.rings.length = 0;
    world.clock.pass(31_000);
    expect(await ring(world, 2)).toBe(2);
    expect(world.rings[0]!.key).toBe(first);
  });
});
