import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeliverDeps } from '../../../lib/app/deliver/deliver.ts';
import type { Receipt } from '../../../lib/core/notify/delivery.ts';
import { drain, endpointsDue, rescue } from '../../../lib/app/deliver/drain.ts';
import type { Subscription } from '../../../lib/core/notify/subscription.ts';
import { unsubscribe } from '../../../lib/app/deliver/unsubscribe.ts';
import { openStore, type SqliteStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { ok, recordingTelemetry, rulesWithoutRate, type scriptedChannel, subscription } from '../../kit.ts';
import { delivering, endOf } from './kit.ts';

let store: SqliteStore;
beforeEach(() => void (store = openStore(':memory:')));
afterEach(() => store.close());

function setUp(subscriptions: Subscription[], answer: Parameters<typeof scriptedChannel>[0]) {
  const kit = delivering(store, subscriptions, { answer, schedule: [1_000, 2_000] });
  return { ...kit, hand: (n: number) => kit.happen(endOf(n)) };
}

describe('delivering', () => {
  it('says of what was only accepted that it was, and nowhere that it was delivered', async () => {
    const telemetry = recordingTelemetry();
    const { deps, hand, rows } = setUp([subscription('hook')], () => ({
      kind: 'sent',
      reason: 'accepted',
      detail: 'accepted, not confirmed: HTTP 202',
    }));
    await hand(1);
    for (const endpoint of await endpointsDue(deps, 100))
      await drain({ ...deps, telemetry }, endpoint, () => true);
    expect(await rows()).toMatchObject([{ reason: 'accepted', due: null }]);
    const said = telemetry.lines.filter((line) => 'outcome' in line);
    const event = (await rows())[0]!.event;
    expect(said).toMatchObject([{ event: 'delivery.attempted', eventId: event.metadata.id }]);
    expect(said).toMatchObject([{ outcome: 'accepted', reason: 'accepted' }]);
    expect(JSON.stringify(said)).not.toContain('delivered');
  });

  it('sends one event once to each target of each matching subscription', async () => {
    const subs = [
      subscription('hook'),
      subscription('mail', { channel: 'email', addresses: ['a@example.com', 'b@example.com'] }),
      subscription('quiet', { pattern: subscription('x', { on: 'endings' }).pattern, addresses: [] }),
    ];
    const { hand, deliverAll, channel, rows, rung } = setUp(subs, () => ok);
    await hand(1);
    await hand(1);
    expect(new Set(rung).size).toBe(3);
    await deliverAll();
    await hand(1);
    await deliverAll();
    expect(channel.sent).toHaveLength(3);
    expect((await rows()).map((r) => r.state)).toEqual(['delivered', 'delivered', 'delivered']);
  });

  it('tries again on its schedule under the same id, then gives up', async () => {
    const { hand, deliverAll, channel, clock, rows } = setUp([subscription('hook')], () => ({
      kind: 'retry',
      reason: 'server_error',
      detail: 'HTTP 500',
    }));
    await hand(1);
    for (let n = 0; n < 10; n += 1) {
      await deliverAll();
      clock.pass(1_500);
    }
    expect(channel.sent).toHaveLength(3);
    expect(new Set(channel.sent.map((m) => m.deliveryId)).size).toBe(1);
    expect((await rows())[0]).toMatchObject({ state: 'failed', reason: 'server_error', due: null, spent: 3 });
  });

  it('obeys Retry-After for the whole endpoint and spends no attempt', async () => {
    let busy = true;
    const wait: Receipt = { kind: 'retry', reason: 'rate_limited', detail: 'HTTP 429', afterMs: 30_000 };
    const { hand, deliverAll, channel, clock, rows } = setUp(
      [subscription('a'), subscription('b')],
      (message) => (busy && message.target.shown.endsWith('/a') ? wait : ok),
    );
    await hand(1);
    await deliverAll();
    await hand(2);
    await deliverAll();
    const toA = () => channel.sent.filter((m) => m.target.shown.endsWith('/a')).length;
    expect(toA()).toBe(1);
    expect(channel.sent.length - toA()).toBe(2);
    busy = false;
    clock.pass(29_000);
    await deliverAll();
    expect(toA()).toBe(1);
    clock.pass(1_000);
    await deliverAll();
    expect(toA()).toBe(3);
    expect((await rows()).every((r) => r.state === 'delivered')).toBe(true);
    expect((await rows()).every((r) => r.spent === 1)).toBe(true);
  });

  it('disables an endpoint that is gone, keeps what was meant for it, and emits it', async () => {
    const gone: Receipt = { kind: 'never', reason: 'gone', detail: 'HTTP 410', disable: true };
    const { hand, deliverAll, channel, rows, live, clock } = setUp([subscription('hook')], () => gone);
    await hand(1);
    await deliverAll();
    await hand(2);
    await deliverAll();
    expect(channel.sent).toHaveLength(1);
    expect((await rows()).map((r) => r.state)).toEqual(['held', 'held']);
    const endpoint = await store.endpoints.get(live.subscriptions[0]!.targets[0]!.endpoint);
    expect(endpoint).toMatchObject({
      state: 'disabled',
      outbox: [{ kind: 'subscription.disabled', at: clock.now() }],
    });
  });

  it('records an attempt as uncertain when its worker died while sending', async () => {
    const { hand, deliverAll, deps, channel, rows } = setUp([subscription('hook')], () => ok);
    await hand(1);
    // The worker dies between sending and recording: its claim stays behind.
    const dying: DeliverDeps = {
      ...deps,
      channels: { ...deps.channels, webhook: { send: () => new Promise(() => {}) } },
    };
    void drain(dying, (await rows())[0]!.endpoint, () => true);
    await expect.poll(async () => (await rows())[0]!.state).toBe('sending');
    await deliverAll();
    expect(channel.sent).toHaveLength(0);
    await rescue(deps);
    await deliverAll();
    expect(channel.sent).toHaveLength(1);
    expect((await rows())[0]).toMatchObject({
      state: 'delivered',
      attempts: [{ reason: 'uncertain' }, { reason: 'ok' }],
    });
  });

  it('records it as uncertain too where the delivery is held before it can be tried again', async () => {
    const { hand, deliverAll, deps, live, rows } = setUp([subscription('hook')], () => ok);
    await hand(1);
    const dying: DeliverDeps = {
      ...deps,
      channels: { ...deps.channels, webhook: { send: () => new Promise(() => {}) } },
    };
    void drain(dying, (await rows())[0]!.endpoint, () => true);
    await expect.poll(async () => (await rows())[0]!.state).toBe('sending');
    live.subscriptions = [{ ...subscription('hook'), paused: true }];
    await rescue(deps);
    await deliverAll();
    const detail = 'the worker died while sending';
    expect((await rows())[0]).toMatchObject({ state: 'held', attempts: [{ reason: 'uncertain', detail }] });
  });

  it.each([
    ['slack', 1],
    ['email', 2],
    ['webhook', 8],
  ] as const)('has at most so many messages under way to one target: %s %i', async (channel, concurrency) => {
    const { hand, deps, rows } = setUp([subscription('one', { channel })], () => ok);
    for (let n = 1; n <= 9; n += 1) await hand(n);
    let underWay = 0;
    const seen: number[] = [];
    const send = async (): Promise<Receipt> => {
      seen.push((underWay += 1));
      await new Promise(setImmediate);
      underWay -= 1;
      return ok;
    };
    const channels = { ...deps.channels, [channel]: { send } };
    const rules = rulesWithoutRate();
    await drain({ ...deps, channels, rules }, (await rows())[0]!.endpoint, () => true);
    expect(seen).toHaveLength(9);
    expect(Math.max(...seen)).toBe(concurrency);
  });

  it('puts a delivery whose handling breaks off for five minutes, and goes on with the others', async () => {
    const { hand, deps, channel, clock } = setUp([subscription('a'), subscription('b')], () => ok);
    await hand(1);
    const [broken, other] = (await endpointsDue(deps, 100)).toSorted();
    let isBroken = true;
    const get: typeof store.endpoints.get = async (key) => {
      if (isBroken && key === broken) throw new Error('a bug');
      return store.endpoints.get(key);
    };
    const breaking = { ...deps, store: { ...store, endpoints: { ...store.endpoints, get } } };
    let rounds = 0;
    const few = () => (rounds += 1) <= 3;
    await drain(breaking, broken!, few);
    expect(rounds).toBe(2);
    await drain(breaking, other!, () => true);
    expect(channel.sent).toHaveLength(1);
    isBroken = false;
    clock.pass(299_999);
    expect(await endpointsDue(deps, 100)).toEqual([]);
    clock.pass(1);
    await drain(breaking, broken!, () => true);
    expect(channel.sent).toHaveLength(2);
  });

  it('takes what waits for a changed URL to the new one, under the same id', async () => {
    const { hand, deliverAll, channel, live, rows } = setUp([subscription('hook')], () => ok);
    await hand(1);
    const before = (await rows())[0]!.id;
    live.subscriptions = [subscription('hook', { addresses: ['https://hooks.test/new'] })];
    await deliverAll();
    await deliverAll();
    expect(channel.sent.map((m) => [m.deliveryId, m.target.shown])).toEqual([
      [before, 'https://hooks.test/new'],
    ]);
  });

  it('ends what a removed subscription leaves behind', async () => {
    const { hand, deliverAll, channel, live, rows } = setUp([subscription('hook')], () => ok);
    await hand(1);
    live.subscriptions = [];
    await deliverAll();
    expect(channel.sent).toEqual([]);
    expect((await rows())[0]).toMatchObject({ state: 'failed', reason: 'subscription_removed', due: null });
  });

  it('sends nothing to an address that unsubscribed while its mail was waiting, nor holds it', async () => {
    const mail = subscription('mail', { channel: 'email', addresses: ['a@example.com', 'b@example.com'] });
    const { hand, deliverAll, channel, rows, deps } = setUp([mail], () => ok);
    await hand(1);
    await unsubscribe(deps, { subscription: 'mail', address: 'a@example.com' });
    await deliverAll();
    expect(channel.sent.map((m) => m.target.shown)).toEqual(['b@example.com']);
    const left = (await rows()).find((row) => row.shown === 'a@example.com');
    expect(left).toMatchObject({ state: 'failed', reason: 'unsubscribed', due: null });
  });

  it('sends one mailbox one mail, and knows it again in other capitals', async () => {
    const mail = (address: string) => subscription('mail', { channel: 'email', addresses: [address] });
    const { hand, deliverAll, channel, live, deps } = setUp([mail('Ops@Example.com')], () => ok);
    await hand(1);
    live.subscriptions = [mail('ops@example.com')];
    await hand(1);
    await deliverAll();
    expect(channel.sent).toHaveLength(1);
    await unsubscribe(deps, { subscription: 'mail', address: 'OPS@example.com' });
    await hand(2);
    await deliverAll();
    expect(channel.sent).toHaveLength(1);
  });

  it('tells the channel which subscription wanted it', async () => {
    const { hand, deliverAll, channel } = setUp([subscription('a'), subscription('b')], () => ok);
    await hand(1);
    await deliverAll();
    expect(channel.sent.map((m) => m.subscription).toSorted()).toEqual(['a', 'b']);
  });

  it('lets one worker of several have a delivery', async () => {
    const { hand, deps, channel, rows } = setUp([subscription('hook')], () => ok);
    await hand(1);
    const { endpoint } = (await rows())[0]!;
    await Promise.all([1, 2, 3].map(() => drain(deps, endpoint, () => true)));
    expect(channel.sent).toHaveLength(1);
  });
});
