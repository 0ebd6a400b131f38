/** Clocks are set: by hand, by NTP after a cold start, by a host that woke up. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore, type SqliteStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { newDelivery } from '../../../lib/core/notify/delivery.ts';
import { newEndpoint } from '../../../lib/core/notify/endpoint.ts';
import { recall } from '../../../lib/app/sweep/recall.ts';
import { jobId, PROJECT, running, START, subscription, succeeded, unavailable } from '../../kit.ts';
import { events } from '../../core/jobs/events.ts';
import { HOMES, HOUR, MINUTE, SECOND, sweeping } from './world.ts';

const DAY = 24 * HOUR;
let store: SqliteStore;
beforeEach(() => void (store = openStore(':memory:')));
afterEach(() => store.close());

const rowOf = async (n: number) => (await store.jobs.get(`hwc-ecs/${PROJECT}/${jobId(n)}`))!;

describe('a clock that is set back', () => {
  it.each(HOMES)('by a day does not keep jobs from being checked and published, on %s', async (home) => {
    let ended = false;
    const { clock, hand, run, clouds, kinds } = sweeping(store, () => (ended ? succeeded : running), home);
    await hand(20);
    await run(10 * MINUTE);
    clock.pass(-DAY);
    const before = clouds.asked.length;
    await run(2 * MINUTE);
    expect(clouds.asked.length).toBeGreaterThanOrEqual(before + 40);
    // In the table, too: the next process finds them where they belong.
    for (const row of (await store.jobs.list({ limit: 20 })).rows) {
      expect(row.due!.at - clock.now()).toBeLessThan(MINUTE);
    }
    ended = true;
    await run(2 * MINUTE);
    expect(kinds()).toEqual(Array.from({ length: 20 }, () => 'job.succeeded'));
  });

  it('does not keep an origin paused, nor an outbox from being published', async () => {
    let well = false;
    const world = sweeping(store, () => (well ? succeeded : unavailable));
    await world.hand(3);
    await world.run(HOUR);
    expect(world.kinds()).toEqual(['origin.unreachable']);
    world.clock.pass(-DAY);
    well = true;
    // The bus refuses at first: that outbox waits in a queue of its own.
    const { publish } = world.deps.bus;
    world.deps.bus.publish = async (batch) => batch.map(() => ({ outcome: 'refused', detail: 'full' }));
    await world.run(MINUTE);
    world.deps.bus.publish = publish;
    world.clock.pass(-DAY);
    await world.run(2 * MINUTE);
    expect(world.kinds('job')).toEqual(['job.succeeded', 'job.succeeded', 'job.succeeded']);
    expect(world.kinds('origin').at(-1)).toBe('origin.recovered');
  });

  it('by some minutes is made up for where that was seen: everything waits as long as it was meant to', async () => {
    const { clock, deps, hand, run, clouds } = sweeping(store, () => running);
    await hand(5);
    await run(MINUTE);
    const left = (await rowOf(1)).nextCheckAt - clock.now();
    clock.pass(-10 * MINUTE);
    expect(await recall(deps, 10 * MINUTE)).toBe(5);
    expect((await rowOf(1)).due!.at - clock.now()).toBe(left);
    expect((await rowOf(1)).nextCheckAt - clock.now()).toBe(left);
    const before = clouds.asked.length;
    await run(MINUTE);
    expect(clouds.asked.length).toBeGreaterThanOrEqual(before + 5);
  });

  it('lets no target wait, of however many', async () => {
    const { clock, deps } = sweeping(store, () => running);
    const made = [1, 2, 3].map((n) =>
      newEndpoint({ endpoint: `ep_${n}`, subscription: 'hook', channel: 'webhook', shown: 'x' }, clock.now()),
    );
    await store.endpoints.create(made.map((row) => ({ ...row, pausedUntil: clock.now() + HOUR })));
    const list: typeof store.endpoints.list = (query) => store.endpoints.list({ ...query, limit: 1 });
    clock.pass(-DAY);
    await recall({ ...deps, store: { ...deps.store, endpoints: { ...store.endpoints, list } } }, DAY);
    const { rows } = await store.endpoints.list({ limit: 9 });
    expect(rows.map(({ pausedUntil }) => pausedUntil - clock.now())).toEqual([HOUR, HOUR, HOUR]);
  });

  it('before a start is known from rows that were written at a time still to come', async () => {
    const { clock, deps, hand, run, clouds } = sweeping(store, () => running);
    await hand(5);
    await run(MINUTE);
    expect(await recall(deps, null)).toBe(0);
    clock.pass(-10 * MINUTE);
    expect(await recall(deps, null)).toBe(5);
    const before = clouds.asked.length;
    await run(10 * SECOND);
    expect(clouds.asked.length).toBe(before + 5);
  });

  it('is made up for in deliveries and pauses too', async () => {
    const { clock, deps } = sweeping(store, () => running);
    const hook = subscription('ops');
    const delivery = newDelivery(events['job.failed'], hook, hook.targets[0]!, START);
    const at = START + HOUR;
    await store.deliveries.create([{ ...delivery, due: { queue: delivery.due!.queue, at } }]);
    await store.endpoints.create([{ ...newEndpoint(delivery, START), pausedUntil: at }]);
    clock.pass(-30 * MINUTE);
    await recall(deps, 30 * MINUTE);
    expect((await store.deliveries.list({ limit: 1 })).rows[0]!.due!.at).toBe(START + 30 * MINUTE);
    expect((await store.endpoints.list({ limit: 1 })).rows[0]!.pausedUntil).toBe(START + 30 * MINUTE);
  });
});

describe('a clock that is set forward', () => {
  it.each(HOMES)(
    'by sixteen days gives up no job that goes on, and keeps checking when it is right again, on %s',
    async (home) => {
      let ended = false;
      const { clock, hand, run, kinds } = sweeping(store, () => (ended ? succeeded : running), home);
      await hand(3);
      await run(5 * MINUTE);
      clock.pass(16 * DAY);
      await run(5 * MINUTE);
      expect(kinds('job.lost')).toEqual([]);
      clock.pass(-16 * DAY);
      ended = true;
      await run(5 * MINUTE);
      expect(kinds('job.lost')).toEqual([]);
      expect(kinds('job.succeeded')).toHaveLength(3);
    },
  );
});
