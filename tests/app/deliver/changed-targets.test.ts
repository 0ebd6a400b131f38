import { delivering } from './kit.ts';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore, type SqliteStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { releaseHeld } from '../../../lib/app/deliver/release.ts';
import { endpointEvent } from '../../../lib/core/notify/endpoint-event.ts';
import type { Receipt } from '../../../lib/core/notify/delivery.ts';
import type { Subscription } from '../../../lib/core/notify/subscription.ts';
import { events } from '../../core/jobs/events.ts';
import { ok, subscription } from '../../kit.ts';

let store: SqliteStore;
beforeEach(() => void (store = openStore(':memory:')));
afterEach(() => store.close());

const gone: Receipt = { kind: 'never', reason: 'gone', detail: 'HTTP 410', disable: true };
const busy: Receipt = { kind: 'retry', reason: 'rate_limited', detail: 'HTTP 429', afterMs: 3_600_000 };
const hung: Receipt = { kind: 'retry', reason: 'uncertain', detail: 'timeout', hung: true };

/** Subscriptions that the test may change; `answer` is what the receivers behind an address say. */
function setUp(subscriptions: Subscription[], answer: (address: string) => Receipt = () => ok) {
  const world = delivering(store, subscriptions, { answer: ({ target }) => answer(target.address()) });
  const { clock, channel, live, rung, deps, doorbell, rows } = world;
  const hand = (event = events['job.failed']) => world.happen(event);
  const deliverAll = async () => {
    for (let round = 0; round < 3; round += 1) await world.deliverAll();
  };
  const release = () => releaseHeld({ ...deps, doorbell }, 100);
  const sentTo = () => channel.sent.map(({ target }) => target.address());
  return { clock, live, rings: rung, hand, deliverAll, release, rows, sentTo };
}

const mail = (...addresses: string[]) => subscription('mail', { channel: 'email', addresses });
const hook = (address: string) => subscription('hook', { addresses: [`https://hooks.test/${address}`] });

describe('an address that leaves the list', () => {
  it('takes its waiting mail with it: nobody else of the list gets it', async () => {
    const { live, hand, deliverAll, rows, sentTo } = setUp([mail('a@example.com', 'b@example.com')]);
    await hand();
    live.subscriptions = [mail('b@example.com', 'c@example.com')];
    await deliverAll();
    expect(sentTo()).toEqual(['b@example.com']);
    const left = (await rows()).find((row) => row.shown === 'a@example.com');
    expect(left).toMatchObject({ state: 'failed', reason: 'subscription_removed', due: null });
  });

  it('gets nothing more of what is tried again, nor of what was held', async () => {
    const { clock, live, hand, deliverAll, release, rows, sentTo } = setUp(
      [mail('a@example.com', 'b@example.com')],
      () => hung,
    );
    await hand();
    await deliverAll();
    live.subscriptions = [{ ...mail('a@example.com', 'b@example.com'), paused: true }];
    clock.pass(60_000);
    await deliverAll();
    expect((await rows()).map(({ state }) => state)).toEqual(['held', 'held']);
    live.subscriptions = [mail('b@example.com')];
    await release();
    await deliverAll();
    expect(sentTo().filter((address) => address === 'a@example.com')).toHaveLength(1);
    expect(sentTo().filter((address) => address === 'b@example.com')).toHaveLength(2);
  });
});

describe('a row that was there already', () => {
  it('still rings, since its writer may have died before', async () => {
    const { hand, rings, rows, deliverAll } = setUp([hook('a')]);
    await hand();
    rings.length = 0;
    await hand();
    expect(rings).toEqual((await rows()).map((row) => row.id));
    await deliverAll();
    rings.length = 0;
    await hand();
    expect(rings).toEqual([]);
  });
});

describe('the end of a subscription', () => {
  it('is told to others and not through itself', async () => {
    const all = [hook('dead'), subscription('other'), mail('a@example.com')];
    const { hand, deliverAll, rows, sentTo } = setUp(all, (address) =>
      address.endsWith('/dead') ? gone : ok,
    );
    await hand();
    await deliverAll();
    const endpoint = (await store.endpoints.get(all[0]!.targets[0]!.endpoint))!;
    await hand(endpointEvent(endpoint, endpoint.outbox[0]!));
    const told = (await rows()).filter((row) => row.event.kind === 'subscription.disabled');
    expect(told.map((row) => row.subscription).toSorted()).toEqual(['mail', 'other']);
    await deliverAll();
    expect(sentTo().filter((address) => address.endsWith('/dead'))).toHaveLength(1);
  });
});

describe('the health of a former target', () => {
  it('holds nothing back that waits for the new one', async () => {
    const { live, hand, deliverAll, rows, sentTo } = setUp([hook('old')], (address) =>
      address.endsWith('/old') ? gone : ok,
    );
    await hand(events['job.failed']);
    await deliverAll();
    await hand(events['job.lost']);
    live.subscriptions = [hook('new')];
    await deliverAll();
    expect(sentTo()).toEqual(['https://hooks.test/old', 'https://hooks.test/new']);
    expect((await rows()).map(({ state }) => state).toSorted()).toEqual(['delivered', 'held']);
  });

  it('keeps nothing that was held for it', async () => {
    const { live, hand, deliverAll, release, rows } = setUp([hook('old')], (address) =>
      address.endsWith('/old') ? gone : ok,
    );
    await hand();
    await deliverAll();
    expect((await rows())[0]).toMatchObject({ state: 'held' });
    live.subscriptions = [hook('new')];
    await release();
    await deliverAll();
    expect((await rows())[0]).toMatchObject({ state: 'delivered', shown: 'https://hooks.test/new' });
  });

  it.each([
    ['asked for an hour', busy],
    ['let us wait', hung],
  ])('lets nobody wait who %s', async (_what, receipt) => {
    const { clock, live, hand, deliverAll, rows } = setUp([hook('old')], (address) =>
      address.endsWith('/old') ? receipt : ok,
    );
    await hand(events['job.failed']);
    await deliverAll();
    await hand(events['job.lost']);
    live.subscriptions = [hook('new')];
    clock.pass(2_000);
    await deliverAll();
    const lost = (await rows()).find((row) => row.event.kind === 'job.lost');
    expect(lost).toMatchObject({ state: 'delivered', shown: 'https://hooks.test/new' });
  });
});

describe('what is held for a paused subscription', () => {
  it('stays as it is until somebody resumes it, and rings then', async () => {
    const { live, hand, deliverAll, release, rows, rings } = setUp([{ ...hook('a'), paused: true }]);
    await hand();
    await deliverAll();
    rings.length = 0;
    const [held] = await rows();
    expect(held).toMatchObject({ state: 'held', reason: 'paused' });
    expect(await release()).toBe(0);
    expect(await rows()).toEqual([held]);
    expect(rings).toEqual([]);
    live.subscriptions = [hook('a')];
    expect(await release()).toBe(1);
    expect(rings).toEqual([held!.id]);
    await deliverAll();
    expect(await rows()).toMatchObject([{ state: 'delivered' }]);
  });

  it('says so where it waits for a challenge to be answered, which nobody resumes', async () => {
    const { hand, deliverAll, rows } = setUp([{ ...hook('a'), paused: true, fault: 'unverified' }]);
    await hand();
    await deliverAll();
    expect(await rows()).toMatchObject([{ state: 'held', reason: 'unverified' }]);
  });
});
