/**
 * The same for a target that fails, is disabled and recovers: a process that dies after any effect has told of each once, under one id,
 * and lost nothing that is kept.
 */
import { expect } from 'vitest';
import { createLocalBus } from '../../lib/adapters/bus/local.ts';
import { openStore } from '../../lib/adapters/store/sqlite/index.ts';
import { deliveriesFor, dispatch } from '../../lib/app/deliver/dispatch.ts';
import { drain, endpointsDue, rescue } from '../../lib/app/deliver/drain.ts';
import { releaseHeld } from '../../lib/app/deliver/release.ts';
import { publishDue } from '../../lib/app/sweep/publish.ts';
import { jobEvent } from '../../lib/core/jobs/event.ts';
import { newJob } from '../../lib/core/jobs/job.ts';
import { decide } from '../../lib/core/jobs/transition.ts';
import type { Receipt } from '../../lib/core/notify/delivery.ts';
import type { Channel, Message, Store } from '../../lib/ports.ts';
import {
  dispatchStored,
  failed,
  ok,
  POLICY,
  recordingTelemetry,
  rulesWith,
  scriptedChannel,
  spec,
  START,
  subscription,
  testClock,
} from '../kit.ts';
import { life, type World } from './walk.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const DOWN: Receipt = { kind: 'retry', reason: 'server_error', detail: 'HTTP 500' };
const INFO = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
const BROKEN = subscription('broken', { on: 'endings' });
const OTHER = subscription('other', { channel: 'slack', on: 'failures' });
const KINDS = ['subscription.failing', 'delivery.failed', 'subscription.disabled', 'subscription.recovered'];
/** When something happens that is to be told, and how many rounds of two hours then follow. */
const HAPPENS: readonly [at: number, rounds: number][] = [
  [START, 4],
  [START + 5.25 * DAY, 8],
];

/** Dies after `dieAfter` effects of the first life. Returns how many effects it saw. */
export async function walkOutage(
  dieAfter: number,
  inSteps: boolean,
  open: World['open'] = async () => openStore(':memory:'),
): Promise<number> {
  const world = await open();
  const clock = testClock();
  const telemetry = recordingTelemetry();
  const isRepaired = (): boolean => clock.now() >= START + 5.5 * DAY;
  const sink = scriptedChannel(({ target }) =>
    target.shown === BROKEN.targets[0]!.shown && !isRepaired() ? DOWN : ok,
  );
  const subscriptions = { all: async () => [BROKEN, OTHER] };
  const doorbell = { ring: async () => {} };
  let effects = 0;

  function born(dies: number) {
    const { state, living, table } = life(dies);
    const { together, ...single } = world;
    const store: Store = {
      ...single,
      ...(!inSteps && { together: living(together!, true) }),
      deliveries: table(world.deliveries),
      endpoints: table(world.endpoints),
    };
    const routing = { ...store, subscriptions, doorbell, clock: clock.now };
    const bus = createLocalBus((events) => dispatch(routing, events), {
      deliveries: (events, from) => deliveriesFor(routing, events, from),
      ring: doorbell.ring,
    });
    const channel: Channel = { send: living((message: Message) => sink.send(message), true) };
    const channels = { slack: channel, email: channel, webhook: channel };
    const base = { store, subscriptions, clock: clock.now, telemetry };
    return { state, bus, doorbell, channels, rules: rulesWith([HOUR]), ...base };
  }

  let parts = born(dieAfter);
  for (const [n, [at, rounds]] of HAPPENS.entries()) {
    clock.pass(at - clock.now());
    const { job } = decide(newJob(spec(n), INFO, START, START), failed, START, POLICY);
    const routing = { ...world, subscriptions, doorbell, clock: clock.now };
    await dispatchStored(routing, [jobEvent(job, job.outbox[0]!)]);
    for (let round = 0; round < rounds; round += 1) {
      try {
        await publishDue(parts, 100);
        await releaseHeld(parts, 100);
        for (const endpoint of await endpointsDue(parts, 100)) await drain(parts, endpoint, () => true);
      } catch (error) {
        if (!parts.state.dead) throw error;
      }
      if (parts.state.dead) {
        effects = parts.state.effects;
        parts = born(Infinity);
        await rescue(parts);
      }
      clock.pass(2 * HOUR);
    }
  }
  const rows = (await world.deliveries.list({ limit: 1_000 })).rows;
  await world.close();

  const told = rows.filter(({ subscription: id, event }) => id === 'other' && KINDS.includes(event.kind));
  expect(told.map(({ event }) => event.kind).toSorted()).toEqual(KINDS.toSorted());
  expect(rows.some((row) => row.subscription === 'broken' && KINDS.includes(row.event.kind))).toBe(false);
  expect(rows.filter(({ state }) => state !== 'delivered' && state !== 'failed')).toEqual([]);
  for (const row of rows.filter(({ state }) => state === 'delivered')) {
    const arrived = sink.sent.filter((m) => m.deliveryId === row.id).length;
    const others = row.attempts.filter(({ reason }) => reason !== 'ok').length;
    expect(arrived).toBeLessThanOrEqual(1 + others);
  }
  return effects || parts.state.effects;
}
