import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Receipt } from '../../../lib/core/notify/delivery.ts';
import { claim, hold } from '../../../lib/core/notify/delivery-steps.ts';
import { rescue } from '../../../lib/app/deliver/drain.ts';
import { handleDoorbell } from '../../../lib/app/deliver/handle-doorbell.ts';
import { redeliver } from '../../../lib/app/deliver/redeliver.ts';
import { enable, releaseHeld } from '../../../lib/app/deliver/release.ts';
import { unsubscribe } from '../../../lib/app/deliver/unsubscribe.ts';
import { openStore, type SqliteStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { events } from '../../core/jobs/events.ts';
import { dispatchStored, ok, subscription } from '../../kit.ts';
import { delivering } from './kit.ts';

let store: SqliteStore;
beforeEach(() => void (store = openStore(':memory:')));
afterEach(() => store.close());

const broken: Receipt = { kind: 'retry', reason: 'server_error', detail: 'HTTP 500' };
const gone: Receipt = { kind: 'never', reason: 'gone', detail: 'HTTP 410', disable: true };
const hanging: Receipt = { kind: 'retry', reason: 'timeout', detail: 'no answer', hung: true };
const tooMany: Receipt = { kind: 'retry', reason: 'rate_limited', detail: 'HTTP 429', afterMs: 60_000 };

/** One delivery, of which `answers` are what its receiver says, the last for ever. */
async function setUp(...answers: Receipt[]) {
  const script = [...answers];
  const world = delivering(store, [subscription('hook')], {
    answer: () => (script.length > 1 ? script.shift()! : script[0]!),
  });
  const { clock, channel, live, telemetry, deps, doorbell, deliverAll } = world;
  await world.happen(events['job.failed']);
  const key = (await store.deliveries.list({ limit: 1 })).rows[0]!.key;
  const row = async () => (await store.deliveries.get(key))!;
  const again = (by = 'ops') => redeliver({ ...deps, doorbell }, key, by);
  const endpoint = async () => store.endpoints.get((await row()).endpoint);
  /** Asks, and has what is due delivered. */
  const redelivered = async () => {
    expect(await again()).toMatchObject({ outcome: 'asked' });
    clock.pass(10);
    await deliverAll();
    return row();
  };
  /** Until it is given up. */
  const exhausted = async () => {
    await deliverAll();
    clock.pass(2_000);
    await deliverAll();
    expect((await row()).state).toBe('failed');
  };
  return {
    clock,
    channel,
    script,
    live,
    telemetry,
    deps,
    doorbell,
    deliverAll,
    key,
    row,
    again,
    redelivered,
    exhausted,
    endpoint,
  };
}

describe('a delivery that somebody asks for again', () => {
  it('is sent once more under its id, at a new time, and says who asked', async () => {
    const { deliverAll, redelivered, channel, clock, telemetry, row } = await setUp(ok);
    await deliverAll();
    const before = await row();
    clock.pass(3_600_000);
    const after = await redelivered();
    expect(channel.sent.map(({ deliveryId }) => deliveryId)).toEqual([before.id, before.id]);
    expect(channel.sent[1]!.at - channel.sent[0]!.at).toBe(3_600_010);
    expect(after).toMatchObject({
      state: 'delivered',
      reason: 'ok',
      due: null,
      spent: 1,
      attempts: [{ counts: true }, { reason: 'ok', counts: false }],
      asked: [{ at: clock.now() - 10, by: 'ops', how: 'redeliver' }],
    });
    expect(after.resend).toBeUndefined();
    expect(telemetry.lines.filter(({ askedBy }) => askedBy === 'ops')).toMatchObject([
      { level: 'info', delivery: after.id, subscription: 'hook', eventId: after.event.metadata.id },
      { level: 'info', delivery: after.id, reason: 'ok', eventId: after.event.metadata.id },
    ]);
    await deliverAll();
    expect(channel.sent).toHaveLength(2);
  });

  it('stays delivered where the second message does not arrive, and is not tried again', async () => {
    const { deliverAll, redelivered, channel, clock } = await setUp(ok, broken);
    await deliverAll();
    const after = await redelivered();
    expect(after).toMatchObject({ state: 'delivered', reason: 'ok', due: null, spent: 1 });
    expect(after.attempts.map(({ reason }) => reason)).toEqual(['ok', 'server_error']);
    clock.pass(86_400_000);
    await deliverAll();
    expect(channel.sent).toHaveLength(2);
  });

  it('is delivered where it had failed and now arrives', async () => {
    const { exhausted, redelivered } = await setUp(broken, broken, ok);
    await exhausted();
    expect(await redelivered()).toMatchObject({ state: 'delivered', reason: 'ok', due: null, spent: 2 });
  });

  it('stays failed where it does not arrive, however old it is', async () => {
    const { exhausted, redelivered, clock } = await setUp(broken, broken, tooMany);
    await exhausted();
    clock.pass(20 * 86_400_000);
    const after = await redelivered();
    expect(after).toMatchObject({ state: 'failed', reason: 'server_error', due: null, spent: 2 });
    expect(after.attempts.at(-1)).toMatchObject({ reason: 'rate_limited' });
  });

  it.each([
    ['takes it', ok],
    ['is gone', gone],
    ['asks to wait', tooMany],
    ['does not answer', hanging],
  ])('tells nothing of its target where that %s', async (_, answer) => {
    const { deliverAll, redelivered, endpoint } = await setUp(ok, answer);
    await deliverAll();
    await redelivered();
    expect(await endpoint()).toBeNull();
  });

  it('reaches a disabled target, which stays disabled, and what was held for it stays held until that is resumed', async () => {
    const { deliverAll, redelivered, endpoint, row, script, deps, doorbell, live } = await setUp(gone);
    await deliverAll();
    const [held, disabled] = [await row(), await endpoint()];
    expect(held.state).toBe('held');
    const after = await redelivered();
    expect(after).toMatchObject({ state: 'held', reason: 'gone', due: held.due });
    expect(after.attempts).toHaveLength(2);
    expect(await endpoint()).toEqual(disabled);
    script[0] = ok;
    await enable(store, live.subscriptions[0]!, { alsoUnsubscribed: false });
    expect(await releaseHeld({ ...deps, doorbell }, 10)).toBe(1);
    await deliverAll();
    expect((await row()).state).toBe('delivered');
  });

  it('reaches a disabled target that works again, which a person then enables', async () => {
    const { deliverAll, redelivered, endpoint } = await setUp(gone, ok);
    await deliverAll();
    expect(await redelivered()).toMatchObject({ state: 'delivered' });
    expect(await endpoint()).toMatchObject({ state: 'disabled' });
  });

  it('goes out for a paused subscription', async () => {
    const { deliverAll, redelivered, live } = await setUp(ok);
    live.subscriptions = [{ ...live.subscriptions[0]!, paused: true }];
    await deliverAll();
    expect(await redelivered()).toMatchObject({ state: 'delivered' });
  });

  it('takes nothing from the schedule of one that is tried again anyway', async () => {
    const { deliverAll, redelivered, row } = await setUp(broken);
    await deliverAll();
    const before = await row();
    expect(await redelivered()).toMatchObject({ state: 'retrying', due: before.due, spent: 1 });
  });

  it('heeds what its target asked for, and not a pause that was only a guess', async () => {
    const asked = await setUp(tooMany, ok);
    await asked.deliverAll();
    await asked.again();
    asked.clock.pass(59_000);
    await asked.deliverAll();
    expect(asked.channel.sent).toHaveLength(1);
    asked.clock.pass(1_000);
    await asked.deliverAll();
    expect(asked.channel.sent).toHaveLength(2);

    await store.close();
    store = openStore(':memory:');
    const guessed = await setUp(hanging, ok);
    await guessed.deliverAll();
    expect(await guessed.redelivered()).toMatchObject({ state: 'delivered' });
  });

  it('goes to the address and with the keys of today', async () => {
    const { deliverAll, again, channel, live, row } = await setUp(ok);
    await deliverAll();
    const moved = subscription('hook', { addresses: ['https://hooks.test/new'] });
    live.subscriptions = [moved];
    await again();
    await deliverAll();
    await deliverAll();
    expect(channel.sent[1]).toMatchObject({
      deliveryId: channel.sent[0]!.deliveryId,
      target: moved.targets[0]!,
    });
    expect(await row()).toMatchObject({
      state: 'delivered',
      endpoint: moved.targets[0]!.endpoint,
      due: null,
    });
  });

  it('is one attempt for all who asked before it was made', async () => {
    const { deliverAll, again, channel, row } = await setUp(ok);
    await deliverAll();
    const asked = await Promise.all([again('one'), again('two'), again('three')]);
    expect(asked.map(({ outcome }) => outcome)).toEqual(['asked', 'asked', 'asked']);
    await deliverAll();
    expect(channel.sent).toHaveLength(2);
    expect((await row()).asked).toHaveLength(1);
  });

  it('is refused while it is being sent, so that what comes of that is recorded', async () => {
    const { again, row, clock } = await setUp(ok);
    await store.deliveries.save(claim(await row(), clock.now(), 60_000));
    expect(await again()).toEqual({ outcome: 'refused', why: 'sending' });
  });

  it('is sent by the next worker where its worker died, and says that nobody knows what became of that attempt', async () => {
    const { deliverAll, again, row, clock, channel, deps } = await setUp(ok, broken);
    await deliverAll();
    await again();
    await store.deliveries.save(claim(await row(), clock.now(), 60_000));
    expect(await rescue(deps)).toBe(1);
    await deliverAll();
    expect(channel.sent).toHaveLength(2);
    const after = await row();
    expect(after).toMatchObject({ state: 'delivered', due: null });
    expect(after.attempts.map(({ reason }) => reason)).toEqual(['ok', 'uncertain', 'server_error']);
  });

  it('is refused where nobody wants it, nothing is left to send, or its secrets are locked', async () => {
    const { deliverAll, again, live, key } = await setUp(ok);
    await deliverAll();
    const [hook] = live.subscriptions;
    live.subscriptions = [];
    expect(await again()).toEqual({ outcome: 'refused', why: 'subscription_removed' });
    live.subscriptions = [{ ...hook!, paused: true, fault: 'locked' }];
    expect(await again()).toEqual({ outcome: 'refused', why: 'locked' });
    live.subscriptions = [hook!];
    await store.events.remove((await store.events.get(key.split('/')[0]!))!);
    expect(await again()).toEqual({ outcome: 'refused', why: 'expired' });
  });

  it('is not sent where its subscription went meanwhile, and the row says so', async () => {
    const { deliverAll, live, channel, again, row } = await setUp(ok);
    await deliverAll();
    await again();
    live.subscriptions = [];
    await deliverAll();
    expect(channel.sent).toHaveLength(1);
    expect(await row()).toMatchObject({
      state: 'delivered',
      due: null,
      attempts: [{}, { reason: 'subscription_removed', counts: false }],
    });
  });

  it('does not reach who unsubscribed', async () => {
    const { deps, doorbell, live, clock, telemetry, deliverAll } = await setUp(ok);
    live.subscriptions = [subscription('mail', { channel: 'email', addresses: ['a@example.com'] })];
    await dispatchStored({ ...store, ...deps, doorbell }, [events['job.lost']]);
    await deliverAll();
    const [mail] = (await store.deliveries.list({ limit: 9 })).rows.filter((one) => one.channel === 'email');
    await unsubscribe(
      { store, clock: clock.now, telemetry },
      { subscription: 'mail', address: 'a@example.com' },
    );
    expect(await redeliver({ ...deps, doorbell }, mail!.key, 'ops')).toEqual({
      outcome: 'refused',
      why: 'unsubscribed',
    });
  });

  it('is found by a ring of the doorbell also where it is held', async () => {
    const { deliverAll, again, key, deps, doorbell, channel, row } = await setUp(gone, ok);
    await deliverAll();
    expect(await handleDoorbell({ ...deps, doorbell }, key)).toBe('nothing');
    await again();
    expect(await handleDoorbell({ ...deps, doorbell }, key)).toBe('delivered');
    expect(channel.sent).toHaveLength(2);
    expect((await row()).due).toBeNull();
  });

  it('is not released beside that, where it was held', async () => {
    const { row, deps, doorbell, again, deliverAll, channel } = await setUp(ok);
    await store.deliveries.save(hold(await row(), 'gone'));
    await again();
    expect(await releaseHeld({ ...deps, doorbell }, 10)).toBe(0);
    await deliverAll();
    expect(channel.sent).toHaveLength(1);
  });
});

describe('an attempt that somebody asked for and that had to wait', () => {
  it('goes to a disabled target also where the place to send was waited for', async () => {
    const { deliverAll, again, row, deps } = await setUp(gone, ok);
    await deliverAll();
    await again();
    deps.place = async () => false;
    await deliverAll();
    expect(await row()).toMatchObject({ state: 'delivered', due: null });
  });

  it('tells nothing of its target where that asked to wait for so long that it was never made', async () => {
    const { exhausted, again, row, clock, endpoint, deliverAll } = await setUp(broken);
    await exhausted();
    await again();
    const known = (await endpoint())!;
    clock.pass(7 * 86_400_000 - 1_000);
    await store.endpoints.save({ ...known, hung: 0, pausedUntil: clock.now() + 60_000 });
    const before = await endpoint();
    await deliverAll();
    expect(await row()).toMatchObject({ state: 'failed', reason: 'server_error', due: null });
    expect(await endpoint()).toEqual(before);
  });
});
