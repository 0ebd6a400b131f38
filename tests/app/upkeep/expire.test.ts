import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jobEvent } from '../../../lib/core/jobs/event.ts';
import { newJob } from '../../../lib/core/jobs/job.ts';
import { decide, published } from '../../../lib/core/jobs/transition.ts';
import { newDelivery, type Delivery } from '../../../lib/core/notify/delivery.ts';
import { claim, hold, record } from '../../../lib/core/notify/delivery-steps.ts';
import {
  confirmed,
  newStored,
  type Definition,
  type StoredSubscription,
} from '../../../lib/core/notify/stored-subscription.ts';
import { openStore, type SqliteStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { expire } from '../../../lib/app/upkeep/expire.ts';
import { purge } from '../../../lib/app/upkeep/purge.ts';
import {
  contended,
  failed,
  ok,
  POLICY,
  recordingTelemetry,
  spec,
  START,
  subscription,
  testClock,
} from '../../kit.ts';

const CLAIM_MS = 60_000;
const DAY = 86_400_000;
const RETENTION = 30 * DAY;
const info = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
const hook = subscription('hook');

let store: SqliteStore;
beforeEach(() => void (store = openStore(':memory:')));
afterEach(() => store.close());

function setUp() {
  const clock = testClock();
  const telemetry = recordingTelemetry();
  const deps = { store, clock: clock.now, telemetry, retention: RETENTION };
  const purged = () =>
    purge({ ...deps, subscriptions: { all: async () => [] }, ticks: () => 0, rest: async () => {} });
  return { clock, telemetry, deps, purged, expired: (limit = 100) => expire(deps, limit) };
}

/** A job that ended and was published at the start, and its delivery, made `after` that. */
async function heldDelivery(n: number, after = 0, of = (row: Delivery) => hold(row, 'paused')) {
  const settled = decide(newJob(spec(n), info, START, START), failed, START, POLICY).job;
  const event = jobEvent(settled, settled.outbox[0]!);
  await store.jobs.create([published(settled, [event.kind])]);
  await store.deliveries.create([of(newDelivery(event, hook, hook.targets[0]!, START + after))]);
}
const deliveries = async () => (await store.deliveries.list({ limit: 500 })).rows;
const states = async () => (await deliveries()).map((row) => row.state).toSorted();

describe('a held delivery', () => {
  it('ends after the retention, not before, and says so in one line', async () => {
    const { clock, expired, telemetry } = setUp();
    await heldDelivery(1);
    clock.pass(RETENTION - 1);
    expect(await expired()).toBe(0);
    clock.pass(1);
    expect(await expired()).toBe(1);
    expect(await expired()).toBe(0);
    const [row] = await deliveries();
    expect(row).toMatchObject({ state: 'failed', reason: 'expired', due: null });
    expect(telemetry.lines).toEqual([
      expect.objectContaining({
        level: 'warn',
        event: 'delivery.expired',
        delivery: row!.id,
        subscription: 'hook',
        reason: 'expired',
        held: 'paused',
      }),
    ]);
  });

  it('can then be asked about for as long as any other, and goes with its job', async () => {
    const { clock, expired, purged } = setUp();
    await heldDelivery(1);
    clock.pass(RETENTION);
    await expired();
    clock.pass(RETENTION);
    expect(await purged()).toMatchObject({ deliveries: 0, jobs: 0 });
    clock.pass(1);
    expect(await purged()).toMatchObject({ deliveries: 1, jobs: 1 });
  });

  it('does not end before its target has heard of it, however often others write that', async () => {
    const { clock, deps } = setUp();
    await heldDelivery(1);
    clock.pass(RETENTION);
    const others = { left: Infinity };
    const busy = { ...deps, store: { ...store, endpoints: contended(store.endpoints, others) } };
    await expire(busy, 100);
    expect(await states()).toEqual(['held']);
    others.left = 0;
    await expire(busy, 100);
    expect(await states()).toEqual(['failed']);
    expect((await store.endpoints.list({ limit: 9 })).rows).toMatchObject([
      { outbox: [{ kind: 'delivery.failed' }] },
    ]);
  });

  it('keeps its place: the oldest end first, at most `limit` in one go', async () => {
    const { clock, expired } = setUp();
    for (const n of [1, 2, 3, 4, 5]) await heldDelivery(n, n);
    clock.pass(RETENTION + 4);
    expect(await expired(3)).toBe(3);
    expect((await deliveries()).filter((row) => row.state === 'held').map((row) => row.createdAt)).toEqual([
      START + 5,
      START + 4,
    ]);
    expect(await expired(3)).toBe(1);
    expect(await states()).toEqual(['failed', 'failed', 'failed', 'failed', 'held']);
  });

  it.each<[what: string, of: (row: Delivery) => Delivery, state: string]>([
    ['was never sent', (row) => row, 'pending'],
    ['is being sent', (row) => claim(row, START, CLAIM_MS), 'sending'],
    ['was delivered', (row) => record(claim(row, START, CLAIM_MS), ok, START, []), 'delivered'],
  ])('is not one that %s', async (_, of, state) => {
    const { clock, expired } = setUp();
    await heldDelivery(1, 0, of);
    clock.pass(RETENTION * 3);
    expect(await expired()).toBe(0);
    expect(await states()).toEqual([state]);
  });
});

describe('a subscription that nobody confirmed', () => {
  const definition = (until: number): Definition => ({
    name: 'me',
    on: 'failures',
    pattern: null,
    channel: 'email',
    endpoint: 'ep_1',
    shown: 'me@example.com',
    address: 'me@example.com',
    signingKeys: [],
    confirmation: { hash: 'x', until },
  });
  const make = async (id: string, state: StoredSubscription['state'], until: number) =>
    (await store.subscriptions.create([newStored(id, state, definition(until), START)]))[0]!.row;
  const left = async () => (await store.subscriptions.list({ limit: 9 })).rows.map((row) => row.key);

  it('goes once its link is stale', async () => {
    const { clock, expired, telemetry } = setUp();
    await make('sub_1', 'confirming', START + 3 * DAY);
    clock.pass(3 * DAY - 1);
    expect(await expired()).toBe(0);
    clock.pass(1);
    expect(await expired()).toBe(1);
    expect(await left()).toEqual([]);
    expect(telemetry.lines).toEqual([
      { level: 'info', event: 'subscription.unconfirmed', subscription: 'sub_1' },
    ]);
  });

  it('is not one that is confirmed at that very moment', async () => {
    const { clock, telemetry, deps } = setUp();
    await make('sub_1', 'confirming', START + DAY);
    const due: typeof store.subscriptions.due = async (...query) => {
      const rows = await store.subscriptions.due(...query);
      for (const row of rows) await store.subscriptions.save(confirmed(row));
      return rows;
    };
    clock.pass(DAY);
    const meanwhile = { ...store, subscriptions: { ...store.subscriptions, due } };
    await expire({ ...deps, store: meanwhile }, 100);
    expect(await left()).toEqual(['sub_1']);
    expect(telemetry.lines).toEqual([]);
  });

  it('is not one that was confirmed, or needs no confirmation', async () => {
    const { clock, expired } = setUp();
    await store.subscriptions.save(confirmed(await make('sub_1', 'confirming', START + DAY)));
    await make('sub_2', 'active', START + DAY);
    await store.subscriptions.create([newStored('ops', 'paused', null, START)]);
    clock.pass(999 * DAY);
    expect(await expired()).toBe(0);
    expect((await left()).toSorted()).toEqual(['ops', 'sub_1', 'sub_2']);
  });
});
