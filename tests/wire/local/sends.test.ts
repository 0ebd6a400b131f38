import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openStore, type SqliteStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { newEventRow } from '../../../lib/core/jobs/event-row.ts';
import { newDelivery, type Receipt } from '../../../lib/core/notify/delivery.ts';
import { CHANNELS } from '../../../lib/adapters/channels/registry.ts';
import type { Subscription } from '../../../lib/core/notify/subscription.ts';
import type { Channel } from '../../../lib/ports.ts';
import { createSends } from '../../../lib/wire/local/sends.ts';
import { events } from '../../core/jobs/events.ts';
import { ok, recordingTelemetry, subscription, testClock } from '../../kit.ts';

const TICK_MS = 500;
/** Of an exchange: a receiver that hangs holds its lane for so long. */
const DEADLINE_MS = 15_000;

let store: SqliteStore;
beforeEach(() => void (store = openStore(':memory:')));
afterEach(() => store.close());

/** Receivers whose subscription is called `hang...` never answer; the others do at once. Time passes by ticks alone. */
function start() {
  const world = { answers: false };
  const clock = testClock();
  const hanging: { at: number; letGo: (receipt: Receipt) => void }[] = [];
  const seen = { hanging: 0, most: 0, sent: new Map<string, number>() };
  const channel: Channel = {
    send({ deliveryId, subscription: id }) {
      if (world.answers || !id.startsWith('hang')) {
        seen.sent.set(deliveryId, clock.now());
        return Promise.resolve(ok);
      }
      seen.hanging += 1;
      return new Promise((letGo) => {
        hanging.push({ at: clock.now() + DEADLINE_MS, letGo });
        seen.most = Math.max(seen.most, hanging.length);
      });
    },
  };
  const all: Subscription[] = [];
  const sends = createSends({
    store,
    subscriptions: { all: async () => all },
    channels: { slack: channel, email: channel, webhook: channel },
    clock: clock.now,
    telemetry: recordingTelemetry(),
    rules: CHANNELS,
  });
  let made = 0;
  const hand = async (to: Subscription, count: number): Promise<string[]> => {
    const event = events['job.failed'];
    const each = Array.from({ length: count }, () => {
      const id = `evt_${(made += 1)}`;
      return { ...event, metadata: { ...event.metadata, id } };
    });
    await store.events.create(each.map((one) => newEventRow(one, clock.now())));
    const rows = each.map((one) => newDelivery(one, to, to.targets[0]!, clock.now()));
    await store.deliveries.create(rows);
    return rows.map((row) => row.id);
  };
  /** All that can happen without time passing has happened. */
  const settle = async (): Promise<void> => {
    for (let quiet = 0; quiet < 12; quiet += 1) await new Promise<void>((done) => setImmediate(done));
  };
  const tick = async (): Promise<void> => {
    clock.pass(TICK_MS);
    while (hanging[0] && hanging[0].at <= clock.now())
      hanging.shift()!.letGo({ kind: 'retry', reason: 'uncertain', detail: 'timeout', hung: true });
    await settle();
    await sends.wake();
    await settle();
  };
  const pass = async (ms: number): Promise<void> => {
    for (let passed = 0; passed < ms; passed += TICK_MS) await tick();
  };
  return { world, clock, all, hand, tick, pass, seen, sends, settle, hanging };
}

describe('a ring', () => {
  it('begins with the endpoints of its deliveries, and with no other, without looking for them', async () => {
    const { all, hand, seen, sends, settle } = start();
    const [rung, quiet] = [subscription('rung'), subscription('quiet')];
    all.push(rung, quiet);
    const ids = await hand(rung, 3);
    await hand(quiet, 3);
    const rows = (await store.deliveries.list({ limit: 9 })).rows;
    const looking = vi.spyOn(store.deliveries, 'queues');
    sends.rung(rows.filter((row) => row.subscription === 'rung'));
    await settle();
    expect([...seen.sent.keys()].toSorted()).toEqual(ids.toSorted());
    expect(looking).not.toHaveBeenCalled();
  });

  it('for what is due later begins with nothing', async () => {
    const { all, hand, seen, sends, settle, clock } = start();
    const later = subscription('later');
    all.push(later);
    await hand(later, 1);
    const [row] = (await store.deliveries.list({ limit: 9 })).rows;
    sends.rung([
      { ...row!, due: { ...row!.due!, at: clock.now() + 1 } },
      { ...row!, due: null },
    ]);
    await settle();
    expect(seen.sent.size).toBe(0);
  });
});

