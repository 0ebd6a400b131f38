/** A target takes nothing any more: somebody else hears of it, the log says so, and it is tried again by itself. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore, type SqliteStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { deliver } from '../../../lib/app/deliver/deliver.ts';
import { enable, releaseHeld } from '../../../lib/app/deliver/release.ts';
import { unsubscribe } from '../../../lib/app/deliver/unsubscribe.ts';
import { publishDue } from '../../../lib/app/sweep/publish.ts';
import type { Event } from '../../../lib/core/jobs/event.ts';
import type { Receipt } from '../../../lib/core/notify/delivery.ts';
import { endpointId, judge, newEndpoint } from '../../../lib/core/notify/endpoint.ts';
import type { Subscription } from '../../../lib/core/notify/subscription.ts';
import { ok, scriptedChannel, START, subscription } from '../../kit.ts';
import { delivering, endOf } from './kit.ts';

let store: SqliteStore;
beforeEach(() => void (store = openStore(':memory:')));
afterEach(() => store.close());

const HOUR = 3_600_000;
const GONE: Receipt = { kind: 'never', reason: 'gone', detail: 'HTTP 404: no_service', disable: true };
const DOWN: Receipt = { kind: 'retry', reason: 'server_error', detail: 'HTTP 500' };
/** Targets that are named here answer like this; all others take everything. */
function setUp(subscriptions: Subscription[], dead: Record<string, Receipt>) {
  const world = delivering(store, subscriptions, {
    answer: ({ target }) => dead[target.shown] ?? ok,
    schedule: [1_000, 2_000],
  });
  const { clock, telemetry, channel, live, deps, doorbell } = world;
  const bus = {
    async publish(events: readonly Event[]) {
      await world.happen(...events);
      return events.map(() => ({ outcome: 'accepted' as const }));
    },
  };
  const releasing = { store, subscriptions: deps.subscriptions, doorbell, clock: clock.now };
  /** What a tick does, until nothing is due. */
  async function work(): Promise<void> {
    for (let round = 0; round < 5; round += 1) {
      await publishDue({ store, bus, clock: clock.now, telemetry }, 100);
      await releaseHeld(releasing, 100);
      await world.deliverAll();
      clock.pass(10);
    }
  }
  const sent = (kind: string) => channel.sent.filter(({ event }) => event.kind === kind);
  return {
    clock,
    telemetry,
    channel,
    dead,
    live,
    deps,
    work,
    releasing,
    happen: (n: number) => bus.publish([endOf(n)]),
    /** Who was told that a target is disabled, in order. */
    told: () => sent('subscription.disabled').map(({ target }) => target.shown),
    /** The jobs of which this target was sent something. */
    jobs: (shown: string) =>
      sent('job.failed').flatMap(({ target, event }) =>
        target.shown === shown ? [parseInt(event.subject.slice(-4), 16)] : [],
      ),
    held: async () => (await store.deliveries.list({ state: 'held', limit: 100 })).rows.length,
  };
}
const slack = (id: string, on: 'failures' | 'endings' = 'failures', url = id): Subscription =>
  subscription(id, { channel: 'slack', on, addresses: [url] });
const mail = (id: string, addresses: string[], on: 'failures' | 'endings' = 'endings') =>
  subscription(id, { channel: 'email', on, addresses });

