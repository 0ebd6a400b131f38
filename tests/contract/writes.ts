import { describe, expect, it } from 'vitest';
import type { Row } from '../../lib/core/row.ts';
import type { Table } from '../../lib/ports.ts';
import { START } from '../kit.ts';
import { rowOf, type Kind } from './rows.ts';
import { saved, stored } from './helpers.ts';

const RIVALS = 20;

export function writeContract<R extends Row>(kind: Kind<R>, table: () => Table<R>): void {
  const row = (key: string, over: Partial<Row> = {}): R => rowOf(kind, key, over);

  describe('create', () => {
    it('stores a new row as version 1, whatever version it came with', async () => {
      const given = row('a', { version: 7 });
      expect(await table().create([given])).toStrictEqual([
        { outcome: 'created', row: { ...given, version: 1 } },
      ]);
      expect(await table().get('a')).toStrictEqual({ ...given, version: 1 });
    });

    it('leaves a row that is there alone and answers it', async () => {
      const [first] = await stored(table(), row('a'));
      const present = await saved(table(), kind.grown(first!));
      const answers = await table().create([row('a', { due: { queue: 'q', at: START } })]);
      expect(answers).toStrictEqual([{ outcome: 'existed', row: present }]);
      expect(await table().get('a')).toStrictEqual(present);
      expect(await table().depth('q')).toStrictEqual({ count: 0, earliest: null });
    });

    it('answers in the order of the rows, some of them there and some not', async () => {
      await stored(table(), row('b'), row('d'));
      const answers = await table().create(['a', 'b', 'c', 'd', 'e'].map((key) => row(key)));
      expect(answers.map((answer) => [answer.row.key, answer.outcome])).toStrictEqual([
        ['a', 'created'],
        ['b', 'existed'],
        ['c', 'created'],
        ['d', 'existed'],
        ['e', 'created'],
      ]);
    });

    it('stores the first of two rows with one key in one call', async () => {
      const first = row('a');
      const answers = await table().create([first, row('b'), kind.grown(row('a'))]);
      const expected = { ...first, version: 1 };
      expect(answers.map((answer) => answer.outcome)).toStrictEqual(['created', 'created', 'existed']);
      expect(answers[2]!.row).toStrictEqual(expected);
      expect(await table().get('a')).toStrictEqual(expected);
    });

    it('takes no rows and more than a hundred', async () => {
      expect(await table().create([])).toStrictEqual([]);
      const keys = Array.from({ length: 130 }, (_, n) => `k${n}`);
      const answers = await table().create(keys.map((key) => row(key)));
      expect(answers.map((answer) => answer.row.key)).toStrictEqual(keys);
      expect(await table().get('k129')).toStrictEqual({ ...row('k129'), version: 1 });
    });

    it('lets one of many at once create the row', async () => {
      const rivals = Array.from({ length: RIVALS }, (_, n) => row('a', { createdAt: START + n }));
      const answers = (await Promise.all(rivals.map((rival) => table().create([rival])))).flat();
      const winners = answers.filter((answer) => answer.outcome === 'created');
      expect(winners).toHaveLength(1);
      for (const answer of answers) expect(answer.row).toStrictEqual(winners[0]!.row);
    });
  });

  describe('get', () => {
    it('answers null for a key that is not there', async () => {
      await stored(table(), row('a/b'));
      for (const key of ['a', 'a/', 'a/b/', 'A/B', 'a/%', 'a__', '%']) {
        expect(await table().get(key)).toBeNull();
      }
    });

    it('sees every write as soon as it is answered', async () => {
      let [present] = await stored(table(), row('a'));
      for (let n = 0; n < 5; n++) {
        present = await saved(table(), { ...present!, due: { queue: 'q', at: START + n } });
        expect(await table().get('a')).toStrictEqual(present);
      }
      await table().remove(present!);
      expect(await table().get('a')).toBeNull();
    });
  });

  describe('save', () => {
    it('replaces the row and counts its version one up', async () => {
      const [first] = await stored(table(), row('a'));
      expect(await table().save(first!)).toStrictEqual({ outcome: 'saved', row: { ...first!, version: 2 } });
      const next = kind.grown({ ...first!, version: 2 });
      expect(await table().save(next)).toStrictEqual({ outcome: 'saved', row: { ...next, version: 3 } });
    });

    it('gives every field back as it was, nested, odd or not ASCII', async () => {
      const [first] = await stored(table(), row('a'), kind.grown(row('b')));
      const grown = await saved(table(), kind.grown(first!));
      expect(grown.state).not.toBe(first!.state);
      expect(await table().get('a')).toStrictEqual(grown);
      expect(await table().get('b')).toStrictEqual({ ...kind.grown(row('b')), version: 1 });
      const back = await saved(table(), { ...first!, version: grown.version });
      expect(await table().get('a')).toStrictEqual(back);
    });

    it('is raced by any other version and changes nothing then', async () => {
      const [first] = await stored(table(), row('a'));
      const present = await saved(table(), first!);
      for (const version of [0, 1, 3]) {
        expect(await table().save(kind.grown({ ...present, version }))).toStrictEqual({ outcome: 'raced' });
      }
      expect(await table().get('a')).toStrictEqual(present);
    });

    it('is raced where no row is, and creates none', async () => {
      for (const version of [0, 1])
        expect(await table().save(row('a', { version }))).toStrictEqual({ outcome: 'raced' });
      expect(await table().get('a')).toBeNull();
    });

    it('is raced by a removal and by the next generation under the same key', async () => {
      const [old] = await stored(table(), row('a'));
      await table().remove(old!);
      expect(await table().save(old!)).toStrictEqual({ outcome: 'raced' });
      const [anew] = await stored(table(), row('a', { createdAt: START + 1 }));
      expect(await table().save(old!)).toStrictEqual({ outcome: 'raced' });
      expect(await table().remove(old!)).toBe('raced');
      expect(await table().get('a')).toStrictEqual(anew);
    });

    it('lets exactly one of many at once win', async () => {
      const [first] = await stored(table(), row('a'));
      const rivals = Array.from({ length: RIVALS }, (_, n) => ({
        ...first!,
        due: { queue: `q${n}`, at: START },
      }));
      const answers = await Promise.all(rivals.map((rival) => table().save(rival)));
      const winners = answers.filter((answer) => answer.outcome === 'saved');
      expect(winners).toHaveLength(1);
      expect(winners[0]!.row.version).toBe(2);
      expect(await table().get('a')).toStrictEqual(winners[0]!.row);
      expect(await table().queues('q', START, RIVALS)).toStrictEqual([winners[0]!.row.due!.queue]);
    });

    it('does not let writes of different rows disturb one another', async () => {
      const keys = Array.from({ length: RIVALS }, (_, n) => `k${n}`);
      const rows = await stored(table(), ...keys.map((key) => row(key)));
      const answers = await Promise.all(
        rows.map((present, n) => table().save({ ...present, version: n % 2 ? 1 : 9 })),
      );
      expect(answers.map((answer) => answer.outcome)).toStrictEqual(
        keys.map((_, n) => (n % 2 ? 'saved' : 'raced')),
      );
    });
  });

  describe('remove', () => {
    it('takes the row away from everywhere', async () => {
      const [present] = await stored(table(), row('a', { due: { queue: 'q', at: START } }));
      expect(await table().remove(present!)).toBe('removed');
      expect(await table().get('a')).toBeNull();
      expect(await table().due('q', START, 9)).toStrictEqual([]);
      expect(await table().queues('q', START, 9)).toStrictEqual([]);
      expect(await table().depth('q')).toStrictEqual({ count: 0, earliest: null });
      expect(await table().list({ limit: 9 })).toStrictEqual({ rows: [], next: null });
    });

    it('is raced by any other version and where no row is', async () => {
      const [first] = await stored(table(), row('a'));
      const present = await saved(table(), first!);
      expect(await table().remove(first!)).toBe('raced');
      expect(await table().remove({ ...present, version: 3 })).toBe('raced');
      expect(await table().remove(row('b', { version: 1 }))).toBe('raced');
      expect(await table().get('a')).toStrictEqual(present);
    });

    it('lets the key be used again, from version 1', async () => {
      const [first] = await stored(table(), row('a'));
      await table().remove(await saved(table(), first!));
      const anew = row('a', { createdAt: START + 1 });
      expect(await table().create([anew])).toStrictEqual([
        { outcome: 'created', row: { ...anew, version: 1 } },
      ]);
    });

    it('and a save at once: one of them wins', async () => {
      const [present] = await stored(table(), row('a'));
      const [removal, save] = await Promise.all([table().remove(present!), table().save(present!)]);
      const left = await table().get('a');
      expect([removal, save.outcome, left?.version]).toStrictEqual(
        left ? ['raced', 'saved', 2] : ['removed', 'raced', undefined],
      );
    });
  });
}
