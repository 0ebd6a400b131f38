import { afterEach, beforeEach, expect, it } from 'vitest';
import type { DeliverDeps } from '../../../lib/app/deliver/deliver.ts';
import { drain } from '../../../lib/app/deliver/drain.ts';
import { openStore, type SqliteStore } from '../../../lib/adapters/store/sqlite/index.ts';
import type { Receipt } from '../../../lib/core/notify/delivery.ts';
import type { ChannelName } from '../../../lib/core/notify/subscription.ts';
import { dispatchStored, ok, recordingTelemetry, rulesWith, subscription, testClock } from '../../kit.ts';
import { endOf } from './kit.ts';

let store: SqliteStore;
beforeEach(() => void (store = openStore(':memory:')));
afterEach(() => store.close());

const PLACES = 8;

/** A receiver that takes `first` messages at once and holds on to all that come then, until each is let go. */
async function held({ count = 60, first = PLACES, channel = 'webhook' as ChannelName }) {
  const clock = testClock();
  const subscriptions = { all: async () => [subscription('one', { channel })] };
  const ringing = { ...store, subscriptions, clock: clock.now, doorbell: { ring: async () => {} } };
  for (let n = 1; n <= count; n += 1) await dispatchStored(ringing, [endOf(n)]);
  const under: ((receipt: Receipt) => void)[] = [];
  let sent = 0;
  let taken = first;
  const send = (): Promise<Receipt> => {
    sent += 1;
    return sent <= taken ? Promise.resolve(ok) : new Promise((resolve) => under.push(resolve));
  };
  const deps: DeliverDeps = {
    store,
    subscriptions,
    channels: { [channel]: { send } },
    clock: clock.now,
    telemetry: recordingTelemetry(),
    rules: rulesWith([1_000]),
  };
  const rows = async () => (await store.deliveries.list({ limit: 100 })).rows;
  const claimed = async () => (await rows()).filter(({ state }) => state === 'sending').length;
  const { endpoint } = (await rows())[0]!;
  let turns = true;
  const ended = drain(deps, endpoint, () => turns);
  return {
    clock,
    rows,
    claimed,
    under,
    sent: () => sent,
    async end() {
      turns = false;
      taken = Infinity;
      for (const letGo of under.splice(0)) letGo(ok);
      await ended;
    },
  };
}

it('more is claimed for a receiver that answers quickly than is sent at once, so that no place of it waits for the disk', async () => {
  const { claimed, under, end } = await held({});
  await expect.poll(claimed).toBe(4 * PLACES);
  expect(under).toHaveLength(PLACES);
  under.shift()!(ok);
  // The next has its claim already: it is there before the loop turns, and before anything is written.
  await new Promise((resolve) => process.nextTick(resolve));
  expect(under).toHaveLength(PLACES);
  await end();
});

it('no more is claimed than is sent at once where nobody knows how quickly the receiver answers, or one after the other is sent', async () => {
  const slow = await held({ first: 0 });
  await expect.poll(() => slow.under.length).toBe(PLACES);
  expect(await slow.claimed()).toBe(PLACES);
  await slow.end();
  await store.close();
  store = openStore(':memory:');
  const single = await held({ channel: 'slack' });
  await expect.poll(() => single.under.length).toBe(1);
  expect(await single.claimed()).toBe(1);
  await single.end();
});

it('what waits for its place when the receiver asks for a pause is returned as it was, and not sent', async () => {
  const { claimed, under, rows, sent } = await held({});
  await expect.poll(claimed).toBe(4 * PLACES);
  const asked: Receipt = { kind: 'retry', reason: 'rate_limited', detail: 'HTTP 429', afterMs: 60_000 };
  for (const letGo of under.splice(0)) letGo(asked);
  await expect.poll(claimed).toBe(0);
  expect(sent()).toBe(2 * PLACES);
  const states = Map.groupBy(await rows(), ({ state }) => state);
  expect(states.get('delivered')).toHaveLength(PLACES);
  expect(states.get('retrying')).toHaveLength(PLACES);
  const left = states.get('pending')!;
  expect(left).toHaveLength(60 - 2 * PLACES);
  expect(left.flatMap(({ attempts }) => attempts)).toEqual([]);
});

it('a claim that waited so long that its attempt might outlast it is returned, and made anew', async () => {
  const { claimed, under, rows, clock, sent, end } = await held({});
  await expect.poll(claimed).toBe(4 * PLACES);
  clock.pass(7_501);
  for (const letGo of under.splice(0)) letGo(ok);
  await expect.poll(() => sent()).toBe(3 * PLACES);
  const open = (await rows()).filter(({ state }) => state === 'sending');
  for (const { attempts } of open) expect(attempts.map(({ at }) => at)).toEqual([clock.now()]);
  await end();
});