describe('that a target is disabled', () => {
  it("is told to those who have 'failures', and not through the target itself", async () => {
    const w = setUp([slack('ops'), slack('dev'), mail('team', ['a@example.com'])], { ops: GONE });
    await w.happen(1);
    await w.work();
    expect(w.told()).toEqual(['dev']);
  });

  it('is told to every other target where nobody wants to know: with the example, to the mail addresses and the webhook', async () => {
    const team = mail('team', ['ops@example.com', 'oncall@example.com']);
    const ci = subscription('ci', { on: 'endings', addresses: ['https://ci.example.com/'] });
    const w = setUp([slack('ops-failures'), team, ci], { 'ops-failures': GONE });
    await w.happen(1);
    await w.work();
    expect(w.told().toSorted()).toEqual(['https://ci.example.com/', 'oncall@example.com', 'ops@example.com']);
  });

  it('is told to the others too where those who want to know are out of order themselves', async () => {
    const paused = { ...slack('paused'), paused: true as const };
    const same = slack('same-url', 'failures', 'ops');
    const w = setUp([slack('ops'), same, paused, slack('dead'), mail('team', ['a@example.com'])], {
      ops: GONE,
      dead: GONE,
    });
    await w.happen(1);
    await w.work();
    // Of both, since the one was dead by the time that the other was found to be.
    expect(w.told().filter((shown) => shown === 'a@example.com').length).toBeGreaterThanOrEqual(1);
    expect(w.told()).not.toContain('ops');
  });

  it('is told to the other addresses of the same mail subscription', async () => {
    const w = setUp([mail('team', ['a@example.com', 'b@example.com'], 'failures')], {});
    await unsubscribe(
      { store, clock: w.clock.now, telemetry: w.telemetry },
      { subscription: 'team', address: 'a@example.com' },
    );
    await w.work();
    expect(w.told()).toEqual(['b@example.com']);
  });

  it('reaches nobody twice, and waits where there is nobody else', async () => {
    const w = setUp([slack('ops')], { ops: GONE });
    await w.happen(1);
    await w.work();
    expect(w.told()).toEqual([]);
    expect(w.telemetry.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it('is an error in the log, with the command that resumes', async () => {
    const w = setUp([slack('ops')], { ops: GONE });
    await w.happen(1);
    await w.happen(2);
    await w.work();
    expect(w.telemetry.lines.filter(({ event }) => event === 'subscription.disabled')).toEqual([
      {
        level: 'error',
        event: 'subscription.disabled',
        subscription: 'ops',
        channel: 'slack',
        target: 'ops',
        reason: 'gone',
        detail: 'HTTP 404: no_service',
        consequence: expect.stringContaining('kept'),
        fix: 'repair the target, then: jobchime subscriptions resume ops',
      },
    ]);
  });
});

describe('a disabled target', () => {
  it('is tried once an hour with the oldest that is kept for it, and by nothing in between', async () => {
    const w = setUp([slack('ops')], { ops: GONE });
    for (const n of [1, 2, 3]) {
      await w.happen(n);
      await w.work();
    }
    expect(w.jobs('ops')).toEqual([1]);
    w.clock.pass(HOUR - 1_000);
    await w.work();
    expect(w.jobs('ops')).toEqual([1]);
    w.clock.pass(1_000);
    await w.work();
    await w.work();
    expect(w.jobs('ops')).toEqual([1, 1]);
    w.clock.pass(HOUR);
    await w.work();
    expect(w.jobs('ops')).toEqual([1, 1, 1]);
    expect(await w.held()).toBe(3);
    // It is told of once, however often it is found out.
    expect(w.telemetry.lines.filter(({ level }) => level === 'error')).toHaveLength(1);
  });

  it('that takes that one works again: everything goes out, oldest first, each once', async () => {
    const w = setUp([slack('ops')], { ops: GONE });
    for (const n of [1, 2, 3]) {
      await w.happen(n);
      await w.work();
    }
    delete w.dead['ops'];
    w.clock.pass(HOUR);
    await w.work();
    expect(w.jobs('ops')).toEqual([1, 1, 2, 3]);
    expect(await w.held()).toBe(0);
    expect(w.telemetry.lines.filter(({ event }) => event === 'subscription.enabled')).toHaveLength(1);
    w.dead['ops'] = GONE;
    await w.happen(4);
    await w.work();
    expect(w.telemetry.lines.filter(({ event }) => event === 'subscription.disabled')).toHaveLength(2);
  });

  it('that is in trouble of another kind stays disabled, and loses nothing', async () => {
    const w = setUp([slack('ops')], { ops: GONE });
    await w.happen(1);
    await w.work();
    w.dead['ops'] = DOWN;
    for (let hour = 1; hour <= 3; hour += 1) {
      w.clock.pass(HOUR);
      await w.work();
      w.clock.pass(10_000);
      await w.work();
      expect(await w.held()).toBe(1);
    }
    expect(w.jobs('ops')).toEqual([1, 1, 1, 1]);
    expect((await store.endpoints.get(endpointId('slack', 'ops')))!.state).toBe('disabled');
  });

  it('is tried neither while its subscription is paused nor once its owner unsubscribed', async () => {
    const w = setUp([slack('ops'), mail('team', ['a@example.com'], 'failures')], { ops: GONE });
    await w.happen(1);
    await w.work();
    w.live.subscriptions = w.live.subscriptions.map((one) => ({ ...one, paused: true as const }));
    await unsubscribe(
      { store, clock: w.clock.now, telemetry: w.telemetry },
      { subscription: 'team', address: 'a@example.com' },
    );
    await w.happen(2);
    w.clock.pass(2 * HOUR);
    await w.work();
    expect(w.jobs('ops')).toEqual([1]);
    expect(w.jobs('a@example.com')).toEqual([1]);
  });

  it('is tried by one of two who look at the same moment', async () => {
    const w = setUp([slack('ops')], { ops: GONE });
    await w.happen(1);
    await w.happen(2);
    await w.work();
    w.clock.pass(HOUR);
    const released = await Promise.all([releaseHeld(w.releasing, 100), releaseHeld(w.releasing, 100)]);
    expect(released.toSorted()).toEqual([0, 1]);
  });

  it('is tried an hour later where the process was killed before it could be', async () => {
    const w = setUp([slack('ops')], { ops: GONE });
    await w.happen(1);
    await w.work();
    w.clock.pass(HOUR);
    const { save } = store.deliveries;
    const killed = {
      ...store,
      deliveries: { ...store.deliveries, save: async () => Promise.reject(new Error('killed')) },
    };
    await expect(releaseHeld({ ...w.releasing, store: killed }, 100)).rejects.toThrow('killed');
    expect(store.deliveries.save).toBe(save);
    await w.work();
    expect(w.jobs('ops')).toEqual([1]);
    delete w.dead['ops'];
    w.clock.pass(HOUR);
    await w.work();
    expect(w.jobs('ops')).toEqual([1, 1]);
  });

  it('works again only by a message that was sent to find that out', () => {
    const before = newEndpoint(
      { endpoint: 'ep_1', subscription: 'ops', channel: 'slack', shown: 'ops' },
      START,
    );
    const disabled = judge(before, GONE, START);
    expect(disabled.state).toBe('disabled');
    expect(judge(disabled, ok, START + 1, { before: before }).state).toBe('disabled');
    expect(judge(disabled, ok, START + HOUR, { before: disabled }).state).toBe('ok');
    const again = judge({ ...disabled, state: 'ok' }, GONE, START + 2 * HOUR);
    expect(judge(again, ok, START + 2 * HOUR, { before: disabled }).state).toBe('disabled');
  });

  it('stays disabled when a message that was on its way arrives, and works again when somebody resumes it', async () => {
    const hook = subscription('hook', { addresses: ['hook'] });
    let gate = (): void => {};
    const slow = new Promise<void>((resolve) => (gate = resolve));
    const w = setUp([hook], { hook: GONE });
    const channel = scriptedChannel(async (message) => {
      if (!message.event.subject.endsWith('2')) return GONE;
      await slow;
      return ok;
    });
    const deps = { ...w.deps, channels: { slack: channel, email: channel, webhook: channel } };
    await w.happen(1);
    await w.happen(2);
    const { rows } = await store.deliveries.list({ limit: 9 });
    const of = (n: number) => rows.find(({ event }) => event.subject.endsWith(String(n)))!;
    const second = deliver(deps, of(2));
    await deliver(deps, of(1));
    gate();
    expect(await second).toBe('delivered');
    const key = endpointId('webhook', 'hook');
    expect((await store.endpoints.get(key))!.state).toBe('disabled');
    await enable(store, hook, { alsoUnsubscribed: false });
    expect((await store.endpoints.get(key))!.state).toBe('ok');
  });
});

describe('that nothing arrives at a target', () => {
  const DAY = 24 * HOUR;
  /** The kinds that this target was told of others, in order. */
  const heard = (w: ReturnType<typeof setUp>, shown: string): string[] =>
    w.channel.sent.flatMap(({ target, event }) =>
      target.shown === shown && !event.kind.startsWith('job.') ? [event.kind] : [],
    );
  /** Long enough for all attempts of a message. */
  async function exhaust(w: ReturnType<typeof setUp>): Promise<void> {
    for (let attempt = 0; attempt < 4; attempt += 1) {
      await w.work();
      w.clock.pass(3_000);
    }
  }

  it('is told to every other target, once for all messages that are given up, and that it works again', async () => {
    const w = setUp([slack('ops'), mail('team', ['a@example.com'])], { ops: DOWN });
    for (const n of [1, 2, 3]) await w.happen(n);
    await exhaust(w);
    await w.happen(4);
    await exhaust(w);
    expect(heard(w, 'a@example.com')).toEqual(['subscription.failing', 'delivery.failed']);
    delete w.dead['ops'];
    await w.happen(5);
    await w.work();
    expect(heard(w, 'a@example.com')).toEqual([
      'subscription.failing',
      'delivery.failed',
      'subscription.recovered',
    ]);
    expect(heard(w, 'ops')).toEqual([]);
    expect(w.channel.sent.at(-1)!.event.data).toMatchObject({ givenUp: 3 });
  });

  it('is told to those who did not subscribe to it, too, where those who did fail as well', async () => {
    const w = setUp([slack('ops'), slack('dev'), mail('team', ['a@example.com'])], { ops: DOWN, dev: DOWN });
    await w.happen(1);
    await exhaust(w);
    await exhaust(w);
    expect(new Set(heard(w, 'a@example.com'))).toEqual(new Set(['subscription.failing', 'delivery.failed']));
  });

  it('for five days disables it: what comes is kept and sent when it works again', async () => {
    const w = setUp([slack('ops'), slack('dev')], { ops: DOWN });
    for (let day = 0; day < 6; day += 1) {
      await w.happen(day + 1);
      await exhaust(w);
      w.clock.pass(DAY - 12_000);
    }
    await w.happen(7);
    await exhaust(w);
    expect(heard(w, 'dev')).toEqual(['subscription.failing', 'delivery.failed', 'subscription.disabled']);
    expect(await w.held()).toBe(2);
    delete w.dead['ops'];
    w.clock.pass(HOUR);
    await w.work();
    expect(await w.held()).toBe(0);
    expect(w.jobs('ops').slice(-2)).toEqual([6, 7]);
    expect(heard(w, 'dev').at(-1)).toBe('subscription.recovered');
  });

  it('is counted in the times of the configuration', async () => {
    const w = setUp([slack('ops'), slack('dev')], { ops: DOWN });
    w.deps.policy = { failingAfter: 500, disableAfter: 2_500 };
    await w.happen(1);
    await exhaust(w);
    expect(heard(w, 'dev')).toContain('subscription.disabled');
  });

  it('and what waited there for a week is told of as well', async () => {
    const asks: Receipt = { kind: 'retry', reason: 'server_error', detail: 'HTTP 503', afterMs: DAY };
    const w = setUp([slack('ops'), slack('dev')], { ops: asks });
    w.deps.policy = { failingAfter: 30 * DAY, disableAfter: 30 * DAY };
    await w.happen(1);
    for (let day = 0; day < 9; day += 1) {
      await w.work();
      w.clock.pass(DAY);
    }
    expect(heard(w, 'dev')).toEqual(['subscription.failing', 'delivery.failed']);
    expect(w.channel.sent.at(-1)!.event.data).toMatchObject({ reason: 'server_error', givenUp: 1 });
  });
});
