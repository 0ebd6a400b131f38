import { createSqsDoorbell } from '../../lib/adapters/bus/doorbell.ts';
import { jobEvent, type Event } from '../../lib/core/jobs/event.ts';
import { newEventRow } from '../../lib/core/jobs/event-row.ts';
import { newJob, type Job } from '../../lib/core/jobs/job.ts';
import { handleDoorbell } from '../../lib/app/deliver/handle-doorbell.ts';
import type { Delivery } from '../../lib/core/notify/delivery.ts';
import { dispatch } from '../../lib/app/deliver/dispatch.ts';
import { CHANNELS } from '../../lib/adapters/channels/registry.ts';
import type { Subscription } from '../../lib/core/notify/subscription.ts';
import { scriptedChannel, subscription } from '../../tests/kit.ts';
import type { Dynamo } from '../../tests/adapters/store/dynamodb/dynalite.ts';
import { REPORT, submission } from './cloud.ts';
import { LATENCY } from './latency.ts';
import { unitsOf } from './ledger.ts';
import { minus, times, type Usage } from './prices.ts';
import { MESSAGE, openStack } from './stack.ts';

export interface Sent {
  /** Of an event that matches no subscription: its message, and what route does with it. What is read of subscriptions depends on the rate. */
  routing: Usage;
  /** What one delivery adds to that. */
  delivery: Usage;
}

const START = Date.UTC(2026, 2, 1, 12);
const EVENTS = 20;

/** Events on their way, one message of a queue each, and each of them delivered at the first attempt. */
export async function delivery(dynamo: Dynamo): Promise<Sent> {
  const unwanted = await send(dynamo, []);
  const wanted = await send(dynamo, [subscription('ops')]);
  return { routing: unwanted, delivery: minus(wanted, unwanted) };
}

async function send(dynamo: Dynamo, all: readonly Subscription[]): Promise<Usage> {
  const stack = await openStack(dynamo, START);
  const { store, time, telemetry, usage, bill } = stack;
  const { now: clock } = time;
  const channel = scriptedChannel(async () => {
    await time.sleep(LATENCY.webhook);
    return { kind: 'sent', detail: 'HTTP 200' };
  });
  const queues = { slack: 'slack', email: 'email', webhook: 'webhook' };
  const bell = createSqsDoorbell({ client: stack.sqs, queues, clock, telemetry });
  const rung: string[] = [];
  const deps = {
    store,
    jobs: store.jobs,
    events: store.events,
    deliveries: store.deliveries,
    endpoints: store.endpoints,
    subscriptions: { all: async () => all },
    channels: { slack: channel, email: channel, webhook: channel },
    rules: CHANNELS,
    clock,
    telemetry,
    doorbell: {
      ring: async (rows: readonly Delivery[]) => {
        rung.push(...rows.map(({ key }) => key));
        await bell.ring(rows);
      },
    },
  };

  // The publisher stored them, and they are counted there.
  const events = Array.from({ length: EVENTS }, (_, n) => newEventRow(endOf(n), START));
  await time.run(store.events.create(events));
  const before = unitsOf(bill);
  await time.run(work());
  const { writeUnits, readUnits } = minus({ ...usage, ...unitsOf(bill) }, { ...usage, ...before });
  return times({ ...usage, writeUnits, readUnits }, 1 / EVENTS);

  async function work(): Promise<void> {
    for (let n = 0; n < EVENTS; n += 1) {
      usage.sqsRequests += MESSAGE;
      const { key } = events[n]!;
      await stack.invoke('route', async () => dispatch(deps, [(await store.events.get(key))!.event]));
    }
    for (const key of rung) {
      // Sending it was counted when the doorbell was rung.
      usage.sqsRequests += MESSAGE - 1;
      await stack.invoke('webhook', async () => {
        const outcome = await handleDoorbell(deps, key);
        if (outcome !== 'delivered') throw new Error(`not delivered: ${outcome}`);
      });
    }
  }
}

/** A job that succeeded; `labels` in place of its own. */
export function endedJob(n: number, labels?: Record<string, string>): Job {
  const { jobIds, ...said } = submission(n, 1);
  const info = { origin: said.origin, service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
  const spec = { ...said, jobId: jobIds[0]!, labels: labels ?? said.labels };
  const job = newJob(spec, info, START, START);
  return { ...job, state: 'succeeded', status: 'SUCCESS', report: REPORT, detectedAt: START };
}
export const endOf = (n: number, labels?: Record<string, string>): Event =>
  jobEvent(endedJob(n, labels), { kind: 'job.succeeded', at: START, sequence: 1 });
