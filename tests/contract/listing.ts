import { describe, expect, it } from 'vitest';
import type { Row } from '../../lib/core/row.ts';
import type { ListQuery, Table } from '../../lib/ports.ts';
import { formatCursor } from '../../lib/core/cursor.ts';
import { START } from '../kit.ts';
import { beginningWith, LOOKALIKES, pagesOf, PREFIXES, stored } from './helpers.ts';
import { rowOf, type Kind } from './rows.ts';

export function listingContract<R extends Row>(kind: Kind<R>, table: () => Table<R>): void {
  /** Made `age` milliseconds before the start. */
  const made = (key: string, age: number): R => rowOf(kind, key, { createdAt: START - age });
  const grown = (key: string, age: number): R => kind.grown(made(key, age));
  const keys = async (query: ListQuery): Promise<string[]> =>
    (await table().list(query)).rows.map((row) => row.key);
  const allKeys = async (query: ListQuery): Promise<string[]> =>
    (await pagesOf(table(), query)).flat().map((row) => row.key);

  describe('list', () => {
    it('answers nothing where nothing is', async () => {
      expect(await table().list({ limit: 10 })).toStrictEqual({ rows: [], next: null });
      expect(await table().list({ prefix: 'a', state: 'x', limit: 10 })).toStrictEqual({
        rows: [],
        next: null,
      });
    });

    it('answers whole rows, the newest first', async () => {
      const rows = await stored(table(), made('a', 2), grown('b', 0), made('c', 3), made('d', 1));
      const page = await table().list({ limit: 10 });
      expect(page.rows).toStrictEqual([rows[1], rows[3], rows[0], rows[2]]);
      expect(page.next).toBeNull();
    });

    it('keeps to a prefix of the key, to a state, and to both', async () => {
      await stored(table(), made('a/1', 1), grown('a/2', 2), made('b/1', 3), grown('b/2', 4), made('a', 5));
      const [young, old] = [kind.fresh('x').state, kind.grown(kind.fresh('x')).state];
      expect(await keys({ limit: 9, prefix: 'a/' })).toStrictEqual(['a/1', 'a/2']);
      expect(await keys({ limit: 9, prefix: 'a' })).toStrictEqual(['a/1', 'a/2', 'a']);
      expect(await keys({ limit: 9, state: young })).toStrictEqual(['a/1', 'b/1', 'a']);
      expect(await keys({ limit: 9, state: old })).toStrictEqual(['a/2', 'b/2']);
      expect(await keys({ limit: 9, prefix: 'b/', state: old })).toStrictEqual(['b/2']);
      expect(await keys({ limit: 9, state: 'nowhere' })).toStrictEqual([]);
    });

    it('follows a row that changes its state', async () => {
      const [row] = await stored(table(), made('a', 0));
      await table().save(kind.grown(row!));
      expect(await keys({ limit: 9, state: row!.state })).toStrictEqual([]);
      expect(await keys({ limit: 9, state: kind.grown(row!).state })).toStrictEqual(['a']);
    });

    it('keeps to rows that were created before a time, page by page too', async () => {
      await stored(table(), ...[0, 1, 2, 3, 4].map((age) => made(`k${age}`, age)), grown('g', 3));
      const state = kind.fresh('x').state;
      expect(await keys({ limit: 9, before: START - 1 })).toStrictEqual(['k2', 'k3', 'g', 'k4']);
      expect(await keys({ limit: 9, before: START - 2, state })).toStrictEqual(['k3', 'k4']);
      expect(await keys({ limit: 9, before: START - 2, prefix: 'k' })).toStrictEqual(['k3', 'k4']);
      expect(await allKeys({ limit: 1, before: START })).toStrictEqual(['k1', 'k2', 'k3', 'g', 'k4']);
      expect(await keys({ limit: 9, before: START - 4 })).toStrictEqual([]);
    });

    it('goes no further back than a time, and tells of nothing that lies behind it', async () => {
      await stored(table(), ...[0, 1, 2, 3, 4].map((age) => made(`k${age}`, age)));
      const since = START - 2;
      expect((await table().list({ limit: 9, since })).rows.map((row) => row.key)).toEqual([
        'k0',
        'k1',
        'k2',
      ]);
      expect(await table().list({ limit: 3, since })).toMatchObject({ next: null });
      const first = await table().list({ limit: 2, since });
      const only = (row: R): boolean => row.key !== 'k1';
      expect(
        (await table().list({ limit: 2, since, after: first.next! })).rows.map((row) => row.key),
      ).toEqual(['k2']);
      expect((await table().list({ limit: 9, since, only })).rows.map((row) => row.key)).toEqual([
        'k0',
        'k2',
      ]);
    });

    it('takes no character of a prefix for a pattern', async () => {
      await stored(table(), ...LOOKALIKES.map((name) => made(name, 0)));
      for (const prefix of PREFIXES) {
        const listed = (await keys({ limit: 99, prefix })).toSorted();
        expect([prefix, listed]).toStrictEqual([prefix, beginningWith(prefix)]);
      }
      for (const name of LOOKALIKES) expect((await table().get(name))?.key).toBe(name);
    });

    it('shows every row once in pages of any size', async () => {
      const rows = Array.from({ length: 25 }, (_, n) => made(`k${(n * 7) % 25}`, n));
      await stored(table(), ...rows);
      for (const limit of [1, 2, 3, 7, 25]) {
        const pages = await pagesOf(table(), { limit });
        for (const page of pages) expect(page.length, `of ${limit}`).toBeLessThanOrEqual(limit);
        const shown = pages.flat().map((row) => row.key);
        expect(shown, `of ${limit}`).toStrictEqual(rows.map((row) => row.key));
      }
    });

    it('shows every row once also where many were made at one time', async () => {
      const rows = Array.from({ length: 24 }, (_, n) =>
        (n % 3 ? made : grown)(`${n % 2 ? 'a' : 'b'}${(n * 7) % 24}`, n % 2),
      );
      await stored(table(), ...rows);
      const state = kind.fresh('x').state;
      for (const query of [{}, { prefix: 'a' }, { state }, { prefix: 'b', state }]) {
        const expected = rows
          .filter((row) => row.key.startsWith(query.prefix ?? '') && (!query.state || row.state === state))
          .map((row) => row.key);
        expect((await allKeys({ ...query, limit: 5 })).toSorted()).toStrictEqual(expected.toSorted());
      }
    });

    it('goes on from its place when rows come and go between two pages', async () => {
      const rows = await stored(table(), ...[0, 1, 2, 3, 4].map((age) => made(`k${age}`, age)));
      const first = await table().list({ limit: 2 });
      expect(first.rows.map((row) => row.key)).toStrictEqual(['k0', 'k1']);
      await table().remove(rows[1]!);
      await table().remove(rows[3]!);
      await stored(table(), made('newer', -1));
      expect(await allKeys({ limit: 2, after: first.next! })).toStrictEqual(['k2', 'k4']);
    });

    it('fills small and large pages with the rows that are chosen, and returns no other', async () => {
      // Many others, all at the beginning, in between and at the end.
      const rows = Array.from({ length: 220 }, (_, n) => made(n % 40 === 20 ? `own/${n}` : `other/${n}`, n));
      await stored(table(), ...rows);
      const own = rows.map(({ key }) => key).filter((key) => key.startsWith('own/'));
      const only = ({ key }: R): boolean => key.startsWith('own/');
      const state = kind.grown(rows[0]!).state;
      for (const limit of [2, 50]) {
        const found: string[] = [];
        for (let after: string | null | undefined; after !== null;) {
          const page = await table().list({ limit, only, ...(after && { after }) });
          const keys = page.rows.map(({ key }) => key);
          found.push(...keys);
          after = page.next;
          expect([limit, keys.length, after]).toEqual([
            limit,
            Math.min(limit, own.length - found.length + keys.length),
            // Where nothing of one's own follows, nothing follows; else the place is that of a row that was shown.
            found.length === own.length ? null : formatCursor((await table().get(keys.at(-1)!))!),
          ]);
        }
        expect([limit, found]).toEqual([limit, own]);
        expect(await table().list({ limit, only: () => false })).toEqual({ rows: [], next: null });
        expect(await table().list({ limit, only, state })).toEqual({ rows: [], next: null });
      }
    });

    // Cursors come back from the outside. One that is not ours is no reason to fail: it begins anew.
    it.each(['', 'garbage', 'null', 'e30', 'WzEsMl0', '%%%', '👍', 'x'.repeat(5_000)])(
      'begins anew with the cursor %j, which is none',
      async (after) => {
        await stored(table(), made('a', 0), made('b', 1), made('c', 2));
        expect(await keys({ limit: 2, after })).toStrictEqual(['a', 'b']);
      },
    );
  });
}
