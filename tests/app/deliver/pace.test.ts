/** A target with a pace gets one message after the other, in both homes, and what waits for it is not written meanwhile. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CHANNELS } from '../../../lib/adapters/channels/registry.ts';
import { openStore, type SqliteStore } from '../../../lib/adapters/store/sqlite/index.ts';
import type { DeliverDeps } from '../../../lib/app/deliver/deliver.ts';
import { handleDoorbell } from '../../../lib/app/deliver/handle-doorbell.ts';
import { ringDue } from '../../../lib/app/deliver/ring-due.ts';
import { newEventRow } from '../../../lib/core/jobs/event-row.ts';
import { newDelivery, type Delivery, type Receipt } from '../../../lib/core/notify/delivery.ts';
import type { ChannelName } from '../../../lib/core/notify/channel.ts';
import { createSends } from '../../../lib/wire/local/sends.ts';
import { events } from '../../core/jobs/events.ts';
import { ok, recordingTelemetry, START, subscription, testClock } from '../../kit.ts';

let store: SqliteStore;
beforeEach(() => void (store = openStore(':memory:')));
afterEach(() => store.close());

const settle = async (): Promise<void> => {
  for (let quiet = 0; quiet < 12; quiet += 1) await new Promise<void>((done) => setImmediate(done));
};

function setUp(channel: ChannelName, answer: (at: number) => Receipt = () => ok) {
  const clock = testClock();
  const to = subscription('ops', { channel, windows: { rollup: false } });
  const sentAt: number[] = [];
  const send = async (): Promise<Receipt> => {
    sentAt.push(clock.now() - START);
    return answer(clock.now() - START);
  };
  const deps: DeliverDeps = {
    store,
    subscriptions: { all: async () => [to] },
    channels: { slack: { send }, email: { send }, webhook: { send } },
    clock: clock.now,
    telemetry: recordingTelemetry(),
    rules: CHANNELS,
  };
  const happen = async (count: number): Promise<Delivery[]> => {
    const rows: Delivery[] = [];
    for (let n = 0; n < count; n += 1) {
      const event = {
        ...events['job.failed'],
        metadata: { ...events['job.failed'].metadata, id: `evt_${n}` },
      };
      await store.events.create([newEventRow(event, clock.now())]);
      const [stored] = await store.deliveries.create([newDelivery(event, to, to.targets[0]!, clock.now())]);
      rows.push(stored!.row);
    }
    return rows;
  };
  const gaps = () => sentAt.slice(1).map((at, i) => at - sentAt[i]!);
  return { clock, deps, happen, sentAt, gaps };
}

/** Timers of the clock that the test moves. */
function timersOf(clock: ReturnType<typeof testClock>) {
  let waiting: { at: number; work: () => void }[] = [];
  const after = (ms: number, work: () => void) => {
    const timer = { at: clock.now() + ms, work };
    waiting.push(timer);
    return () => void (waiting = waiting.filter((one) => one !== timer));
  };
  const due = (): void => {
    const now = waiting.filter(({ at }) => at <= clock.now());
    waiting = waiting.filter(({ at }) => at > clock.now());
    for (const { work } of now) work();
  };
  return { after, due, waiting: () => waiting.length };
}

describe('on one machine', () => {
  async function run(w: ReturnType<typeof setUp>, ms: number) {
    const timers = timersOf(w.clock);
    const sends = createSends(w.deps, timers.after);
    for (let passed = 0; passed < ms; passed += 10) {
      if (passed % 500 === 0) await sends.wake();
      timers.due();
      await settle();
      w.clock.pass(10);
    }
    await sends.stop();
    return timers;
  }

  it('Slack gets a message every 1.05 s, and refuses none that comes sooner than a second', async () => {
    let last = -Infinity;
    const w = setUp('slack', (at) => {
      const tooFast = at - last < 1_000;
      if (!tooFast) last = at;
      return tooFast ? { kind: 'retry', reason: 'rate_limited', detail: 'HTTP 429', afterMs: 1_000 } : ok;
    });
    await w.happen(6);
    const save = vi.spyOn(store.deliveries, 'save');
    const timers = await run(w, 6_000);
    expect(w.gaps()).toEqual([1_050, 1_050, 1_050, 1_050, 1_050]);
    // Claimed and recorded; none is written while it waits for its turn.
    expect(save).toHaveBeenCalledTimes(2 * 6);
    expect(timers.waiting()).toBe(0);
  });

  it('a webhook goes as it comes, until it refuses; then one after the other, further apart', async () => {
    const w = setUp('webhook', (at) =>
      at === 0 ? { kind: 'retry', reason: 'rate_limited', detail: 'HTTP 429' } : ok,
    );
    await w.happen(20);
    await run(w, 8_000);
    const side = w.sentAt.filter((at) => at === 0).length;
    expect(side).toBe(8);
    expect(w.sentAt).toHaveLength(20 + side);
    expect(Math.min(...w.gaps().slice(side))).toBeGreaterThanOrEqual(40);
  });
});

describe('on AWS', () => {
  /** A queue that rings in whole seconds, late by half of one. */
  function queueOf(w: ReturnType<typeof setUp>) {
    let rings: { key: string; at: number }[] = [];
    let count = 0;
    const doorbell = {
      async ring(rows: readonly Delivery[]) {
        for (const { key, due } of rows) {
          const wait = Math.ceil(Math.max(0, due!.at - w.clock.now()) / 1_000) * 1_000;
          rings.push({ key, at: w.clock.now() + wait + (wait && 500) });
        }
      },
    };
    const deps = { ...w.deps, doorbell };
    const pass = async (ms: number, loses: (nth: number) => boolean = () => false) => {
      const end = w.clock.now() + ms;
      while (w.clock.now() < end) {
        const due = rings.filter(({ at }) => at <= w.clock.now());
        rings = rings.filter(({ at }) => at > w.clock.now());
        for (const { key } of due) if (!loses((count += 1))) await handleDoorbell(deps, key);
        if ((w.clock.now() - START) % 60_000 === 0)
          await ringDue({ deliveries: store.deliveries, doorbell, clock: w.clock.now }, 100);
        w.clock.pass(50);
      }
    };
    return { doorbell, pass, rung: () => count };
  }

  it('Slack gets a message every two seconds or sooner, from one ring after the other', async () => {
    const w = setUp('slack');
    const queue = queueOf(w);
    await queue.doorbell.ring(await w.happen(20));
    await queue.pass(40_000);
    expect(w.sentAt).toHaveLength(20);
    expect(Math.min(...w.gaps())).toBeGreaterThanOrEqual(1_050);
    // Each delivery is rung for at first, and each turn once.
    expect(queue.rung()).toBeLessThanOrEqual(2 * 20 + 2);
  });

  it('goes on within two minutes where a ring is lost', async () => {
    const w = setUp('slack');
    const queue = queueOf(w);
    await queue.doorbell.ring(await w.happen(10));
    await queue.pass(130_000, (nth) => nth > 11 && nth < 14);
    expect(w.sentAt).toHaveLength(10);
  });

  it('a message that comes while the turn after is awaited goes with that turn', async () => {
    const w = setUp('slack');
    const queue = queueOf(w);
    const [first, second] = await w.happen(2);
    await queue.doorbell.ring([first!]);
    await queue.pass(300);
    await queue.doorbell.ring([second!]);
    await queue.pass(3_000);
    expect(w.sentAt).toHaveLength(2);
  });
});
