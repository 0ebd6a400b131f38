/**
 * Death at every line between two effects, where a name of a group is used again: a job joins after the group was closed and before it
 * ends, and another after its end. Whichever of the two runs they get into, each job is counted in the end of exactly one.
 */
import { expect } from 'vitest';
import { createLocalBus } from '../../lib/adapters/bus/local.ts';
import { CHANNELS } from '../../lib/adapters/channels/registry.ts';
import type { DeliverDeps } from '../../lib/app/deliver/deliver.ts';
import { deliveriesFor, dispatch } from '../../lib/app/deliver/dispatch.ts';
import { drain, endpointsDue, rescue } from '../../lib/app/deliver/drain.ts';
import { allMembers } from '../../lib/app/sweep/count-group.ts';
import { createPacer } from '../../lib/app/sweep/pacer.ts';
import { sweep, type SweepDeps } from '../../lib/app/sweep/sweep.ts';
import { sweepWindow } from '../../lib/app/sweep/sweep-window.ts';
import { track } from '../../lib/app/sweep/track.ts';
import type { Row } from '../../lib/core/row.ts';
import type { Message, Store, Table } from '../../lib/ports.ts';
import {
  failed,
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
import { life, type World } from './walk.ts';

/** Which jobs are handed in together, and in which round at the earliest. */
const HANDED: readonly { round: number; jobs: readonly number[]; expect?: number }[] = [
  { round: 0, jobs: [1, 2], expect: 2 },
  { round: 3, jobs: [3] },
  { round: 14, jobs: [4], expect: 1 },
];
const JOBS = 4;
const SUBSCRIPTIONS = [subscription('people', { channel: 'slack' })];

/** Walks the whole way, dying after `dieAfter` effects of the first life, then living on. Returns how many effects it saw. */
export async function walkGenerations({ open, isAlone }: World, dieAfter: number): Promise<number> {
  const world = await open();
  const clock = testClock();
  const telemetry = recordingTelemetry();
  const clouds = scriptedClouds((job, nth) => {
    const n = Number.parseInt(job.jobId, 16);
    return nth < (n === 2 ? 6 : 2) ? running : n === 1 ? failed : succeeded;
  });
  const sink = scriptedChannel(() => ok);
  let { state, living, table } = life(dieAfter);
  let effects = 0;
  const born = (): { sweeping: SweepDeps; delivering: DeliverDeps } => {
    const { together: _, ...single } = world;
    const store: Store = {
      ...single,
      jobs: table(world.jobs),
      events: { ...world.events, create: (rows) => living(world.events.create, true)(rows) },
      deliveries: table(world.deliveries),
      groups: table(world.groups),
      members: table(world.members),
    };
    const subscriptions = { all: async () => SUBSCRIPTIONS };
    const doorbell = { ring: async () => {} };
    const routing = {
      ...store,
      subscriptions,
      doorbell,
      clock: clock.now,
      folding: { ...store, rules: CHANNELS },
    };
    const bus = createLocalBus((events) => dispatch(routing, events), {
      deliveries: (events, from) => deliveriesFor(routing, events, from),
      ring: doorbell.ring,
    });
    const channel = { send: living((message: Message) => sink.send(message), true) };
    const shared = { store, clock: clock.now, telemetry };
    return {
      sweeping: { ...shared, bus, clouds, policy: POLICY, pacer: createPacer(), budget: 100 },
      delivering: { ...shared, subscriptions, rules: CHANNELS, channels: { slack: channel } },
    };
  };
  let { sweeping, delivering } = born();
  const waiting = [...HANDED];
  const sleep = async (ms: number): Promise<void> => clock.pass(ms);
  for (let n = 0; n < 120; n += 1) {
    clock.pass(20_000);
    try {
      // The submitter hands the jobs in again until they are taken.
      const next = waiting[0];
      if (next && next.round <= n) {
        const specs = next.jobs.map((one) =>
          spec(one, { group: 'apply-42', ...(next.expect !== undefined && { expect: next.expect }) }),
        );
        await track({ ...sweeping, jobs: sweeping.store.jobs, groups: sweeping.store }, specs);
        waiting.shift();
      }
      await (isAlone ? sweep(sweeping) : sweepWindow(sweeping, { until: clock.now() + 15_000, sleep }));
      for (const endpoint of await endpointsDue(delivering, 9)) await drain(delivering, endpoint, () => true);
    } catch (error) {
      if (!state.dead) throw error;
    }
    if (state.dead) {
      effects ||= state.effects;
      ({ state, living, table } = life(Infinity));
      ({ sweeping, delivering } = born());
      if (isAlone) await rescue(delivering);
    } else if (waiting.length === 0 && (await isOver(world))) break;
  }
  const late = await check(world);
  // Undisturbed, one joins between the close and the end.
  if (dieAfter === Infinity) expect(late).toBe(1);
  await world.close();
  return effects || state.effects;
}

async function isOver({ jobs, deliveries, groups }: Store): Promise<boolean> {
  const tables: Pick<Table<Row>, 'queues'>[] = [jobs, deliveries, groups];
  const left = await Promise.all(tables.map((one) => one.queues('', Number.MAX_SAFE_INTEGER, 1)));
  return left.flat().length === 0;
}

/** Answers how many joined late. */
async function check(world: Store): Promise<number> {
  const runs = (await world.groups.list({ limit: 9 })).rows;
  expect(runs.map((run) => [run.state, run.outbox.length, run.due])).toEqual(
    runs.map(() => ['ended', 0, null]),
  );
  expect(runs.length).toBeGreaterThanOrEqual(2);
  const jobs = (await world.jobs.list({ limit: 9 })).rows;
  expect(jobs).toHaveLength(JOBS);
  const counted: string[] = [];
  for (const run of runs) {
    const { counts } = run.end!;
    const members = await allMembers(world, run);
    const own = jobs.filter(({ group }) => group?.key === run.key);
    expect(
      members
        .filter(({ state }) => state !== 'removed')
        .map(({ job }) => job)
        .toSorted(),
    ).toEqual(own.map(({ key }) => key).toSorted());
    expect(counts.total - counts.removed).toBe(own.length);
    expect(counts.succeeded + counts.failed).toBe(own.length);
    counted.push(...own.map(({ key }) => key));
  }
  expect(counted.toSorted()).toEqual(jobs.map(({ key }) => key).toSorted());
  const rows = (await world.deliveries.list({ limit: 99 })).rows;
  // One message of each run, in which its jobs are told of and no others.
  const ended = rows.filter(({ event }) => event.kind === 'group.ended');
  expect(ended).toHaveLength(runs.length);
  for (const row of rows.filter(({ event }) => event.kind.startsWith('job.'))) {
    const job = jobs.find(({ key }) => key === row.event.subject)!;
    const message = ended.find(({ event }) => event.subject === `group/${job.group!.key}`)!;
    expect([row.state, row.fold?.into, row.due]).toEqual(['folded', message.key, null]);
  }
  expect(rows.filter(({ event }) => event.kind.startsWith('job.'))).toHaveLength(JOBS);
  expect(ended.every(({ state }) => state === 'delivered')).toBe(true);
  return runs.reduce((sum, run) => sum + run.end!.counts.late, 0);
}
