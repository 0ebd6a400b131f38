import { createLocalBus } from '../../../../lib/adapters/bus/local.ts';
import type { Event } from '../../../../lib/core/jobs/event.ts';
import { createSubscriptions } from '../../../../lib/app/deliver/all-subscriptions.ts';
import type { Receipt } from '../../../../lib/core/notify/delivery.ts';
import { dispatch } from '../../../../lib/app/deliver/dispatch.ts';
import { drain, endpointsDue } from '../../../../lib/app/deliver/drain.ts';
import { endpointId } from '../../../../lib/core/notify/endpoint.ts';
import { newStored } from '../../../../lib/core/notify/stored-subscription.ts';
import { enable, releaseHeld } from '../../../../lib/app/deliver/release.ts';
import { CHANNELS } from '../../../../lib/adapters/channels/registry.ts';
import type { Bus, Store } from '../../../../lib/ports.ts';
import { createPacer } from '../../../../lib/app/sweep/pacer.ts';
import { sweep, type SweepDeps } from '../../../../lib/app/sweep/sweep.ts';
import { track } from '../../../../lib/app/sweep/track.ts';
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
  START,
  subscription,
  succeeded,
  testClock,
  throttled,
} from '../../../kit.ts';

const GONE: Receipt = { kind: 'never', reason: 'gone', detail: 'HTTP 410', disable: true };
const BROKEN: Receipt = { kind: 'retry', reason: 'server_error', detail: 'HTTP 500' };

const OPS = subscription('ops');
const FAILURES = subscription('failures', { on: 'failures' });
const QUIET = subscription('quiet');
const SOMEBODY = 'mailto:somebody@example.com';
/** Made at run time: who works on the store knows it only from there. */
const MAILED = newStored(
  'sub_1',
  'active',
  {
    name: 'mailed',
    on: 'endings',
    pattern: null,
    channel: 'email',
    endpoint: endpointId('email', 'list@example.com'),
    shown: 'list@example.com',
    address: 'list@example.com',
    signingKeys: [],
    confirmation: null,
  },
  START,
);

/** How the world answers; it changes while jobs live. */
export interface Weather {
  /** The bus takes events over, but the answer is lost, as when a process dies right then. */
  acksAreLost: boolean;
  /** Nothing comes out of this receiver but 410. */
  failuresIsGone: boolean;
  mailIsBroken: boolean;
}

/** Jobs 1, 3, 4 and 6 end; 2 and 7 go on; the origin of 5 throttles. */
const ENDS: Record<string, typeof succeeded> = {
  [jobId(1)]: succeeded,
  [jobId(3)]: failed,
  [jobId(4)]: succeeded,
  [jobId(6)]: failed,
};

/** Everything that works on a store, on a clock of its own. */
export function life(store: Store, at = START) {
  const clock = testClock(at);
  const telemetry = recordingTelemetry();
  const weather: Weather = { acksAreLost: false, failuresIsGone: true, mailIsBroken: true };
  const ends = { ...ENDS };
  const events: Event[] = [];
  const clouds = scriptedClouds((job) => {
    if (job.origin === 'otc-ecs' && clock.now() < START + 300_000) return throttled;
    return ends[job.jobId] ?? running;
  });
  const webhook = scriptedChannel(({ target }) =>
    weather.failuresIsGone && target.endpoint === FAILURES.targets[0]!.endpoint ? GONE : ok,
  );
  const email = scriptedChannel(() => (weather.mailIsBroken ? BROKEN : ok));
  const subscriptions = createSubscriptions({
    fixed: () => [OPS, FAILURES, QUIET],
    stored: store.subscriptions,
    revision: store.routingRevision,
    open: () => null,
    forget() {},
    clock: clock.now,
    telemetry,
  });
  const doorbell = { ring: async () => {} };
  const routing = {
    jobs: store.jobs,
    events: store.events,
    deliveries: store.deliveries,
    endpoints: store.endpoints,
    subscriptions,
    doorbell,
    clock: clock.now,
  };
  const honest = createLocalBus((batch) => dispatch(routing, batch));
  const bus: Bus = {
    async publish(batch) {
      const acks = await honest.publish(batch);
      events.push(...batch);
      return weather.acksAreLost
        ? acks.map(() => ({ outcome: 'refused', detail: 'the answer was lost' }))
        : acks;
    },
  };
  const sweeping: SweepDeps = {
    store,
    bus,
    clouds,
    clock: clock.now,
    telemetry,
    policy: POLICY,
    pacer: createPacer(),
    budget: 100,
  };
  const delivering = {
    store,
    subscriptions,
    clock: clock.now,
    telemetry,
    rules: CHANNELS,
    channels: { slack: webhook, webhook, email },
  };
  const parts = { ...delivering, doorbell };

  return {
    clock,
    weather,
    ends,
    /** Events in the order in which the bus saw them, and what the receivers were sent. */
    events,
    sent: () => [...webhook.sent, ...email.sent].map((message) => message.deliveryId),
    track: (n: number, over = {}) =>
      track({ ...sweeping, jobs: store.jobs, notifyProblem: async () => null }, [spec(n, over)]),
    subscribe: () => store.subscriptions.create([MAILED, newStored('quiet', 'paused', null, clock.now())]),
    async resume(): Promise<void> {
      await store.subscriptions.remove((await store.subscriptions.get('quiet'))!);
      await enable(store, FAILURES, { alsoUnsubscribed: false });
    },
    async tick(ms: number): Promise<void> {
      clock.pass(ms);
      // As another worker does just then.
      await subscriptions.all();
      await sweep(sweeping);
      await releaseHeld(parts, 100);
      for (const endpoint of await endpointsDue(delivering, 100))
        await drain(delivering, endpoint, () => true);
    },
  };
}
export type Life = ReturnType<typeof life>;

/**
 * Up to the move: a job that succeeded and was told to who listens; one whose failure is held for a receiver that is gone;
 * one that ended, whose event went out although its row does not know; one more whose mail is tried again; two that go on;
 * and one at an origin that is paused.
 */
export async function untilTheMove(store: Store): Promise<Life> {
  const lived = life(store);
  await lived.subscribe();
  for (const n of [1, 2, 3]) await lived.track(n);
  await lived.track(4, { notify: [SOMEBODY] });
  await lived.track(5, { origin: 'otc-ecs' });
  await lived.tick(60_000);
  // Dies between the bus and the row: what was sent must be known again after the move.
  lived.weather.acksAreLost = true;
  await lived.track(6, { notify: [SOMEBODY] });
  await lived.track(7);
  await lived.tick(40_000);
  return lived;
}
