/** A thousand targets, of which three hundred are in trouble: counted in the time of a clock that the test moves. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CHANNELS } from '../../../lib/adapters/channels/registry.ts';
import { openStore, type SqliteStore } from '../../../lib/adapters/store/sqlite/index.ts';
import type { Receipt } from '../../../lib/core/notify/delivery.ts';
import type { Message, Store, Table } from '../../../lib/ports.ts';
import type { Row } from '../../../lib/core/row.ts';
import { createSends } from '../../../lib/wire/local/sends.ts';
import { events } from '../../core/jobs/events.ts';
import { dispatchStored, ok, recordingTelemetry, START, subscription, testClock } from '../../kit.ts';

let store: SqliteStore;
beforeEach(() => void (store = openStore(':memory:')));
afterEach(() => store.close());

const STEP_MS = 10;
const TICK_MS = 500;
const EVERY_MS = 6_000;
const ROUNDS = 4;

/** How long a target of each kind takes, and what it says then. */
const ANSWERS: Record<string, { ms: number; receipt: Receipt }> = {
  well: { ms: 50, receipt: ok },
  hang: { ms: 15_000, receipt: { kind: 'retry', reason: 'uncertain', detail: 'timeout', hung: true } },
  busy: { ms: 50, receipt: { kind: 'retry', reason: 'rate_limited', detail: 'HTTP 429' } },
  dead: { ms: 10, receipt: { kind: 'retry', reason: 'unreachable', detail: 'refused' } },
};
const kindOf = (id: string): string => id.split('-')[0]!;

/** Each of these many targets gets an event every six seconds. Returns how long the healthy ones waited, in milliseconds. */
async function run(counts: Record<string, number>): Promise<{ waits: number[]; most: number; left: number }> {
  const clock = testClock();
  let timers: { at: number; work: () => void }[] = [];
  const after = (ms: number, work: () => void) => {
    const timer = { at: clock.now() + ms, work };
    timers.push(timer);
    return () => void (timers = timers.filter((one) => one !== timer));
  };
  let busy = 0;
  const watched = <R extends Row>(table: Table<R>): Table<R> =>
    new Proxy(table, {
      get:
        (all, name: keyof Table<R>) =>
        async (...given: unknown[]) => {
          busy += 1;
          const work = all[name] as (...given: unknown[]) => Promise<unknown>;
          return work(...given).finally(() => (busy -= 1));
        },
    });
  const settle = async (): Promise<void> => {
    for (let quiet = 0; quiet < 4; quiet = busy === 0 ? quiet + 1 : 0)
      await new Promise<void>((done) => setImmediate(done));
  };
  const all = Object.entries(counts).flatMap(([kind, count]) =>
    Array.from({ length: count }, (_, n) => subscription(`${kind}-${n}`)),
  );
  const subscriptions = { all: async () => all };
  const began = new Map<string, number>();
  const waits: number[] = [];
  let underWay = 0;
  let most = 0;
  const webhook = {
    send: ({ subscription: id, event }: Message) =>
      new Promise<Receipt>((resolve) => {
        most = Math.max(most, (underWay += 1));
        const { ms, receipt } = ANSWERS[kindOf(id)]!;
        after(ms, () => {
          underWay -= 1;
          const isFirst = event.metadata.id === 'evt_0';
          if (receipt === ok && !isFirst) waits.push(clock.now() - began.get(event.metadata.id)!);
          resolve(receipt);
        });
      }),
  };
  const watchedStore: Store = {
    ...store,
    deliveries: watched(store.deliveries),
    endpoints: watched(store.endpoints),
  };
  const telemetry = recordingTelemetry();
  const deps = { store: watchedStore, subscriptions, channels: { webhook }, clock: clock.now, telemetry };
  const sends = createSends({ ...deps, rules: CHANNELS }, after);
  const doorbell = { ring: async (rows: Parameters<typeof sends.rung>[0]) => sends.rung(rows) };
  const routing = { ...watchedStore, subscriptions, doorbell, clock: clock.now, atOnce: sends.atOnce };
  for (let ms = 0; ms < ROUNDS * EVERY_MS; ms += STEP_MS) {
    if (ms % EVERY_MS === 0) {
      const one = events['job.failed'];
      const id = `evt_${ms / EVERY_MS}`;
      began.set(id, clock.now());
      await dispatchStored(routing, [{ ...one, metadata: { ...one.metadata, id } }]);
    }
    if (ms % TICK_MS === 0) await sends.wake();
    const due = timers.filter(({ at }) => at <= clock.now());
    timers = timers.filter(({ at }) => at > clock.now());
    for (const { work } of due) work();
    if (due.length > 0 || busy > 0 || ms % TICK_MS === 0) await settle();
    clock.pass(STEP_MS);
  }
  const left = timers.length;
  const ending = sends.stop();
  while (timers.length > 0) {
    for (const { work } of timers.splice(0)) work();
    await settle();
  }
  await ending;
  expect(clock.now()).toBe(START + ROUNDS * EVERY_MS);
  return { waits: waits.toSorted((a, b) => a - b), most, left };
}
const p95 = (waits: readonly number[]): number => waits[Math.floor(waits.length * 0.95)]!;

it('a hundred that hang, a hundred that answer 429 and a hundred that are dead delay the other seven hundred by a fifth at most, once they are known', async () => {
  const healthy = await run({ well: 700 });
  expect(healthy.waits).toHaveLength((ROUNDS - 1) * 700);
  await store.close();
  store = openStore(':memory:');
  const mixed = await run({ hang: 100, busy: 100, dead: 100, well: 700 });
  expect(mixed.waits).toHaveLength((ROUNDS - 1) * 700);
  expect(p95(mixed.waits)).toBeLessThanOrEqual(1.2 * p95(healthy.waits));
  // What is remembered of them are those under way and a timer for each that has a pace.
  expect(mixed.most).toBeLessThanOrEqual(512);
  expect(mixed.left).toBeLessThanOrEqual(512);
}, 60_000);
