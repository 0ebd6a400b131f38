import { describe, expect, it } from 'vitest';
import type { Row } from '../../lib/core/row.ts';
import type { Table } from '../../lib/ports.ts';
import { START } from '../kit.ts';
import { beginningWith, LOOKALIKES, PREFIXES, saved, stored } from './helpers.ts';
import { rowOf, type Kind } from './rows.ts';

export function queueContract<R extends Row>(kind: Kind<R>, table: () => Table<R>): void {
  /** `at` in milliseconds from the start. */
  const waiting = (key: string, queue: string, at: number): R =>
    rowOf(kind, key, { due: { queue, at: START + at } });
  const idle = (key: string): R => rowOf(kind, key, { due: null });
  const keysDue = async (queue: string, at: number, limit = 100): Promise<string[]> =>
    (await table().due(queue, START + at, limit)).map((row) => row.key);

  describe('due', () => {
    it('answers the rows whose time has come, the longest due first', async () => {
      const rows = [30, 10, 50, 20, 40].map((at) => waiting(`at${at}`, 'q', at));
      await stored(table(), ...rows, idle('never'));
      expect(await keysDue('q', 9)).toStrictEqual([]);
      expect(await keysDue('q', 10)).toStrictEqual(['at10']);
      expect(await keysDue('q', 49)).toStrictEqual(['at10', 'at20', 'at30', 'at40']);
      expect(await keysDue('q', 1_000)).toStrictEqual(['at10', 'at20', 'at30', 'at40', 'at50']);
    });

    it('leaves out those that were due before a time, if asked to', async () => {
      await stored(table(), ...[10, 20, 20, 30, 40].map((at, i) => waiting(`at${at}-${i}`, 'q', at)));
      const since = async (at: number, limit = 9): Promise<number[]> =>
        (await table().due('q', START + 30, limit, START + at)).map((row) => row.due!.at - START);
      expect(await since(10)).toStrictEqual([10, 20, 20, 30]);
      expect(await since(11)).toStrictEqual([20, 20, 30]);
      expect(await since(20, 1)).toStrictEqual([20]);
      expect(await since(30)).toStrictEqual([30]);
      expect(await since(31)).toStrictEqual([]);
    });

    it('goes on behind a row among those that were due at the same time, whatever became of that one', async () => {
      const rows = await stored(table(), ...[1, 2, 3, 4, 5].map((n) => waiting(`same${n}`, 'q', 10)));
      await stored(table(), waiting('later', 'q', 20));
      const order = await keysDue('q', 10);
      const third = rows.find(({ key }) => key === order[2])!;
      const on = async (): Promise<string[]> =>
        (await table().due('q', START + 20, 9, START + 10, third.key)).map((row) => row.key);
      expect(await on()).toStrictEqual(expect.arrayContaining([...order.slice(3), 'later']));
      await saved(table(), { ...third, due: null });
      expect(await on()).toStrictEqual(expect.arrayContaining([...order.slice(3), 'later']));
    });

    it('answers whole rows as they are stored', async () => {
      const [first] = await stored(table(), waiting('a', 'q', 0));
      const grown = await saved(table(), kind.grown(first!));
      expect(await table().due('q', START, 1)).toStrictEqual([grown]);
    });

    it('puts times in the order of numbers, however many digits they have', async () => {
      await stored(
        table(),
        ...[999, 1_000, 99_999_999].map((at) => rowOf(kind, `t${at}`, { due: { queue: 'q', at } })),
        waiting('now', 'q', 0),
      );
      expect(await keysDue('q', 0)).toStrictEqual(['t999', 't1000', 't99999999', 'now']);
    });

    it('keeps to the limit, and leaves the latest out', async () => {
      await stored(table(), ...[5, 3, 1, 4, 2].map((at) => waiting(`at${at}`, 'q', at)));
      expect(await keysDue('q', 5, 3)).toStrictEqual(['at1', 'at2', 'at3']);
      expect(await keysDue('q', 5, 0)).toStrictEqual([]);
    });

    it('answers rows of one time in the same order each time, so that all get their turn', async () => {
      const keys = Array.from({ length: 7 }, (_, n) => `k${(n * 5) % 7}`);
      await stored(table(), ...keys.map((key) => waiting(key, 'q', 0)));
      const order = await keysDue('q', 0);
      expect(order.toSorted()).toStrictEqual(keys.toSorted());
      expect(await keysDue('q', 0)).toStrictEqual(order);
      expect(await keysDue('q', 0, 3)).toStrictEqual(order.slice(0, 3));
      for (const row of await table().due('q', START, 3)) await saved(table(), { ...row, due: null });
      expect(await keysDue('q', 0, 3)).toStrictEqual(order.slice(3, 6));
    });

    it('keeps queues apart, also those whose names nearly agree', async () => {
      const names = [
        'look:a',
        'look:',
        'look',
        'look:a%',
        'look:_',
        'Look:a',
        'look:ä',
        'look:a ',
        '队列 👍',
      ];
      await stored(table(), ...names.map((queue, n) => waiting(`k${n}`, queue, 0)));
      for (const [n, queue] of names.entries()) expect(await keysDue(queue, 0)).toStrictEqual([`k${n}`]);
      expect(await keysDue('look:%', 0)).toStrictEqual([]);
    });

    it('finds a row that was saved beside what it was before when it is due, and no sooner', async () => {
      const [first, other] = await stored(table(), waiting('a', 'q', 0), waiting('b', 'q', 5));
      const claim = (row: R, at: number): R => ({ ...row, due: { queue: 'q', at: START + at } });
      const save = async (row: R, before: R): Promise<R> => {
        const answer = await table().save(row, before);
        expect(answer).toStrictEqual({ outcome: 'saved', row: { ...row, version: row.version + 1 } });
        return (answer as { row: R }).row;
      };
      const claimed = await save(claim(first!, 100), first!);
      expect(await table().get('a')).toStrictEqual(claimed);
      expect(await keysDue('q', 99)).toStrictEqual(['b']);
      expect(await keysDue('q', 99, 1)).toStrictEqual(['b']);
      expect(await keysDue('q', 100)).toStrictEqual(['b', 'a']);
      expect((await table().due('q', START + 100, 9, START + 6)).map((row) => row.key)).toStrictEqual(['a']);
      expect(await table().due('q', START + 100, 9, START + 101)).toStrictEqual([]);
      expect((await table().list({ limit: 9 })).rows).toContainEqual(claimed);
      // Taken up once more, let go, taken up for so long that it is worth a move, and over.
      const again = await save(claim(claimed, 200), claimed);
      expect(await keysDue('q', 199)).toStrictEqual(['b']);
      const returned = await saved(table(), { ...first!, version: again.version });
      expect(await keysDue('q', 0)).toStrictEqual(['a']);
      const long = await save(claim(returned, 90_000_000), returned);
      expect(await keysDue('q', 89_999_999)).toStrictEqual(['b']);
      expect(await keysDue('q', 90_000_000)).toStrictEqual(['b', 'a']);
      const earlier = await save(claim(long, 1), long);
      expect(await keysDue('q', 1)).toStrictEqual(['a']);
      const elsewhere = await save({ ...earlier, due: { queue: 'r', at: START + 2 } }, earlier);
      expect(await keysDue('q', 99_999_999)).toStrictEqual(['b']);
      expect(await keysDue('r', 2)).toStrictEqual(['a']);
      expect((await save({ ...elsewhere, due: null }, elsewhere)).due).toBeNull();
      expect(await table().queues('', START + 99_999_999, 9)).toStrictEqual(['q']);
      expect(await table().save(claim(other!, 9), { ...other!, version: 7 })).toMatchObject({
        outcome: 'saved',
      });
      expect(await table().save(claim(other!, 9), other!)).toStrictEqual({ outcome: 'raced' });
    });

    it('finds what is due behind many that kept their places and are not', async () => {
      const rows = await stored(
        table(),
        ...Array.from({ length: 9 }, (_, n) => waiting(`k${n}`, 'q', n)),
        ...[1, 2, 3].map((n) => waiting(`due${n}`, 'q', 100 + n)),
      );
      for (const row of rows.slice(0, 9)) {
        const due = { queue: 'q', at: START + 60_000 };
        expect(await table().save({ ...row, due }, row)).toMatchObject({ outcome: 'saved' });
      }
      expect(await keysDue('q', 1_000)).toStrictEqual(['due1', 'due2', 'due3']);
      expect(await keysDue('q', 1_000, 2)).toStrictEqual(['due1', 'due2']);
      expect(await keysDue('q', 1_000, 1)).toStrictEqual(['due1']);
    });

    it('finds a row only where and when it waits now', async () => {
      const [first] = await stored(table(), waiting('a', 'q', 0));
      const later = await saved(table(), { ...first!, due: { queue: 'q', at: START + 100 } });
      expect(await keysDue('q', 99)).toStrictEqual([]);
      expect(await keysDue('q', 100)).toStrictEqual(['a']);
      const moved = await saved(table(), { ...later, due: { queue: 'r', at: START } });
      expect(await keysDue('q', 1_000)).toStrictEqual([]);
      expect(await keysDue('r', 0)).toStrictEqual(['a']);
      const done = await saved(table(), { ...moved, due: null });
      expect(done.due).toBeNull();
      expect(await keysDue('r', 1_000)).toStrictEqual([]);
      await saved(table(), { ...done, due: { queue: 'q', at: START } });
      expect(await keysDue('q', 0)).toStrictEqual(['a']);
    });
  });

  describe('queues', () => {
    it('names each queue that begins with the prefix and has a row due, once', async () => {
      await stored(
        table(),
        ...[0, 1, 2, 100].map((at) => waiting(`a${at}`, 'look:a', at)),
        ...[0, 1, 2].map((at) => waiting(`b${at}`, 'look:b', at)),
        waiting('c', 'look:c', 100),
        waiting('d', 'deliver:a', 0),
        waiting('e', 'look', 0),
        waiting('f', 'look:', 0),
        idle('g'),
      );
      expect((await table().queues('look:', START + 99, 9)).toSorted()).toStrictEqual([
        'look:',
        'look:a',
        'look:b',
      ]);
      expect(await table().queues('look:c', START + 100, 9)).toStrictEqual(['look:c']);
      expect(await table().queues('look:', START - 1, 9)).toStrictEqual([]);
      expect(await table().queues('none', START + 999, 9)).toStrictEqual([]);
      expect(await table().queues('', START, 9)).toHaveLength(5);
    });

    it('keeps to the limit', async () => {
      const names = Array.from({ length: 12 }, (_, n) => `q${n}`);
      await stored(table(), ...names.map((name) => waiting(name, name, 0)));
      const some = await table().queues('q', START, 5);
      expect(new Set(some).size).toBe(5);
      for (const name of some) expect(names).toContain(name);
      expect(await table().queues('q', START, 0)).toStrictEqual([]);
    });

    it('takes no character of a prefix for a pattern', async () => {
      await stored(table(), ...LOOKALIKES.map((name) => waiting(name, name, 0)));
      for (const prefix of PREFIXES) {
        const named = (await table().queues(prefix, START, 99)).toSorted();
        expect([prefix, named]).toStrictEqual([prefix, beginningWith(prefix)]);
      }
    });
  });

  describe('depth', () => {
    it('counts what waits, due or not, and knows the earliest time', async () => {
      const rows = await stored(
        table(),
        ...[30, 10, 20].map((at) => waiting(`at${at}`, 'q', at)),
        waiting('other', 'q2', 5),
        idle('never'),
      );
      expect(await table().depth('q')).toStrictEqual({ count: 3, earliest: START + 10 });
      await table().remove(rows[1]!);
      await saved(table(), { ...rows[2]!, due: null });
      expect(await table().depth('q')).toStrictEqual({ count: 1, earliest: START + 30 });
      expect(await table().depth('nobody')).toStrictEqual({ count: 0, earliest: null });
    });
  });
}