describe('receivers that hang', () => {
  it('stop nobody: with 80 of them a healthy one gets each of its messages within two ticks, from the third second on', async () => {
    const { clock, all, hand, tick, seen } = start();
    const receivers = Array.from({ length: 80 }, (_, n) => subscription(`hang${n}`));
    const healthy = subscription('well');
    all.push(...receivers, healthy);
    for (const receiver of receivers) await hand(receiver, 20);
    const handed = new Map<string, number>();
    for (let n = 0; n < 240; n += 1) {
      for (const id of await hand(healthy, 1)) handed.set(id, clock.now());
      await tick();
    }
    const waits = [...handed].map(([id, at]) => (seen.sent.get(id) ?? Infinity) - at);
    expect(Math.max(...waits)).toBeLessThanOrEqual(3_000);
    expect(Math.max(...waits.slice(6))).toBeLessThanOrEqual(2 * TICK_MS);
    // Two minutes: once with 8 messages side by side, then one at a time after 30 s and a minute.
    const rounds = seen.hanging / receivers.length;
    expect(rounds).toBeGreaterThan(8);
    expect(rounds).toBeLessThanOrEqual(8 + 2);
  }, 30_000);

  it('with one message keep those behind it waiting no longer than until another one has ended', async () => {
    const { all, hand, tick, seen, world, hanging, settle } = start();
    const receiver = subscription('hang');
    all.push(receiver);
    await hand(receiver, 20);
    await tick();
    expect(hanging).toHaveLength(8);
    world.answers = true;
    hanging.shift()!.letGo(ok);
    for (let n = 0; n < 5; n += 1) await settle();
    // Seven are under way still.
    expect(seen.sent.size).toBe(12);
    for (const { letGo } of hanging.splice(0)) letGo(ok);
    await settle();
  });

  it('have no more messages at once than their channel allows, recorded or not', async () => {
    const { all, hand, tick, seen, hanging, settle } = start();
    const receiver = subscription('hang');
    all.push(receiver);
    await hand(receiver, 30);
    await tick();
    for (let n = 0; n < 22; n += 1) {
      hanging.shift()!.letGo(ok);
      await settle();
      expect(hanging.length).toBe(8);
    }
    expect(seen).toMatchObject({ hanging: 30, most: 8 });
    for (const { letGo } of hanging.splice(0)) letGo(ok);
    await settle();
  });

  it('and are paused have the messages behind those under way left as due as they are', async () => {
    const { all, hand, tick, hanging, settle } = start();
    const receiver = subscription('hang');
    all.push(receiver);
    await hand(receiver, 100);
    await tick();
    for (const { letGo } of hanging.splice(0))
      letGo({ kind: 'retry', reason: 'rate_limited', detail: 'HTTP 429', afterMs: 60_000 });
    await settle();
    await tick();
    const { rows } = await store.deliveries.list({ limit: 200 });
    expect(rows.filter((row) => row.version === 1).length).toBeGreaterThanOrEqual(100 - 3 * 8);
  });

  it('are tried by one message at a time, and get all the others when they answer again', async () => {
    const { all, hand, pass, seen, world } = start();
    const receiver = subscription('hang');
    all.push(receiver);
    await hand(receiver, 20);
    await pass(16_000);
    expect(seen).toMatchObject({ hanging: 8, most: 8 });
    await pass(45_000);
    expect(seen.hanging).toBe(9);
    expect(await store.endpoints.get(receiver.targets[0]!.endpoint)).toMatchObject({ hung: 2 });
    world.answers = true;
    await pass(100_000);
    const states = (await store.deliveries.list({ limit: 100 })).rows.map((row) => row.state);
    // The 9 that were tried wait for their next attempt.
    expect(states.filter((state) => state === 'delivered').length).toBeGreaterThanOrEqual(11);
    expect(await store.endpoints.get(receiver.targets[0]!.endpoint)).toMatchObject({ hung: 0 });
  });

  it('do not keep a message for ever that never gets its turn', async () => {
    const { all, hand, pass, clock } = start();
    const receiver = subscription('hang');
    all.push(receiver);
    await hand(receiver, 12);
    await pass(16_000);
    clock.pass(8 * 24 * 3_600_000);
    await pass(20_000);
    const rows = (await store.deliveries.list({ limit: 100 })).rows;
    expect(rows.filter((row) => row.reason === 'too_old').length).toBe(12);
  });
});
