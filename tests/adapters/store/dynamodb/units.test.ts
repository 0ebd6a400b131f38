import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createLocalBus } from '../../../../lib/adapters/bus/local.ts';
import type { Report } from '../../../../lib/core/jobs/observation.ts';
import { deliver } from '../../../../lib/app/deliver/deliver.ts';
import { dispatch } from '../../../../lib/app/deliver/dispatch.ts';
import { CHANNELS } from '../../../../lib/adapters/channels/registry.ts';
import { checkQueue } from '../../../../lib/core/row.ts';
import type { Bus } from '../../../../lib/ports.ts';
import { openDynamoStore } from '../../../../lib/adapters/store/dynamodb/index.ts';
import { createPacer } from '../../../../lib/app/sweep/pacer.ts';
import { sweep, type SweepDeps } from '../../../../lib/app/sweep/sweep.ts';
import { track } from '../../../../lib/app/sweep/track.ts';
import {
  jobId,
  ok,
  POLICY,
  recordingTelemetry,
  report,
  running,
  scriptedChannel,
  scriptedClouds,
  spec,
  subscription,
  testClock,
} from '../../../kit.ts';
import { clientOf, startDynamo, type Dynamo } from './dynalite.ts';
import { meter } from './meter.ts';

let dynamo: Dynamo;
beforeAll(async () => void (dynamo = await startDynamo()));
afterAll(() => dynamo.close());

/** A service whose jobs run for `checks` checks and then succeed with this report. */
async function open(checks: number, ended: Partial<Report> = {}) {
  const [client, observer] = [clientOf(dynamo.endpoint), clientOf(dynamo.endpoint)];
  onTestFinished(() => [client, observer].forEach((one) => one.destroy()));
  const bill = meter(client, observer);
  const table = await dynamo.newTable();
  const store = openDynamoStore({ client, table });
  const clock = testClock();
  const bus: Bus = { publish: async (events) => events.map(() => ({ outcome: 'accepted' })) };
  const sweeping: SweepDeps = {
    store,
    bus,
    clouds: scriptedClouds((_, nth) =>
      nth <= checks ? running : { kind: 'succeeded', status: 'SUCCESS', report: report(ended) },
    ),
    clock: clock.now,
    telemetry: recordingTelemetry(),
    policy: POLICY,
    pacer: createPacer(),
    budget: 100,
  };
  const key = async (over = {}): Promise<string> => {
    const [tracked] = await track({ ...sweeping, jobs: store.jobs }, [spec(1, over)]);
    if (tracked?.outcome !== 'tracked') throw new Error('not tracked');
    return tracked.job.key;
  };
  /** Sweeps until it has ended. */
  const end = async (key: string) => {
    for (let n = 0; n < 100; n += 1) {
      clock.pass(POLICY.checkEvery * 1.2);
      await sweep(sweeping);
      const job = (await store.jobs.get(key))!;
      if (job.due === null) return job;
    }
    throw new Error('it does not end');
  };
  return { bill, table, store, clock, sweeping, key, end };
}

const LABELS = { team: 'platform', stage: 'production', ticket: 'OPS-4711' };
const ENTITIES = {
  server_id: 'bae51750-0089-41a1-9b18-5c777978ff6d',
  ids: Array.from({ length: 10 }, (_, n) => `${n}e6a1c0f-27c5-4f0b-8d7f-03bd2c1e4a5${n}`),
};

describe('the write units of a job', () => {
  it.each([0, 1, 5])('of 1 KB are 5, and 3 for each of %i checks that postponed it', async (checks) => {
    const { bill, key, end } = await open(checks, { entities: ENTITIES });
    const job = await end(await key({ labels: LABELS, name: 'web-01' }));
    expect(job).toMatchObject({ state: 'succeeded', outbox: [] });
    expect(JSON.stringify(job).length).toBeGreaterThan(1_024);
    expect(bill.largest).toBeLessThan(1_024);
    expect(bill.writes['jobs']).toBe(5 + 3 * checks);
    expect(bill.refused).toBe(0);
  });

  it('are joined by few of its origin, however many jobs it has', async () => {
    const { bill, key, end } = await open(0);
    await end(await key());
    // The row is made once, and says once a minute that the origin answers.
    expect(bill.writes['origins']).toBe(2);
  });

  it('that was tracked already are one more: DynamoDB charges a condition that does not hold', async () => {
    const { bill, sweeping, store, key } = await open(0);
    await key();
    const before = { ...bill.writes };
    await track({ ...sweeping, jobs: store.jobs }, [spec(1)]);
    expect([bill.writes, bill.refused]).toStrictEqual([before, 1]);
  });
});

