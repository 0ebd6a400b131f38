/** A subscription that wants the events of a job one after the other. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore, type SqliteStore } from '../../../lib/adapters/store/sqlite/index.ts';
import type { DeliverDeps } from '../../../lib/app/deliver/deliver.ts';
import { drain, endpointsDue } from '../../../lib/app/deliver/drain.ts';
import { handleDoorbell } from '../../../lib/app/deliver/handle-doorbell.ts';
import { jobEvent } from '../../../lib/core/jobs/event.ts';
import { newEventRow } from '../../../lib/core/jobs/event-row.ts';
import { newJob, type JobEventKind } from '../../../lib/core/jobs/job.ts';
import { newDelivery, type Delivery, type Receipt } from '../../../lib/core/notify/delivery.ts';
import type { Subscription } from '../../../lib/core/notify/subscription.ts';
import { tracked } from '../../core/jobs/events.ts';
import {
  ok,
  pattern,
  recordingTelemetry,
  rulesWith,
  scriptedChannel,
  spec,
  START,
  subscription,
  testClock,
} from '../../kit.ts';

let store: SqliteStore;
beforeEach(() => void (store = openStore(':memory:')));
afterEach(() => store.close());

const down: Receipt = { kind: 'retry', reason: 'server_error', detail: 'HTTP 500' };
const refused: Receipt = { kind: 'never', reason: 'client_error', detail: 'HTTP 400', disable: false };
const KINDS: JobEventKind[] = ['job.overdue', 'job.lost', 'job.succeeded'];
const ci = subscription('ci', { ordered: true });

function setUp(answer: (kind: string, nth: number) => Receipt, to: Subscription = ci) {
  const clock = testClock();
  const channel = scriptedChannel(({ event }, nth) => answer(event.kind, nth));
  const deps: DeliverDeps = {
    store,
    subscriptions: { all: async () => [to] },
    channels: { slack: channel, email: channel, webhook: channel },
    clock: clock.now,
    telemetry: recordingTelemetry(),
    rules: rulesWith([10_000]),
  };
  /** Events of the nth job; `only`: whose deliveries there are. */
  const happen = async (n: number, kinds = KINDS, only = kinds): Promise<Delivery[]> => {
    const { origin, service, cloud, region } = tracked();
    const job = { ...newJob(spec(n), { origin, service, cloud, region }, START, START), emitted: kinds };
    await store.jobs.create([job]);
    const all = kinds.map((kind, i) => jobEvent(job, { kind, at: START, sequence: i + 1 }));
    await store.events.create(all.map((event) => newEventRow(event, clock.now())));
    const wanted = all.filter(({ kind }) => (only as string[]).includes(kind));
    const rows = wanted.map((event) => newDelivery(event, to, to.targets[0]!, clock.now()));
    return (await store.deliveries.create(rows)).map(({ row }) => row);
  };
  const work = async (seconds: number): Promise<void> => {
    for (let second = 0; second < seconds; second += 1) {
      for (const endpoint of await endpointsDue(deps, 100)) await drain(deps, endpoint, () => true);
      clock.pass(1_000);
    }
  };
  const sent = () =>
    channel.sent.map(({ event }) => `${event.kind.slice(4)} ${parseInt(event.subject.slice(-4), 16)}`);
  return { clock, deps, happen, work, sent, channel };
}

describe('the next event of a job', () => {
  it('waits until the one before is delivered, however long that is tried', async () => {
    const w = setUp((kind, nth) => (kind === 'job.overdue' && nth === 1 ? down : ok));
    await w.happen(1);
    await w.work(8);
    expect(w.sent()).toEqual(['overdue 1']);
    await w.work(12);
    expect(w.sent()).toEqual(['overdue 1', 'overdue 1', 'lost 1', 'succeeded 1']);
  });

  it.each([
    ['given up', down],
    ['refused', refused],
  ])('goes when the one before is %s', async (_, receipt) => {
    const w = setUp((kind) => (kind === 'job.overdue' ? receipt : ok));
    await w.happen(1);
    await w.work(20);
    expect(w.sent().slice(-2)).toEqual(['lost 1', 'succeeded 1']);
  });

  it('keeps nothing of another job waiting, nor anything of a subscription that is not ordered', async () => {
    const w = setUp((kind) => (kind === 'job.overdue' ? down : ok));
    await w.happen(1);
    await w.happen(2, ['job.succeeded']);
    await w.work(2);
    expect(w.sent()).toEqual(['overdue 1', 'succeeded 2']);
    const unordered = setUp(() => ok, subscription('free'));
    await unordered.happen(3);
    await unordered.work(1);
    expect(unordered.sent()).toHaveLength(3);
  });

  it('waits for one that is on its way to get its deliveries, and not for one that nobody here wants', async () => {
    const w = setUp(() => ok);
    await w.happen(1, KINDS, ['job.succeeded']);
    await w.work(50);
    expect(w.sent()).toEqual([]);
    await w.work(20);
    expect(w.sent()).toEqual(['succeeded 1']);
    const ends = { ...ci, pattern: pattern({ 'detail-type': ['job.succeeded'] }) };
    const picky = setUp(() => ok, ends);
    await picky.happen(2, KINDS, ['job.succeeded']);
    await picky.work(1);
    expect(picky.sent()).toEqual(['succeeded 2']);
  });

  it('is rung for when the one before may have ended', async () => {
    const w = setUp((kind, nth) => (kind === 'job.overdue' && nth === 1 ? down : ok));
    const rings: { key: string; at: number }[] = [];
    const doorbell = {
      ring: async (rows: readonly Delivery[]) =>
        void rings.push(...rows.map(({ key, due }) => ({ key, at: due!.at }))),
    };
    await doorbell.ring(await w.happen(1));
    for (let second = 0; second < 40; second += 1) {
      const due = rings.filter(({ at }) => at <= w.clock.now());
      for (const ring of due) rings.splice(rings.indexOf(ring), 1);
      for (const { key } of due) await handleDoorbell({ ...w.deps, doorbell }, key);
      w.clock.pass(1_000);
    }
    expect(w.sent()).toEqual(['overdue 1', 'overdue 1', 'lost 1', 'succeeded 1']);
    expect(rings).toEqual([]);
  });
});
