/** Death at every line between two effects, on the way of a group from its first member to its message. */
import { expect } from 'vitest';
import { createLocalBus } from '../../lib/adapters/bus/local.ts';
import { CHANNELS } from '../../lib/adapters/channels/registry.ts';
import type { DeliverDeps } from '../../lib/app/deliver/deliver.ts';
import { deliveriesFor, dispatch } from '../../lib/app/deliver/dispatch.ts';
import { drain, endpointsDue, rescue } from '../../lib/app/deliver/drain.ts';
import { createPacer } from '../../lib/app/sweep/pacer.ts';
import { sweep, type SweepDeps } from '../../lib/app/sweep/sweep.ts';
import { sweepWindow } from '../../lib/app/sweep/sweep-window.ts';
import { track } from '../../lib/app/sweep/track.ts';
import type { Row } from '../../lib/core/row.ts';
import type { Channel, Message, Store, Table } from '../../lib/ports.ts';
import {
  failed,
  ok,
  pattern,
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
import { life, type World } from './walk.ts';

const JOBS = 2;
const SUBSCRIPTIONS = [
  subscription('hook'),
  subscription('people', { on: 'failures', channel: 'slack' }),
  // No event of a group has labels.
  subscription('web', {
    channel: 'slack',
    pattern: pattern({ detail: { data: { job: { labels: { team: ['web'] } } } } }),
  }),
];

/** Walks the whole way, dying after `dieAfter` effects of the first life, then living on. Returns how many effects it saw. */
export async function walkRun({ open, isAlone, inSteps }: World, dieAfter: number): Promise<number> {
  const world = await open();
  const clock = testClock();
  const telemetry = recordingTelemetry();
  const clouds = scriptedClouds((job, nth) => {
    const n = Number.parseInt(job.jobId, 16);
    return nth < n + 1 ? running : n === 1 ? failed : succeeded;
  });
  const sink = scriptedChannel(() => ok);
  let { state, living, table } = life(dieAfter);
  let effects = 0;

  const born = (): { sweeping: SweepDeps; delivering: DeliverDeps } => {
    const { together, ...single } = world;
    const store: Store = {
      ...single,
      ...(together && !inSteps && { together: living(together, true) }),
      jobs: table(world.jobs),
      events: { ...world.events, create: (rows) => living(world.events.create, true)(rows) },
      deliveries: table(world.deliveries),
      groups: table(world.groups),
      members: table(world.members),
    };
    const subscriptions = { all: async () => SUBSCRIPTIONS };
    const doorbell = { ring: async () => {} };
    const folding = { ...store, rules: CHANNELS };
    const routing = { ...store, subscriptions, doorbell, clock: clock.now, folding };
    const bus = createLocalBus((events) => dispatch(routing, events), {
      deliveries: (events, from) => deliveriesFor(routing, events, from),
      ring: doorbell.ring,
    });
    const channel: Channel = { send: living((message: Message) => sink.send(message), true) };
    const shared = { store, clock: clock.now, telemetry };
    return {
      sweeping: { ...shared, bus, clouds, policy: POLICY, pacer: createPacer(), budget: 100 },
      delivering: {
        ...shared,
        subscriptions,
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
      const specs = Array.from({ length: JOBS }, (_, n) =>
        spec(n + 1, { group: 'apply-42', expect: JOBS, labels: { team: 'web' } }),
      );
      await track({ ...sweeping, jobs: sweeping.store.jobs, groups: sweeping.store }, specs);
      isTracked = true;
    }
    await (isAlone ? sweep(sweeping) : sweepWindow(sweeping, { until: clock.now() + 50_000, sleep }));
    for (const endpoint of await endpointsDue(delivering, 100)) await drain(delivering, endpoint, () => true);
  };
  const isOver = async (): Promise<boolean> => {
    const tables: Pick<Table<Row>, 'queues'>[] = [world.jobs, world.deliveries, world.groups];
    const waiting = await Promise.all(tables.map((t) => t.queues('', Number.MAX_SAFE_INTEGER, 1)));
    return waiting.flat().length === 0;
  };
  for (let n = 0; n < 60; n += 1) {
    clock.pass(20_000);
    await round().catch((error: unknown) => {
      if (!state.dead) throw error;
    });
    if (state.dead) {
      effects ||= state.effects;
      ({ state, living, table } = life(Infinity));
      ({ sweeping, delivering } = born());
      if (isAlone) await rescue(delivering);
    } else if (await isOver()) break;
  }
  await check(world, sink.sent);
  await world.close();
  return effects || state.effects;
}

async function check(world: Store, sent: Message[]): Promise<void> {
  const groups = (await world.groups.list({ limit: 9 })).rows;
  expect(groups).toMatchObject([
    {
      state: 'ended',
      closedBy: 'expect',
      outbox: [],
      due: null,
      end: { counts: { total: 2, succeeded: 1, failed: 1 } },
    },
  ]);
  const rows = (await world.deliveries.list({ limit: 1_000 })).rows;
  const told = (name: string, state: string): string[] =>
    rows
      .filter((row) => row.subscription === name && row.state === state)
      .map((row) => row.event.kind)
      .toSorted();
  const jobs = ['job.failed', 'job.succeeded'];
  const ofGroup = ['group.ended', ...(groups[0]!.emitted.includes('group.failing') ? ['group.failing'] : [])];
  expect(told('hook', 'delivered')).toEqual([...ofGroup, ...jobs]);
  expect(told('people', 'delivered')).toEqual(ofGroup);
  expect(told('people', 'folded')).toEqual(['job.failed']);
  expect(told('web', 'delivered')).toEqual(ofGroup);
  expect(told('web', 'folded')).toEqual(jobs);
  // Each in exactly one message of its own target.
  const ended = new Map(rows.filter((row) => row.event.kind === 'group.ended').map((row) => [row.key, row]));
  for (const row of rows.filter(({ state }) => state === 'folded'))
    expect(ended.get(row.fold!.into!)).toMatchObject({
      subscription: row.subscription,
      endpoint: row.endpoint,
    });
  for (const row of rows.filter(({ state }) => state === 'delivered')) {
    const times = sent.filter((m) => m.deliveryId === row.id).length;
    const uncertain = row.attempts.filter((a) => a.reason === 'uncertain').length;
    expect(times).toBeGreaterThanOrEqual(1);
    expect(times).toBeLessThanOrEqual(1 + uncertain);
  }
  expect(rows.every(({ state }) => state === 'folded' || state === 'delivered')).toBe(true);
}