describe('the read units of a job that is due', () => {
  it('are half of one for its row and half of one for the query that finds it', async () => {
    const { bill, store, clock, key } = await open(1);
    const tracked = await key();
    clock.pass(POLICY.checkEvery);
    for (const name of Object.keys(bill.reads)) delete bill.reads[name];
    const found = await store.jobs.due(checkQueue('hwc-ecs'), clock.now(), 10);
    expect(found.map((job) => job.key)).toEqual([tracked]);
    expect(bill.reads).toStrictEqual({ Query: 0.5, BatchGetItem: 0.5 });
  });
});

describe('the register of queues', () => {
  const OTHER = { origin: 'otc-ecs' };

  it('costs a write unit for each origin, once for all its jobs, and one for publishing', async () => {
    const { bill, sweeping, key, end } = await open(1);
    for (let n = 1; n <= 3; n += 1) await key({ jobId: jobId(n) });
    await key(OTHER);
    expect(bill.writes).toStrictEqual({ jobs: 8, queues: 2 });
    const { publish } = sweeping.bus;
    let refusals = 2;
    sweeping.bus.publish = async (events) =>
      (refusals -= 1) >= 0 ? events.map(() => ({ outcome: 'refused', detail: 'full' })) : publish(events);
    for (let n = 4; n <= 6; n += 1) await end(await key({ jobId: jobId(n) }));
    expect(refusals).toBeLessThan(0);
    expect(bill.writes['queues']).toBe(3);
  });

  it('costs another process a read', async () => {
    const { table, store, key } = await open(0);
    await key();
    await key(OTHER);
    const [client, observer] = [clientOf(dynamo.endpoint), clientOf(dynamo.endpoint)];
    onTestFinished(() => [client, observer].forEach((one) => one.destroy()));
    const bill = meter(client, observer);
    const { jobs } = openDynamoStore({ client, table });
    for (const row of (await store.jobs.list({ limit: 9 })).rows) await jobs.save(row);
    expect(bill.writes).toStrictEqual({ jobs: 2 });
    expect(bill.requests).toStrictEqual({ Query: 1, PutItem: 2 });
  });

  it('lets the queues be named for one request, and one for each that there is', async () => {
    const { bill, store, key, end } = await open(0);
    await end(await key());
    await key(OTHER);
    const before = bill.requests['Query']!;
    expect(await store.jobs.queues('', Number.MAX_SAFE_INTEGER, 9)).toStrictEqual(['look:otc-ecs']);
    expect(bill.requests['Query']! - before).toBe(3);
  });
});

it('a delivery costs 5 write units: made, claimed, sent', async () => {
  const { bill, store, clock, sweeping, key, end } = await open(0, { entities: ENTITIES });
  const subscriptions = { all: async () => [subscription('ops')] };
  const doorbell = { ring: async () => {} };
  sweeping.bus = createLocalBus((events) =>
    dispatch({ ...store, subscriptions, doorbell, clock: clock.now }, events),
  );
  await end(await key({ labels: LABELS }));
  const [row] = (await store.deliveries.list({ limit: 2 })).rows;
  const channel = scriptedChannel(() => ok);
  const outcome = await deliver(
    {
      store,
      subscriptions,
      channels: { slack: channel, email: channel, webhook: channel },
      clock: clock.now,
      telemetry: sweeping.telemetry,
      rules: CHANNELS,
    },
    row!,
  );
  expect(outcome).toBe('delivered');
  expect(bill.writes['deliveries']).toBe(5);
});
