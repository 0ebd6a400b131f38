/**
 * Death at every line between two effects. The way from tracking to delivery is walked again and again; each time the
 * process dies right after its nth effect (a write, or a message that left), is started anew over what the table holds,
 * and must still keep the promise: every job that ended is announced once to every subscription that wants it, always
 * under one id, and a message goes out twice only where the row says `uncertain`.
 */
import { describe, expect, it } from 'vitest';
import { createLocalBus } from '../lib/bus/local.ts';
import type { Delivery } from '../lib/notify/delivery.ts';
import type { DeliverDeps } from '../lib/notify/deliver.ts';
import { dispatch } from '../lib/notify/dispatch.ts';
import { drain, endpointsDue, rescue } from '../lib/notify/drain.ts';
import { SCHEDULES } from '../lib/notify/retry.ts';
import type { Bus, Channel, Message, Store, Table } from '../lib/ports.ts';
import type { Row } from '../lib/jobs/row.ts';
import { openStore } from '../lib/store/sqlite/index.ts';
import { sweep, type SweepDeps } from '../lib/sweep/sweep.ts';
import { track } from '../lib/sweep/track.ts';
import { brokenStore } from './kill/broken.ts';
import {
  failed,
  jobId,
  ok,
  POLICY,
  recordingTelemetry,
  running,
  scriptedChannel,
  scriptedClouds,
  spec,
  subscription,
  succeeded,
  testClock,
} from './kit.ts';

class Died extends Error {}

/** Counts effects and dies after the one it is told to; whoever is dead has no further effect. */
function life(dieAfter: number) {
  const state = { effects: 0, dead: false };
  const living =
    <A extends unknown[], T>(work: (...args: A) => Promise<T>, effect: boolean) =>
    async (...args: A): Promise<T> => {
      if (state.dead) throw new Died();
      const result = await work(...args);
      if (effect) state.effects += 1;
      if (state.effects >= dieAfter) state.dead = true;
      if (state.dead) throw new Died();
      return result;
    };
  const table = <R extends Row>(t: Table<R>): Table<R> => ({
    create: (rows) => living(t.create, rows.length > 0)(rows),
    save: living(t.save, true),
    remove: living(t.remove, true),
    get: living(t.get, false),
    due: living(t.due, false),
    queues: living(t.queues, false),
    depth: living(t.depth, false),
    list: living(t.list, false),
  });
  return { state, living, table };
}

type Sabotage = {
  store?: (store: Store) => Store;
  bus?: (honest: Bus) => Bus;
};

const JOBS = 4;
const SUBSCRIPTIONS = [subscription('all'), subscription('bad', { on: 'failures' })];

/** Walks the whole way, dying after `dieAfter` effects of the first life, then living on. Returns how many effects it saw. */
async function walk(dieAfter: number, sabotage: Sabotage = {}): Promise<number> {
  const world = openStore(':memory:');
  const clock = testClock();
  const telemetry = recordingTelemetry();
  const clouds = scriptedClouds((job, nth) =>
    nth < 2 ? running : job.jobId === jobId(2) ? failed : succeeded,
  );
  const sink = scriptedChannel(() => ok);
  let { state, living, table } = life(dieAfter);
  let effects = 0;

  const born = (): { sweeping: SweepDeps; delivering: DeliverDeps } => {
    const real = sabotage.store?.(world) ?? world;
    const store: Store = {
      jobs: table(real.jobs),
      origins: table(real.origins),
      deliveries: table(real.deliveries),
      endpoints: table(real.endpoints),
    };
    const subscriptions = { all: async () => SUBSCRIPTIONS };
    const doorbell = { ring: async () => {} };
    const honest = createLocalBus((events) =>
      dispatch({ deliveries: store.deliveries, subscriptions, doorbell, clock: clock.now }, events),
    );
    const bus = sabotage.bus?.(honest) ?? honest;
    const channel: Channel = { send: living((message: Message) => sink.send(message), true) };
    return {
      sweeping: { store, bus, clouds, clock: clock.now, telemetry, policy: POLICY, budget: 100 },
      delivering: {
        store,
        subscriptions,
        clock: clock.now,
        telemetry,
        schedules: SCHEDULES,
        channels: { slack: channel, email: channel, webhook: channel },
      },
    };
  };

  let { sweeping, delivering } = born();
  const round = async () => {
    await track(
      { ...sweeping, jobs: sweeping.store.jobs },
      Array.from({ length: JOBS }, (_, n) => spec(n + 1)),
    );
    await sweep(sweeping);
    for (const endpoint of await endpointsDue(delivering, 100)) await drain(delivering, endpoint, () => true);
  };
  for (let n = 0; n < 60; n += 1) {
    clock.pass(10_000);
    await round().catch((error: unknown) => {
      if (!state.dead) throw error;
    });
    if (state.dead) {
      effects = state.effects;
      ({ state, living, table } = life(Infinity));
      ({ sweeping, delivering } = born());
      await rescue(delivering);
    }
  }
  const rows = (await world.deliveries.list({ limit: 1_000 })).rows;
  const jobs = (await world.jobs.list({ limit: 1_000 })).rows;
  world.close();
  check(jobs.map((j) => j.state).toSorted(), sink.sent, rows);
  return effects || state.effects;
}

function check(states: string[], sent: Message[], rows: Delivery[]): void {
  expect(states).toEqual(['failed', 'succeeded', 'succeeded', 'succeeded']);
  const expected = [...[1, 2, 3, 4].map((n) => `all ${jobId(n)}`), `bad ${jobId(2)}`];
  const announced = rows.map((r) => `${r.subscription} ${r.event.subject.split('/')[2]}`);
  expect(announced.toSorted()).toEqual(expected.toSorted());
  expect(rows.every((r) => r.state === 'delivered')).toBe(true);
  for (const row of rows) {
    const times = sent.filter((m) => m.deliveryId === row.id).length;
    const uncertain = row.attempts.filter((a) => a.reason === 'uncertain').length;
    expect(times).toBeGreaterThanOrEqual(1);
    expect(times).toBeLessThanOrEqual(1 + uncertain);
  }
  expect(new Set(rows.map((r) => r.event.metadata.id)).size).toBe(JOBS);
}

describe('a process that dies', () => {
  it('after any of its effects keeps the promise', async () => {
    const effects = await walk(Infinity);
    expect(effects).toBeGreaterThan(25);
    for (let n = 1; n <= effects; n += 1) await walk(n);
  });

  /** Finds the moments at which a broken rule breaks the promise. */
  async function losses(sabotage: Sabotage): Promise<number> {
    // Without a death even a broken rule keeps the promise: it is the death that shows what the rule is for.
    await walk(Infinity, sabotage);
    let lost = 0;
    for (let n = 1; n <= 40; n += 1) await walk(n, sabotage).catch(() => (lost += 1));
    return lost;
  }

  it('would lose events if a settled row did not carry its news (rule 2 broken on purpose)', async () => {
    expect(await losses({ store: brokenStore })).toBeGreaterThan(0);
  });

  it('would lose events if the bus acknowledged before it stored the deliveries (rule 4 broken on purpose)', async () => {
    const hasty = (honest: Bus): Bus => ({
      async publish(events) {
        setTimeout(() => void honest.publish(events), 5);
        return events.map(() => ({ outcome: 'accepted' as const }));
      },
    });
    expect(await losses({ bus: hasty })).toBeGreaterThan(0);
  });
});
