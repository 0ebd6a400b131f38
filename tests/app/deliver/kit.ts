import { drain, endpointsDue } from '../../../lib/app/deliver/drain.ts';
import type { DeliverDeps } from '../../../lib/app/deliver/deliver.ts';
import { jobEvent, type Event } from '../../../lib/core/jobs/event.ts';
import { newJob, type Job, type JobSpec } from '../../../lib/core/jobs/job.ts';
import type { Observation } from '../../../lib/core/jobs/observation.ts';
import { decide } from '../../../lib/core/jobs/transition.ts';
import type { Delivery } from '../../../lib/core/notify/delivery.ts';
import type { Subscription } from '../../../lib/core/notify/subscription.ts';
import type { Doorbell, Store } from '../../../lib/ports.ts';
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
  testClock,
} from '../../kit.ts';

const INFO = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };

/** A job that ended right at the start, in a failure unless `seen` says otherwise. */
export const endedJob = (n: number, over: Partial<JobSpec> = {}, seen: Observation = failed): Job =>
  decide(newJob(spec(n, over), INFO, START, START), seen, START, POLICY).job;

/** What that tells. */
export function endOf(...about: Parameters<typeof endedJob>): Event {
  const job = endedJob(...about);
  return jobEvent(job, job.outbox[0]!);
}

interface Options {
  /** What receivers say; left out: they take everything. */
  answer?: Parameters<typeof scriptedChannel>[0];
  /** The schedule of every channel. */
  schedule?: readonly number[];
}

/** What deliveries stand on, with a clock, a channel and subscriptions that the test moves. */
export function delivering(
  store: Store,
  subscriptions: Subscription[],
  { answer = () => ok, schedule = [1_000] }: Options = {},
) {
  const clock = testClock();
  const channel = scriptedChannel(answer);
  const live = { subscriptions };
  const telemetry = recordingTelemetry();
  const rung: string[] = [];
  const doorbell = { ring: async (rows: readonly Delivery[]) => void rung.push(...rows.map(({ id }) => id)) };
  const deps: DeliverDeps & { store: Store; doorbell: Doorbell } = {
    store,
    subscriptions: { all: async () => live.subscriptions },
    channels: { slack: channel, email: channel, webhook: channel },
    clock: clock.now,
    telemetry,
    rules: rulesWith(schedule),
    doorbell,
  };
  return {
    clock,
    channel,
    live,
    telemetry,
    rung,
    doorbell,
    deps,
    happen: (...events: Parameters<typeof dispatchStored>[1]) =>
      dispatchStored({ ...store, ...deps }, events),
    /** Every endpoint that has something due, one round. */
    async deliverAll(): Promise<void> {
      for (const endpoint of await endpointsDue(deps, 100)) await drain(deps, endpoint, () => true);
    },
    rows: async () => (await store.deliveries.list({ limit: 1_000 })).rows,
  };
}
