import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { jobEvent, type Event } from '../../../lib/core/jobs/event.ts';
import { newEventRow } from '../../../lib/core/jobs/event-row.ts';
import { newGroup, type Group } from '../../../lib/core/jobs/group.ts';
import { tallyOf } from '../../../lib/core/jobs/group-tally.ts';
import { newJob, type Job } from '../../../lib/core/jobs/job.ts';
import { newMember } from '../../../lib/core/jobs/member.ts';
import { decide, published } from '../../../lib/core/jobs/transition.ts';
import { newDelivery, type Delivery } from '../../../lib/core/notify/delivery.ts';
import { claim, hold, record, release } from '../../../lib/core/notify/delivery-steps.ts';
import { judge, newEndpoint, unsubscribed } from '../../../lib/core/notify/endpoint.ts';
import type { Subscription } from '../../../lib/core/notify/subscription.ts';
import { openStore, type SqliteStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { purge } from '../../../lib/app/upkeep/purge.ts';
import { failed, ok, POLICY, recordingTelemetry, spec, START, subscription, testClock } from '../../kit.ts';

const CLAIM_MS = 60_000;
const DAY = 86_400_000;
const RETENTION = 30 * DAY;
const info = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
const hook = subscription('hook');

let store: SqliteStore;
beforeEach(() => void (store = openStore(':memory:')));
afterEach(() => store.close());

/** A job that ended and was published at the start; its only delivery is not yet stored. */
function settledJob(n: number): { job: Job; event: Event; delivery: Delivery } {
  const settled = decide(newJob(spec(n), info, START, START), failed, START, POLICY).job;
  const event = jobEvent(settled, settled.outbox[0]!);
  const delivery = newDelivery(event, hook, hook.targets[0]!, START);
  return { job: published(settled, [event.kind]), event, delivery };
}
const delivered = (row: Delivery, at = START): Delivery => record(claim(row, at, CLAIM_MS), ok, at, []);

async function purged(afterMs: number, subscriptions: Subscription[] = []) {
  const telemetry = recordingTelemetry();
  const clock = testClock(START + afterMs).now;
  const subs = { all: async () => subscriptions };
  const deps = { store, subscriptions: subs, clock, telemetry, retention: RETENTION, ...atOnce };
  return purge(deps);
}
/** Without a rest. */
const atOnce = { ticks: () => 0, rest: async () => {} };
const left = async () => ({
  jobs: (await store.jobs.list({ limit: 500 })).rows.length,
  events: (await store.events.list({ limit: 500 })).rows.length,
  deliveries: (await store.deliveries.list({ limit: 500 })).rows.length,
  endpoints: (await store.endpoints.list({ limit: 500 })).rows.length,
});

describe('forgetting what ended', () => {
  it('takes jobs and deliveries after the retention, not before', async () => {
    const { job, event, delivery } = settledJob(1);
    await store.jobs.create([job]);
    await store.events.create([newEventRow(event, START)]);
    await store.deliveries.create([delivered(delivery)]);
    expect(await purged(RETENTION)).toEqual({ jobs: 0, groups: 0, events: 0, deliveries: 0, endpoints: 0 });
    expect(await purged(RETENTION + 1)).toEqual({
      jobs: 1,
      groups: 0,
      events: 1,
      deliveries: 1,
      endpoints: 0,
    });
    expect(await left()).toEqual({ jobs: 0, events: 0, deliveries: 0, endpoints: 0 });
  });

  it('goes through more than one page', async () => {
    const made = Array.from({ length: 450 }, (_, n) => settledJob(n));
    await store.jobs.create(made.map(({ job }) => job));
    await store.deliveries.create(made.map(({ delivery }) => delivered(delivery)));
    expect(await purged(RETENTION + 1)).toMatchObject({ jobs: 450, deliveries: 450 });
  });

  it('rests after each page nine times as long as that took, and removes nothing meanwhile', async () => {
    const made = Array.from({ length: 250 }, (_, n) => settledJob(n));
    await store.deliveries.create(made.map(({ delivery }) => delivered(delivery)));
    const { now: ticks, pass } = testClock(0);
    const rests: [ms: number, left: number][] = [];
    let open = true;
    const deps = {
      store,
      subscriptions: { all: async () => [] },
      clock: testClock(START + RETENTION + 1).now,
      telemetry: recordingTelemetry(),
      retention: RETENTION,
      ticks,
      async rest(ms: number) {
        const before = await left();
        await new Promise((resolve) => setImmediate(resolve));
        expect(await left()).toEqual(before);
        rests.push([ms, before.deliveries]);
        if (rests.length === 2) open = false;
      },
    };
    const { list } = store.deliveries;
    const slowly: typeof list = async (query) => {
      pass(20);
      return list(query);
    };
    const slow = { ...store, deliveries: { ...store.deliveries, list: slowly } };
    expect(await purge({ ...deps, store: slow }, () => open)).toMatchObject({ deliveries: 200 });
    expect(rests.slice(0, 2)).toEqual([
      [180, 150],
      [180, 50],
    ]);
  });

  it('leaves a job that is outstanding, has an outbox, or ended late', async () => {
    const outstanding = newJob(spec(1), info, START, START);
    const { job } = settledJob(2);
    const withOutbox: Job = { ...job, outbox: [{ kind: 'job.failed', at: START, sequence: 1 }] };
    const { job: third } = settledJob(3);
    await store.jobs.create([outstanding, withOutbox, { ...third, detectedAt: START + 20 * DAY }]);
    expect(await purged(RETENTION + 10 * DAY)).toMatchObject({ jobs: 0 });
  });

  it('leaves a job that was published as lost as long as it is checked, in case it turns up', async () => {
    const { job } = settledJob(1);
    const lost: Job = { ...job, state: 'lost', lostReason: 'unknown', emitted: ['job.lost'] };
    await store.jobs.create([{ ...lost, due: { queue: 'look:hwc-ecs', at: START + 9 * DAY } }]);
    expect(await purged(RETENTION + DAY)).toMatchObject({ jobs: 0 });
    const [row] = (await store.jobs.list({ limit: 1 })).rows;
    await store.jobs.save({ ...row!, due: null });
    expect(await purged(RETENTION + DAY)).toMatchObject({ jobs: 1 });
  });

  it.each<[state: string, of: (row: Delivery) => Delivery]>([
    ['pending', (row) => row],
    ['sending', (row) => claim(row, START, CLAIM_MS)],
    [
      'retrying',
      (row) =>
        record(claim(row, START, CLAIM_MS), { kind: 'retry', reason: 'timeout', detail: '' }, START, [9]),
    ],
    ['held', (row) => hold(row, 'gone')],
  ])('leaves a job and its event of which a delivery is %s', async (state, of) => {
    const { job, event, delivery } = settledJob(1);
    await store.jobs.create([job]);
    await store.events.create([newEventRow(event, START)]);
    await store.deliveries.create([of(delivery)]);
    expect(await purged(RETENTION * 3)).toEqual({
      jobs: 0,
      groups: 0,
      events: 0,
      deliveries: 0,
      endpoints: 0,
    });
    expect((await store.deliveries.list({ limit: 1 })).rows[0]!.state).toBe(state);
  });

  it('leaves a delivery that was let go and went out lately', async () => {
    const { delivery } = settledJob(1);
    const late = START + 20 * DAY;
    await store.deliveries.create([delivered(release(hold(delivery, 'paused'), late), late)]);
    expect(await purged(RETENTION + DAY)).toMatchObject({ deliveries: 0 });
    expect(await purged(RETENTION + 21 * DAY)).toMatchObject({ deliveries: 1 });
  });

  it('never forgets that somebody unsubscribed, also where another subscription has them', async () => {
    const row = unsubscribed(newEndpoint(settledJob(1).delivery, START), START);
    await store.endpoints.create([{ ...row, outbox: [], due: null }]);
    expect(await purged(RETENTION * 99)).toMatchObject({ endpoints: 0 });
  });

  it('takes what was noted of an endpoint unless it is paused, or disabled and still subscribed', async () => {
    const gone = { kind: 'never', reason: 'gone', detail: '', disable: true } as const;
    const disabled = {
      ...judge(newEndpoint(settledJob(1).delivery, START), gone, START),
      outbox: [],
      due: null,
    };
    const { key: _, ...rest } = disabled;
    await store.endpoints.create([
      disabled,
      { ...rest, key: 'ep_disabled_and_not_subscribed' },
      { ...newEndpoint(settledJob(1).delivery, START), key: 'ep_healthy' },
      { ...newEndpoint(settledJob(1).delivery, START), key: 'ep_paused', pausedUntil: START + 99 * DAY },
    ]);
    expect(await purged(RETENTION + 1, [hook])).toMatchObject({ endpoints: 2 });
    const keys = (await store.endpoints.list({ limit: 9 })).rows.map((row) => row.key);
    expect(keys.toSorted()).toEqual([disabled.key, 'ep_paused'].toSorted());
  });

  it('forgets a run that ended long ago with its members, and none whose jobs or messages are still there', async () => {
    const run = newGroup({ projects: null, name: 'apply-42', requestedBy: null }, 1, START);
    const ended = (at: number): Group => ({
      ...run,
      state: 'ended',
      due: null,
      emitted: ['group.ended'],
      end: { ...tallyOf([], run).told, at },
    });
    await store.groups.create([
      ended(START),
      { ...newGroup({ projects: null, name: 'open', requestedBy: null }, 1, START), due: null },
    ]);
    await store.members.create(Array.from({ length: 250 }, (_, n) => newMember(run, `a/b/${n}`, START)));
    expect(await purged(RETENTION)).toMatchObject({ groups: 0 });
    expect(await purged(RETENTION + 1)).toMatchObject({ groups: 1 });
    expect((await store.groups.list({ limit: 9 })).rows.map(({ name }) => name)).toEqual(['open']);
    expect((await store.members.list({ limit: 9 })).rows).toEqual([]);
  });
});
