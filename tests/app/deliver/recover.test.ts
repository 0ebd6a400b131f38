import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Receipt } from '../../../lib/core/notify/delivery.ts';
import { SHOWN_MS, type Which } from '../../../lib/core/notify/recovery.ts';
import type { Subscription } from '../../../lib/core/notify/subscription.ts';
import type { DeliverDeps } from '../../../lib/app/deliver/deliver.ts';
import { ping } from '../../../lib/app/deliver/ping.ts';
import {
  advanceRecoveries,
  MAX_RUNNING,
  startRecovery,
  stopRecovery,
  survey,
  type AskedRecovery,
  type RecoverDeps,
} from '../../../lib/app/deliver/recover.ts';
import { releaseHeld } from '../../../lib/app/deliver/release.ts';
import { expire } from '../../../lib/app/upkeep/expire.ts';
import { openStore, type SqliteStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { ok, START, subscription, succeeded } from '../../kit.ts';
import { delivering, endOf } from './kit.ts';

let store: SqliteStore;
beforeEach(() => void (store = openStore(':memory:')));
afterEach(() => store.close());

const refusing: Receipt = { kind: 'never', reason: 'rejected', detail: 'HTTP 400', disable: false };
const gone: Receipt = { kind: 'never', reason: 'gone', detail: 'HTTP 410', disable: true };
const event = (n: number, team = 'web', projectId?: string) =>
  endOf(n, { labels: { team }, ...(projectId && { projectId }) });

const isBad = (kind: string): boolean => kind === 'job.failed';
const succeededEvent = (n: number) => endOf(n, {}, succeeded);

function setUp(subscriptions: Subscription[] = [subscription('hook')]) {
  const answer: { now: Receipt } = { now: ok };
  const world = delivering(store, subscriptions, { answer: () => answer.now, schedule: [] });
  const { clock, channel, live, telemetry, rung, deliverAll, rows, happen: hand } = world;
  const deps: DeliverDeps & RecoverDeps = { ...world.deps, aheadMs: 2_000 };
  const states = async () => (await rows()).map(({ state }) => state).toSorted();
  /** `count` events that were refused. */
  const lost = async (count: number, team?: string) => {
    const before = answer.now;
    answer.now = refusing;
    const first = (await rows()).length;
    for (let n = 1; n <= count; n += 1) {
      clock.pass(10);
      await hand(event(first + n, team));
    }
    await deliverAll();
    answer.now = before;
  };
  const asked = (which: Partial<Which> = {}, more: Partial<AskedRecovery> = {}): AskedRecovery => ({
    how: 'recover',
    by: 'ops',
    token: 't1',
    which: { since: START, until: clock.now(), projects: null, ...which },
    perSecond: 10,
    ...more,
  });
  const start = async (which: Partial<Which> = {}, more: Partial<AskedRecovery> = {}, id = 'rcv_1') => {
    expect(await startRecovery(deps, id, asked(which, more))).toMatchObject({ key: id });
  };
  const recovery = async (id = 'rcv_1') => (await store.recoveries.get(id))!;
  /** Lets time pass as a service does, second by second. */
  const pass = async (seconds: number) => {
    for (let n = 0; n < seconds; n += 1) {
      clock.pass(1_000);
      await advanceRecoveries(deps);
      await releaseHeld(deps, 100);
      await deliverAll();
    }
  };
  const count = async (which: Partial<Which> = {}, more: Partial<AskedRecovery> = {}) =>
    (await survey(deps, asked(which, more), () => true)).progress;
  return {
    clock,
    answer,
    channel,
    live,
    telemetry,
    rung,
    deps,
    hand,
    deliverAll,
    rows,
    states,
    lost,
    asked,
    start,
    recovery,
    pass,
    count,
  };
}

describe('recovering what failed', () => {
  it('sends bad news first, however many successes are older, and counts every event once', async () => {
    for (const how of ['recover', 'replay'] as const) {
      await store.close();
      store = openStore(':memory:');
      const { clock, answer, hand, deliverAll, start, pass, channel, recovery, live, count } = setUp();
      answer.now = refusing;
      const kinds: string[] = [];
      for (let n = 1; n <= 120; n += 1) {
        clock.pass(10);
        const one = n % 40 === 0 ? event(n) : succeededEvent(n);
        kinds.push(one.kind);
        await hand(one);
      }
      await deliverAll();
      answer.now = ok;
      channel.sent.length = 0;
      if (how === 'replay') live.subscriptions = [subscription('hook'), subscription('late')];
      const which = how === 'replay' ? { subscription: 'late' } : {};
      expect(await count(which, { how })).toMatchObject({ events: 120, sent: 120 });
      await start(which, { how, perSecond: 20 });
      await pass(12);
      expect(await recovery()).toMatchObject({ state: 'done', progress: { events: 120, sent: 120 } });
      const sent = channel.sent.map((one) => one.event.kind);
      expect(sent).toEqual([...kinds.filter(isBad), ...kinds.filter((kind) => !isBad(kind))]);
    }
  });

  it('counts first and does nothing, then sends each once, under its id, and says who asked', async () => {
    const { lost, count, start, pass, channel, rows, recovery, states, telemetry } = setUp();
    await lost(3);
    const before = await rows();
    expect(await count()).toEqual({ events: 3, sent: 3, kept: 0, present: 0, skipped: {} });
    expect(await rows()).toEqual(before);
    await start();
    await pass(3);
    expect(await states()).toEqual(['delivered', 'delivered', 'delivered']);
    expect(channel.sent).toHaveLength(6);
    expect(new Set(channel.sent.map(({ deliveryId }) => deliveryId)).size).toBe(3);
    expect((await rows())[0]!.asked).toMatchObject([{ by: 'ops', how: 'recover', recovery: 'rcv_1' }]);
    expect(await recovery()).toMatchObject({ state: 'done', progress: { events: 3, sent: 3 } });
    expect(telemetry.lines.filter(({ recovery: id }) => id === 'rcv_1')).toMatchObject([
      { event: 'recovery.started', askedBy: 'ops' },
      { event: 'recovery.ended', sent: 3 },
    ]);
    await start({}, {}, 'rcv_2');
    await pass(3);
    expect(channel.sent).toHaveLength(6);
  });

  it('gives each its whole schedule again, and does not take up once more what fails again', async () => {
    const { lost, start, pass, channel, answer, states, recovery } = setUp();
    await lost(2);
    answer.now = refusing;
    await start();
    await pass(5);
    expect(channel.sent).toHaveLength(4);
    expect(await states()).toEqual(['failed', 'failed']);
    expect(await recovery()).toMatchObject({ state: 'done', progress: { sent: 2 } });
  });

  it('chooses by time, subscription, state, reason, label and project', async () => {
    const { lost, count, clock, hand, deliverAll, answer } = setUp([
      subscription('hook'),
      subscription('other'),
    ]);
    await lost(2, 'web');
    const later = clock.now() + 5;
    await lost(1, 'db');
    answer.now = refusing;
    await hand(event(9, 'web', 'f'.repeat(32)));
    await deliverAll();
    const sent = async (which: Partial<Which>) => (await count(which)).sent;
    expect(await sent({})).toBe(8);
    expect(await sent({ since: later })).toBe(4);
    expect(await sent({ until: later })).toBe(4);
    expect(await sent({ subscription: 'other' })).toBe(4);
    expect(await sent({ states: ['held'] })).toBe(0);
    expect(await sent({ reasons: ['rejected'] })).toBe(8);
    expect(await sent({ reasons: ['timeout'] })).toBe(0);
    expect(await sent({ labels: { team: 'db' } })).toBe(2);
    expect(await sent({ labels: { team: 'db', missing: '' } })).toBe(0);
    expect(await sent({ projects: ['f'.repeat(32)] })).toBe(2);
  });

  it('sends no faster than was asked, however much there is, and leaves out nothing', async () => {
    const { lost, start, pass, channel, recovery } = setUp();
    await lost(130);
    channel.sent.length = 0;
    await start({}, { perSecond: 2 });
    await pass(10);
    expect(channel.sent.length).toBeGreaterThanOrEqual(18);
    expect(channel.sent.length).toBeLessThanOrEqual(22);
    expect((await recovery()).state).toBe('running');
    await pass(60);
    expect(new Set(channel.sent.map(({ deliveryId }) => deliveryId)).size).toBe(130);
    expect(channel.sent).toHaveLength(130);
    expect(await recovery()).toMatchObject({ state: 'done', progress: { events: 130, sent: 130 } });
  });

  it('lets little go ahead of its time, so that it can be stopped', async () => {
    const { lost, start, pass, recovery, deps, states } = setUp();
    await lost(120);
    await start({}, { perSecond: 0.5 });
    await pass(1);
    expect(await stopRecovery(deps, 'rcv_1', 'somebody')).toMatchObject({ state: 'stopped' });
    expect(await stopRecovery(deps, 'rcv_1', 'somebody')).toBe('over');
    expect(await stopRecovery(deps, 'rcv_9', 'somebody')).toBeNull();
    await pass(300);
    expect((await recovery()).progress.sent).toBe(50);
    expect((await states()).filter((state) => state === 'failed').length).toBe(70);
  });

  it('tries a disabled target with one message, and keeps the others until that arrives', async () => {
    const { hand, deliverAll, answer, channel, start, pass, count, states, lost, recovery } = setUp();
    await lost(2);
    answer.now = gone;
    for (const n of [11, 12, 13]) await hand(event(n));
    await deliverAll();
    expect(await states()).toEqual(['failed', 'failed', 'held', 'held', 'held']);
    expect(await count()).toMatchObject({ sent: 1, kept: 4 });
    channel.sent.length = 0;
    await start();
    await pass(4);
    expect(channel.sent).toHaveLength(1);
    expect(await states()).toEqual(['held', 'held', 'held', 'held', 'held']);
    expect(await recovery()).toMatchObject({ state: 'done', progress: { sent: 1, kept: 4 } });
    answer.now = ok;
    await start({}, {}, 'rcv_2');
    await pass(4);
    expect(await states()).toEqual(Array(5).fill('delivered'));
  });

  it('keeps what is for a paused subscription until that is resumed', async () => {
    const { lost, start, pass, live, states, channel } = setUp();
    await lost(2);
    live.subscriptions = [{ ...live.subscriptions[0]!, paused: true }];
    await start();
    await pass(3);
    expect(await states()).toEqual(['held', 'held']);
    expect(channel.sent).toHaveLength(2);
    live.subscriptions = [subscription('hook')];
    await pass(2);
    expect(await states()).toEqual(['delivered', 'delivered']);
  });

  it('goes to the address of today, and says how many nobody wants any more', async () => {
    const { lost, start, pass, live, channel, recovery } = setUp([subscription('hook'), subscription('old')]);
    await lost(2);
    live.subscriptions = [subscription('hook', { addresses: ['https://hooks.test/new'] })];
    channel.sent.length = 0;
    await start();
    await pass(3);
    expect(channel.sent.map(({ target }) => target.shown)).toEqual(Array(2).fill('https://hooks.test/new'));
    expect((await recovery()).progress).toMatchObject({ sent: 2, skipped: { subscription_removed: 2 } });
  });

  it('leaves drills alone', async () => {
    const { deps, live, count, deliverAll, answer } = setUp();
    answer.now = refusing;
    await ping({ ...store, doorbell: deps.doorbell, clock: deps.clock }, live.subscriptions[0]!, 'ops');
    await deliverAll();
    expect(await count()).toMatchObject({ events: 0, sent: 0 });
  });

  it('says that a count is not complete where there was no time', async () => {
    const { lost, deps, asked } = setUp();
    await lost(120);
    let pages = 0;
    const found = await survey(deps, asked(), () => (pages += 1) <= 1);
    expect(found).toMatchObject({ complete: false, progress: { events: 50, sent: 50 } });
  });

  it('begins once for each id, and no more than a few at once', async () => {
    const { deps, asked, start } = setUp();
    for (let n = 1; n <= MAX_RUNNING; n += 1) await start({}, {}, `rcv_${n}`);
    expect(await startRecovery(deps, 'rcv_99', asked())).toBe('full');
    expect(await startRecovery(deps, 'rcv_1', asked())).toMatchObject({ key: 'rcv_1' });
  });

  it('is forgotten a month after its end', async () => {
    const { start, pass, clock, deps, recovery } = setUp();
    await start();
    await pass(3);
    expect((await recovery()).state).toBe('done');
    const expiring = { ...deps, store, retention: 30 * 86_400_000 };
    clock.pass(SHOWN_MS - 10_000);
    await expire(expiring, 10);
    expect(await recovery()).not.toBeNull();
    clock.pass(10_000);
    await expire(expiring, 10);
    expect(await recovery()).toBeNull();
  });

  it('waits where the store is in trouble, and lets the others go on', async () => {
    const { lost, start, deps, pass, states, recovery, telemetry } = setUp();
    await lost(1);
    await start();
    await start({}, {}, 'rcv_2');
    const broken = { ...store.deliveries, list: async () => Promise.reject(new Error('no disk')) };
    await advanceRecoveries({ ...deps, store: { ...store, deliveries: broken } });
    expect(telemetry.lines.filter(({ event: name }) => name === 'recovery.broken')).toHaveLength(2);
    await pass(62);
    expect(await states()).toEqual(['delivered']);
    expect([(await recovery()).state, (await recovery('rcv_2')).state]).toEqual(['done', 'done']);
  });
});

describe('replaying events to a subscription', () => {
  const late = subscription('late', { on: 'endings' });
  const replay = { how: 'replay' } as const;

  it('sends what it wants and has not had, and nothing twice', async () => {
    const { hand, deliverAll, live, count, start, pass, channel, recovery, rows } = setUp();
    await hand(event(1), event(2), event(3));
    await deliverAll();
    live.subscriptions = [...live.subscriptions, late];
    await hand(event(4));
    await deliverAll();
    const which = { subscription: 'late' };
    expect(await count(which, replay)).toMatchObject({ events: 4, sent: 3, present: 1 });
    channel.sent.length = 0;
    await start(which, replay);
    await pass(4);
    expect(channel.sent.map((one) => one.subscription)).toEqual(['late', 'late', 'late']);
    expect(await recovery()).toMatchObject({ state: 'done', progress: { sent: 3, present: 1 } });
    const its = (await rows()).filter((row) => row.subscription === 'late');
    expect(its.filter((row) => row.asked?.[0]?.how === 'replay')).toHaveLength(3);
    await hand(event(1), event(4));
    await start(which, replay, 'rcv_2');
    await pass(4);
    expect(channel.sent).toHaveLength(3);
    expect((await recovery('rcv_2')).progress).toMatchObject({ sent: 0, present: 4 });
  });

  it('counts as had what it had at a former address', async () => {
    const { hand, deliverAll, live, count } = setUp();
    await hand(event(1));
    await deliverAll();
    live.subscriptions = [subscription('hook', { addresses: ['https://hooks.test/new'] })];
    expect(await count({ subscription: 'hook' }, replay)).toMatchObject({ sent: 0, present: 1 });
  });

  it('keeps what is for a paused subscription, and ends where that is removed', async () => {
    const { hand, live, start, pass, states, recovery, telemetry } = setUp([]);
    await hand(event(1));
    live.subscriptions = [{ ...late, paused: true }];
    await start({ subscription: 'late' }, replay);
    await pass(3);
    expect(await states()).toEqual(['held']);
    expect(await recovery()).toMatchObject({ state: 'done', progress: { kept: 1 } });
    live.subscriptions = [];
    await start({ subscription: 'late' }, replay, 'rcv_2');
    await pass(1);
    expect(await recovery('rcv_2')).toMatchObject({ state: 'stopped' });
    expect(telemetry.lines.at(-1)).toMatchObject({ event: 'recovery.ended', reason: 'subscription_removed' });
  });

  it('takes up events that were stored while it began', async () => {
    const { live, start, pass, hand, clock, recovery, states, deps } = setUp([]);
    live.subscriptions = [late];
    const until = clock.now();
    await start({ subscription: 'late', until }, replay);
    clock.pass(500);
    await advanceRecoveries(deps);
    expect((await recovery()).state).toBe('running');
    live.subscriptions = [];
    await hand({ ...event(1) });
    const [row] = (await store.events.list({ limit: 1 })).rows;
    await store.events.remove(row!);
    await store.events.create([{ ...row!, version: 0, createdAt: until }]);
    live.subscriptions = [late];
    await pass(3);
    expect(await states()).toEqual(['delivered']);
    expect((await recovery()).progress.sent).toBe(1);
  });
});
