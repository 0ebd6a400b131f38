/** What goes first where more is due for a target than it takes at once. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore, type SqliteStore } from '../../../lib/adapters/store/sqlite/index.ts';
import type { DeliverDeps } from '../../../lib/app/deliver/deliver.ts';
import { drain, endpointsDue } from '../../../lib/app/deliver/drain.ts';
import { handleDoorbell } from '../../../lib/app/deliver/handle-doorbell.ts';
import { newEventRow } from '../../../lib/core/jobs/event-row.ts';
import { newDelivery, type Delivery, type Receipt } from '../../../lib/core/notify/delivery.ts';
import type { EventKind } from '../../../lib/core/jobs/event.ts';
import { events } from '../../core/jobs/events.ts';
import { ok, recordingTelemetry, rulesWith, scriptedChannel, subscription, testClock } from '../../kit.ts';

let store: SqliteStore;
beforeEach(() => void (store = openStore(':memory:')));
afterEach(() => store.close());

const busy: Receipt = { kind: 'retry', reason: 'rate_limited', detail: 'HTTP 429', afterMs: 30_000 };

function setUp(answer: (nth: number) => Receipt | Promise<Receipt> = () => ok) {
  const clock = testClock();
  const ops = subscription('ops', { channel: 'slack' });
  let sends = 0;
  const channel = scriptedChannel(() => answer((sends += 1)));
  const deps: DeliverDeps = {
    store,
    subscriptions: { all: async () => [ops] },
    channels: { slack: channel, email: channel, webhook: channel },
    clock: clock.now,
    telemetry: recordingTelemetry(),
    rules: rulesWith([1_000]),
  };
  let made = 0;
  /** An event happens, and a delivery of it is due a moment later than those before. */
  const happen = async (kind: EventKind): Promise<Delivery> => {
    const event = {
      ...events[kind],
      metadata: { ...events[kind].metadata, id: `evt_${(made += 1)}` },
    };
    await store.events.create([newEventRow(event, clock.now())]);
    const [stored] = await store.deliveries.create([newDelivery(event, ops, ops.targets[0]!, clock.now())]);
    clock.pass(1);
    return stored!.row;
  };
  const work = async () => {
    for (let turn = 0; turn < 15; turn += 1) {
      for (const endpoint of await endpointsDue(deps, 100)) await drain(deps, endpoint, () => true);
      clock.pass(1_050);
    }
  };
  const sent = () => channel.sent.map(({ event }) => `${event.kind} ${event.metadata.id.slice(4)}`);
  return { clock, deps, happen, work, sent, channel };
}

const MIXED: EventKind[] = [
  'job.succeeded',
  'job.succeeded',
  'job.failed',
  'job.succeeded',
  'job.lost',
  'origin.unreachable',
];
const IN_ORDER = [
  'job.failed 3',
  'job.lost 5',
  'origin.unreachable 6',
  'job.succeeded 1',
  'job.succeeded 2',
  'job.succeeded 4',
];

describe('a backlog', () => {
  it('goes out with bad news first, each by how long it has waited', async () => {
    const w = setUp();
    for (const kind of MIXED) await w.happen(kind);
    await w.work();
    expect(w.sent()).toEqual(IN_ORDER);
  });

  it('does so, too, after the target asked for time', async () => {
    const w = setUp((nth) => (nth === 1 ? busy : ok));
    for (const kind of MIXED) await w.happen(kind);
    await w.work();
    w.clock.pass(30_000);
    await w.work();
    expect(w.sent().slice(1).toSorted()).toEqual(IN_ORDER.toSorted());
    expect(w.sent().slice(-3)).toEqual(IN_ORDER.slice(3));
  });

  it('lets bad news that comes while it goes out pass within a second', async () => {
    const w = setUp(async (nth) => {
      w.clock.pass(400);
      if (nth === 2) await w.happen('job.failed');
      return ok;
    });
    for (let n = 0; n < 10; n += 1) await w.happen('job.succeeded');
    await w.work();
    expect(w.sent().findIndex((one) => one.startsWith('job.failed'))).toBeLessThanOrEqual(4);
    expect(w.sent()).toHaveLength(11);
  });
});

describe('a ring for a success', () => {
  it('sends the bad news that waits for the same target, and rings for the success once more', async () => {
    const w = setUp();
    const good = await w.happen('job.succeeded');
    const bad = await w.happen('job.failed');
    const rung: string[] = [];
    const doorbell = {
      ring: async (rows: readonly Delivery[]) => void rung.push(...rows.map(({ key }) => key)),
    };
    const deps = { ...w.deps, doorbell };
    expect(await handleDoorbell(deps, good.key)).toBe('delivered');
    expect(w.sent()).toEqual(['job.failed 2']);
    expect(rung).toEqual([good.key]);
    expect(await handleDoorbell(deps, bad.key)).toBe('nothing');
    expect(await handleDoorbell(deps, good.key)).toBe('delivered');
    expect(w.sent()).toEqual(['job.failed 2', 'job.succeeded 1']);
    expect(rung).toHaveLength(1);
  });

  it('goes on with the success where somebody else has the bad news in hand', async () => {
    const w = setUp();
    const good = await w.happen('job.succeeded');
    await w.happen('job.failed');
    const { save } = store.deliveries;
    const raced = {
      ...store.deliveries,
      save: async (row: Delivery) =>
        row.event.kind === 'job.failed' ? { outcome: 'raced' as const } : save(row),
    };
    const deps = { ...w.deps, store: { ...store, deliveries: raced }, doorbell: { ring: async () => {} } };
    expect(await handleDoorbell(deps, good.key)).toBe('delivered');
    expect(w.sent()).toEqual(['job.succeeded 1']);
  });
});
