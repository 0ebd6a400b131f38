/**
 * Death at every line between two effects. The way from tracking to delivery is walked again and again; each time the
 * process dies right after its nth effect (a write, or a message that left), is started anew over what the table holds,
 * and must still keep the promise: the end of every job is published once to every subscription that wants it, always
 * under one id, and a message goes out twice only where the row says `uncertain`.
 */
import { expect } from 'vitest';
import { createLocalBus } from '../../lib/adapters/bus/local.ts';
import type { Delivery } from '../../lib/core/notify/delivery.ts';
import type { DeliverDeps } from '../../lib/app/deliver/deliver.ts';
import { deliveriesFor, dispatch } from '../../lib/app/deliver/dispatch.ts';
import { drain, endpointsDue, rescue } from '../../lib/app/deliver/drain.ts';
import { CHANNELS } from '../../lib/adapters/channels/registry.ts';
import type { Bus, Channel, Message, Store, Table } from '../../lib/ports.ts';
import type { Row } from '../../lib/core/row.ts';
import { createPacer } from '../../lib/app/sweep/pacer.ts';
import { sweep, type SweepDeps } from '../../lib/app/sweep/sweep.ts';
import { sweepWindow } from '../../lib/app/sweep/sweep-window.ts';
import { track } from '../../lib/app/sweep/track.ts';
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
} from '../kit.ts';

export class Died extends Error {}

/** Counts effects and dies after the one it is told to; a dead one has no further effect. */
export function life(dieAfter: number) {
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

export interface World {
  open: () => Promise<Store & { close(): Promise<void> }>;
  /**
   * Whether one process is all there is: it frees at its start what was claimed. Else claims must run out, and the sweep
   * works in windows, whose checks are kept in memory.
   */
  isAlone: boolean;
  /** Where the store can write an end and what follows from it at once, it does not. */
  inSteps?: boolean;
}

export interface Sabotage {
  store?: (store: Store) => Store;
  bus?: (honest: Bus) => Bus;
  /** Resolves when whatever was put off has happened. */
  atRest?: () => Promise<unknown>;
}

/** Ten minutes; less, once nothing waits any more. */
const MAX_ROUNDS = 30;
const ROUND_MS = 20_000;
const WINDOW_MS = 50_000;
const JOBS = 4;
const SUBSCRIPTIONS = [subscription('all'), subscription('bad', { on: 'failures' })];

/** Walks the whole way, dying after `dieAfter` effects of the first life, then living on. Returns how many effects it saw. */
export async function walk(
  { open, isAlone, inSteps = !isAlone }: World,
  dieAfter: number,
  sabotage: Sabotage = {},
): Promise<number> {
  const world = await open();
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
    const { together, ...single } = real;
    const store: Store = {
      ...single,
      ...(together && !inSteps && { together: living(together, true) }),
      jobs: table(real.jobs),
      origins: table(real.origins),
      deliveries: table(real.deliveries),
      endpoints: table(real.endpoints),
    };
    const subscriptions = { all: async () => SUBSCRIPTIONS };
    const doorbell = { ring: async () => {} };
    const routing = { ...store, subscriptions, doorbell, clock: clock.now };
    const honest = createLocalBus((events) => dispatch(routing, events), {
      deliveries: (events, from) => deliveriesFor(routing, events, from),
      ring: doorbell.ring,
    });
    const bus = sabotage.bus?.(honest) ?? honest;
    const channel: Channel = { send: living((message: Message) => sink.send(message), true) };
    return {
      sweeping: {
        store,
        bus,
        clouds,
        clock: clock.now,
        telemetry,
        policy: POLICY,
        pacer: createPacer(),
        budget: 100,
      },
      delivering: {
        store,
        subscriptions,
        clock: clock.now,
        telemetry,
        rules: CHANNELS,
        channels: { slack: channel, email: channel, webhook: channel },
      },
    };
  };

  const sleep = async (ms: number): Promise<void> => clock.pass(ms);
  let { sweeping, delivering } = born();
  let isTracked = false;
  const round = async () => {
    // The submitter hands the jobs in again until they are taken.
    if (!isTracked) {
      const specs = Array.from({ length: JOBS }, (_, n) => spec(n + 1));
      await track({ ...sweeping, jobs: sweeping.store.jobs }, specs);
      isTracked = true;
    }
    await (isAlone ? sweep(sweeping) : sweepWindow(sweeping, { until: clock.now() + WINDOW_MS, sleep }));
    for (const endpoint of await endpointsDue(delivering, 100)) await drain(delivering, endpoint, () => true);
  };
  const isOver = async (): Promise<boolean> => {
    await sabotage.atRest?.();
    const tables: Pick<Table<Row>, 'queues'>[] = [world.jobs, world.deliveries, world.origins];
    const waiting = await Promise.all(tables.map((t) => t.queues('', Number.MAX_SAFE_INTEGER, 1)));
    return waiting.flat().length === 0;
  };
  for (let n = 0; n < MAX_ROUNDS; n += 1) {
    clock.pass(ROUND_MS);
    await round().catch((error: unknown) => {
      if (!state.dead) throw error;
    });
    if (state.dead) {
      effects = state.effects;
      ({ state, living, table } = life(Infinity));
      ({ sweeping, delivering } = born());
      if (isAlone) await rescue(delivering);
    } else if (await isOver()) break;
  }
  const rows = (await world.deliveries.list({ limit: 1_000 })).rows;
  const jobs = (await world.jobs.list({ limit: 1_000 })).rows;
  await world.close();
  check(jobs.map((j) => j.state).toSorted(), sink.sent, rows);
  return effects || state.effects;
}

function check(states: string[], sent: Message[], rows: Delivery[]): void {
  expect(states).toEqual(['failed', 'succeeded', 'succeeded', 'succeeded']);
  const expected = [...[1, 2, 3, 4].map((n) => `all ${jobId(n)}`), `bad ${jobId(2)}`];
  const emitted = rows.map((r) => `${r.subscription} ${r.event.subject.split('/')[2]}`);
  expect(emitted.toSorted()).toEqual(expected.toSorted());
  expect(rows.every((r) => r.state === 'delivered')).toBe(true);
  for (const row of rows) {
    const times = sent.filter((m) => m.deliveryId === row.id).length;
    const uncertain = row.attempts.filter((a) => a.reason === 'uncertain').length;
    expect(times).toBeGreaterThanOrEqual(1);
    expect(times).toBeLessThanOrEqual(1 + uncertain);
  }
  expect(new Set(rows.map((r) => r.event.metadata.id)).size).toBe(JOBS);
}
