import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EventRow } from '../../lib/core/jobs/event-row.ts';
import type { Store } from '../../lib/ports.ts';
import { START } from '../kit.ts';
import { stored } from './helpers.ts';
import { events, rowOf } from './rows.ts';

export type MakeFeed = () => Promise<{ store: Store; close(): Promise<void> }>;

/**
 * What every feed promises. `makeStore` gives an empty store whose clock stands a minute after the last event that is stored
 * here. Where a store orders events by their time, those of one time come in any order, but always in the same.
 */
export function feedContract(name: string, makeStore: MakeFeed, runs = 30): void {
  describe(`the feed over ${name}`, () => {
    let opened: Awaited<ReturnType<MakeFeed>>;
    beforeEach(async () => void (opened = await makeStore()));
    afterEach(() => opened.close());
    const at = (key: string, ms: number): EventRow => rowOf(events, key, { createdAt: START + ms });
    const keys = async (after: string | null, limit = 100): Promise<string[]> =>
      (await opened.store.events.feed(after, limit)).map(({ key }) => key);
    async function whole(limit: number): Promise<string[]> {
      const all: string[] = [];
      for (;;) {
        const page = await keys(all.at(-1) ?? null, limit);
        expect(page.length).toBeLessThanOrEqual(limit);
        if (page.length === 0) return all;
        all.push(...page);
      }
    }

    it('answers events as they are stored, the oldest first', async () => {
      const rows = [];
      for (const n of [1, 2, 3]) rows.push(...(await stored(opened.store.events, at(`evt_${n}`, n))));
      expect(await opened.store.events.feed(null, 9)).toStrictEqual(rows);
    });

    it('goes on behind an event, and has what came since', async () => {
      await stored(opened.store.events, at('b', 1), at('a', 2));
      expect(await keys(null, 1)).toEqual(['b']);
      expect(await keys('b')).toEqual(['a']);
      expect(await keys('a')).toEqual([]);
      await stored(opened.store.events, at('c', 3));
      expect(await keys('a')).toEqual(['c']);
    });

    it('begins with the oldest behind an event that is not kept', async () => {
      const [first] = await stored(opened.store.events, at('a', 1), at('b', 2));
      for (const odd of ['', 'x', '%']) expect(await keys(odd)).toEqual(['a', 'b']);
      await opened.store.events.remove(first!);
      expect(await keys('a')).toEqual(['b']);
    });

    it('begins at a time, unless it goes on behind an event', async () => {
      await stored(opened.store.events, at('a', 1), at('b', 10), at('c', 20));
      const since = async (ms: number, after: string | null = null) =>
        (await opened.store.events.feed(after, 9, START + ms)).map(({ key }) => key);
      expect(await since(0)).toEqual(['a', 'b', 'c']);
      expect(await since(10)).toEqual(['b', 'c']);
      expect(await since(11)).toEqual(['c']);
      expect(await since(21)).toEqual([]);
      expect(await since(20, 'a')).toEqual(['b', 'c']);
      expect(await since(20, 'not kept')).toEqual(['c']);
    });

    it('has each event once, in pages of any size, across days', async () => {
      const ms = fc.integer({ min: 0, max: 3 * 86_400_000 });
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.oneof(ms, fc.constant(5)), { maxLength: 20 }),
          fc.integer({ min: 1, max: 7 }),
          async (times, limit) => {
            await opened.close();
            opened = await makeStore();
            const { store } = opened;
            const rows = times.toSorted((a, b) => a - b).map((t, n) => at(`e${n}`, t));
            await stored(store.events, ...rows);
            const order = await whole(limit);
            const whenOf = new Map(rows.map((row) => [row.key, row.createdAt]));
            expect(order.toSorted()).toEqual(rows.map((row) => row.key).toSorted());
            const when = order.map((key) => whenOf.get(key)!);
            expect(when).toEqual(when.toSorted((a, b) => a - b));
          },
        ),
        { numRuns: runs },
      );
    });
  });
}
