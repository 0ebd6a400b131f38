import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSubscriptions } from '../../lib/app/deliver/all-subscriptions.ts';
import type { Store } from '../../lib/ports.ts';
import { recordingTelemetry, testClock } from '../kit.ts';
import { saved, stored } from './helpers.ts';
import { mutes, subscriptions } from './rows.ts';
import type { MakeStore } from './table.ts';

/** What routing keeps in memory is as fresh as a number that the changes themselves move. */
export function watchedContract(name: string, makeStore: MakeStore): void {
  describe(`what routing reads of ${name}`, () => {
    let store: Store;
    let close: () => Promise<void>;
    beforeEach(async () => void ({ store, close } = await makeStore()));
    afterEach(() => close());

    it('has another revision after every change, and the same one after a change that did not come about', async () => {
      const seen = [await store.routingRevision()];
      const changed = async (change: () => Promise<unknown>) => {
        await change();
        seen.push(await store.routingRevision());
      };
      const row = subscriptions.fresh('a');
      await changed(() => store.subscriptions.create([row]));
      const first = (await store.subscriptions.get('a'))!;
      await changed(() => store.subscriptions.save(first));
      await changed(() => store.mutes.create([mutes.fresh('m')]));
      await changed(async () => store.subscriptions.remove((await store.subscriptions.get('a'))!));
      expect(new Set(seen).size).toBe(5);
      const [{ outcome } = { outcome: null }] = await store.mutes.create([mutes.fresh('m')]);
      const raced = [outcome, (await store.subscriptions.save(first)).outcome];
      expect([...raced, await store.subscriptions.remove(first)]).toEqual(['existed', 'raced', 'raced']);
      // Rows of other tables move nothing.
      expect(await store.routingRevision()).toBe(seen.at(-1));
    });

    it('moves once for each of many changes at once, and loses none of them', async () => {
      const rows = Array.from({ length: 12 }, (_, n) => subscriptions.fresh(`s${n}`));
      const before = await store.routingRevision();
      await Promise.all(rows.map((row) => store.subscriptions.create([row])));
      expect((await store.routingRevision()) - before).toBe(12);
      const all = await store.subscriptions.all();
      expect(all.map(({ key }) => key).toSorted()).toEqual(rows.map(({ key }) => key).toSorted());
    });

    it('is read as a whole once, again after a change of anybody, and at once after one of its own', async () => {
      const clock = testClock();
      const reads = { all: 0, revision: 0 };
      const routing = createSubscriptions({
        fixed: () => [],
        stored: {
          all() {
            reads.all += 1;
            return store.subscriptions.all();
          },
        },
        mutes: store.mutes,
        revision() {
          reads.revision += 1;
          return store.routingRevision();
        },
        open: () => null,
        forget: () => {},
        clock: clock.now,
        telemetry: recordingTelemetry(),
      });
      const known = async () => (await routing.all()).map(({ id }) => id).toSorted();
      const [a] = await stored(store.subscriptions, subscriptions.grown(subscriptions.fresh('a')));
      expect(await known()).toEqual(['a']);
      for (let n = 0; n < 30; n += 1) {
        clock.pass(1_000);
        expect(await known()).toEqual(['a']);
      }
      expect(reads).toEqual({ all: 1, revision: 31 });
      await stored(store.subscriptions, subscriptions.grown(subscriptions.fresh('b')));
      clock.pass(1_000);
      expect(await known()).toEqual(['a', 'b']);
      await saved(store.subscriptions, { ...a!, definition: null });
      routing.changed();
      expect(await known()).toEqual(['b']);
      expect(reads.all).toBe(3);
    });

    it('is read once more where a change of its own came while it was read', async () => {
      const clock = testClock();
      let meanwhile = async (): Promise<void> => {};
      const routing = createSubscriptions({
        fixed: () => [],
        stored: store.subscriptions,
        revision: async () => {
          const revision = await store.routingRevision();
          const work = meanwhile;
          meanwhile = async () => {};
          await work();
          return revision;
        },
        open: () => null,
        forget: () => {},
        clock: clock.now,
        telemetry: recordingTelemetry(),
      });
      await routing.all();
      clock.pass(1_000);
      meanwhile = async () => {
        await stored(store.subscriptions, subscriptions.grown(subscriptions.fresh('a')));
        routing.changed();
      };
      expect((await routing.all()).map(({ id }) => id)).toEqual(['a']);
    });
  });
}
