import { afterEach, beforeEach, expect, it } from 'vitest';
import { createLocalBus } from '../../../lib/adapters/bus/local.ts';
import { CHANNELS } from '../../../lib/adapters/channels/registry.ts';
import { openStore, type SqliteStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { deliveriesFor } from '../../../lib/app/deliver/dispatch.ts';
import { rescue } from '../../../lib/app/deliver/drain.ts';
import { emitJob } from '../../../lib/app/sweep/publish.ts';
import type { Event } from '../../../lib/core/jobs/event.ts';
import { newJob, type Job } from '../../../lib/core/jobs/job.ts';
import { decide } from '../../../lib/core/jobs/transition.ts';
import { newEndpoint } from '../../../lib/core/notify/endpoint.ts';
import type { Receipt } from '../../../lib/core/notify/delivery.ts';
import { NEW_PACE } from '../../../lib/core/jobs/pace.ts';
import type { Subscription } from '../../../lib/core/notify/subscription.ts';
import { createSends } from '../../../lib/wire/local/sends.ts';
import { events } from '../../core/jobs/events.ts';
import {
  dispatchStored,
  failed,
  ok,
  pattern,
  POLICY,
  recordingTelemetry,
  spec,
  START,
  subscription,
  testClock,
} from '../../kit.ts';

let store: SqliteStore;
beforeEach(() => void (store = openStore(':memory:')));
afterEach(() => store.close());

const info = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
let made = 0;
const event = (): Event => {
  const one = events['job.failed'];
  return { ...one, metadata: { ...one.metadata, id: `evt_${(made += 1)}` } };
};

/** Sends to one webhook, which answers as `answer` says. */
function start(
  answer: () => Receipt | Promise<Receipt> = () => ok,
  also: Partial<SqliteStore> = {},
  over: Partial<Subscription> = {},
) {
  const clock = testClock();
  const hook = subscription('hook', { on: 'everything', ...over });
  const subscriptions = { all: async () => [hook] };
  const sent: string[] = [];
  const webhook = {
    send: async ({ deliveryId }: { deliveryId: string }) => {
      sent.push(deliveryId);
      return answer();
    },
  };
  const telemetry = recordingTelemetry();
  const all = { ...store, ...also };
  const deps = { store: all, subscriptions, channels: { webhook }, clock: clock.now, telemetry };
  const sends = createSends({ ...deps, rules: CHANNELS });
  const doorbell = { ring: async (rows: Parameters<typeof sends.rung>[0]) => sends.rung(rows) };
  const { atOnce } = sends;
  const routing = { ...all, subscriptions, doorbell, clock: clock.now, atOnce };
  const bus = createLocalBus(async () => {}, {
    deliveries: (built, from) => deliveriesFor(routing, built, from),
    ring: doorbell.ring,
    atOnce,
  });
  return {
    clock,
    sent,
    sends,
    hook,
    lines: telemetry.lines,
    hand: (...handed: Event[]) => dispatchStored(routing, handed),
    emit: (job: Job) => emitJob({ store: all, bus, clock: clock.now, telemetry }, job, store.jobs.save),
    rows: async () => (await store.deliveries.list({ limit: 100 })).rows,
  };
}
const ended = async (n: number): Promise<Job> => {
  const [tracked] = await store.jobs.create([newJob(spec(n), info, START, START)]);
  return decide(tracked!.row, failed, START, POLICY, 0).job;
};

it('what nothing waits before is stored as claimed, sent, and recorded: two writes', async () => {
  const { emit, sends, rows, sent } = start();
  await emit(await ended(1));
  await sends.stop();
  const [row] = await rows();
  expect(row).toMatchObject({ state: 'delivered', version: 2, due: null, spent: 1 });
  expect(row!.attempts).toMatchObject([{ reason: 'ok', counts: true }]);
  expect(sent).toEqual([row!.id]);
});

it.each([
  ['that is told to one target', ['job.failed'], { channel: 'webhook', outcome: 'delivered' }],
  ['that nobody is told of', ['job.succeeded'], { outcome: 'accepted' }],
])('an end %s is one line of the log', async (_, kinds, told) => {
  const only = { pattern: pattern({ 'detail-type': kinds }) };
  const { emit, sends, lines } = start(() => ok, {}, only);
  await emit(await ended(1));
  await sends.stop();
  expect(lines.filter(({ level }) => level !== 'debug')).toMatchObject([{ kind: 'job.failed', ...told }]);
});

it('a process that dies between storing and sending leaves it to the next one, which says that it is uncertain', async () => {
  const { hand, rows, clock, sent, sends } = start(() => ok, {
    deliveries: {
      ...store.deliveries,
      create: async (fresh) => {
        await store.deliveries.create(fresh);
        throw new Error('killed');
      },
    },
  });
  await expect(hand(event())).rejects.toThrow('killed');
  await sends.stop();
  expect(sent).toEqual([]);
  expect(await rows()).toMatchObject([{ state: 'sending', attempts: [{ reason: null }] }]);
  const next = start();
  expect(await rescue({ store, clock: clock.now })).toBe(1);
  await next.sends.wake();
  await next.sends.stop();
  expect(await rows()).toMatchObject([
    { state: 'delivered', attempts: [{ reason: 'uncertain' }, { reason: 'ok' }] },
  ]);
});

it('a delivery that was there already is not sent once more', async () => {
  const { hand, sent, sends, rows } = start();
  const one = event();
  await hand(one);
  await hand(one);
  await hand(one);
  await sends.stop();
  expect(sent).toHaveLength(1);
  expect(await rows()).toMatchObject([{ state: 'delivered', version: 2 }]);
});

it('an end that loses its race sends nothing, and keeps no place from others', async () => {
  const { emit, sent, sends, rows } = start();
  for (let n = 1; n <= 20; n += 1) {
    const job = await ended(n);
    await store.jobs.save({ ...job, outbox: [] });
    expect(await emit(job)).toEqual({ outcome: 'raced' });
  }
  expect(sent).toEqual([]);
  await emit(await ended(21));
  await sends.stop();
  expect(await rows()).toMatchObject([{ state: 'delivered', version: 2 }]);
});

it('no more goes at once than there are places; the rest waits, what comes then waits behind it, and all arrive', async () => {
  const under: (() => void)[] = [];
  const { hand, sends, rows } = start(() => new Promise((resolve) => under.push(() => resolve(ok))));
  await hand(...Array.from({ length: 10 }, event));
  const states = async () => (await rows()).map(({ state }) => state).toSorted();
  expect(await states()).toEqual(['pending', 'pending', ...Array<string>(8).fill('sending')]);
  await hand(event());
  expect((await states()).filter((state) => state === 'pending')).toHaveLength(3);
  const letting = setInterval(() => under.splice(0).forEach((letGo) => letGo()), 1);
  await expect.poll(states).toEqual(Array<string>(11).fill('delivered'));
  clearInterval(letting);
  await sends.stop();
});

it('to a target that takes nothing now nothing goes at once', async () => {
  const { hand, sent, sends, rows, hook, clock } = start();
  const { endpoint, shown } = hook.targets[0]!;
  const known = newEndpoint({ endpoint, subscription: 'hook', channel: 'webhook', shown }, clock.now());
  await store.endpoints.create([{ ...known, pausedUntil: clock.now() + 60_000 }]);
  await hand(event());
  await sends.stop();
  expect(sent).toEqual([]);
  expect((await rows())[0]!.attempts).toEqual([]);
});

it.each([
  ['has a pace', { pace: { ...NEW_PACE, rate: 1, changedAt: START } }, {}],
  ['did not take the message before', { outage: { since: START } }, {}],
  ['wants the events of a job in their order', {}, { ordered: true as const }],
])('to a target that %s nothing goes at once', async (_, health, over) => {
  const { hand, sent, sends, rows, hook, clock } = start(() => ok, {}, over);
  const { endpoint, shown } = hook.targets[0]!;
  const known = newEndpoint({ endpoint, subscription: 'hook', channel: 'webhook', shown }, clock.now());
  await store.endpoints.create([{ ...known, ...health }]);
  const stopped = sends.stop();
  await hand(event());
  await stopped;
  expect(sent).toEqual([]);
  expect(await rows()).toMatchObject([{ state: 'pending', version: 1 }]);
});

it('to a target that has not answered for two seconds nothing more goes at once', async () => {
  const under: (() => void)[] = [];
  const { hand, sends, rows, clock } = start(() => new Promise((resolve) => under.push(() => resolve(ok))));
  await hand(event());
  clock.pass(2_001);
  const stopped = sends.stop();
  await hand(event());
  expect((await rows()).map(({ state }) => state).toSorted()).toEqual(['pending', 'sending']);
  under.forEach((letGo) => letGo());
  await stopped;
});

it('a stop waits until what went at once is recorded', async () => {
  let letGo = (): void => {};
  const { hand, sends, rows } = start(() => new Promise((resolve) => (letGo = () => resolve(ok))));
  await hand(event());
  let isStopped = false;
  const stopped = sends.stop().then(() => (isStopped = true));
  await new Promise(setImmediate);
  expect(isStopped).toBe(false);
  letGo();
  await stopped;
  expect(await rows()).toMatchObject([{ state: 'delivered' }]);
});
