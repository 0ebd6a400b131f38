import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBehind, newestFirst } from '../../../../lib/core/cursor.ts';
import {
  keyAt,
  itemKey,
  itemKeys,
  queueAt,
  registerKey,
  type TableName,
} from '../../../../lib/adapters/store/dynamodb/keys.ts';
import { createNewest } from '../../../../lib/adapters/store/dynamodb/newest.ts';

const TABLES: TableName[] = ['jobs', 'origins', 'deliveries', 'endpoints', 'tokens', 'idempotency'];
const table = fc.constantFrom(...TABLES);
const key = fc.string({ unit: fc.constantFrom('a', 'b', '/', '-', '#', 'é', '👍'), minLength: 1 });
describe('the place of a row', () => {
  it('gives its key back, and differs from that of any other key', () => {
    fc.assert(
      fc.property(table, key, key, (table, one, other) => {
        expect(keyAt(table, itemKey(table, one))).toBe(one);
        const isSame = JSON.stringify(itemKey(table, one)) === JSON.stringify(itemKey(table, other));
        expect(isSame).toBe(one === other);
      }),
    );
  });

  it('is among the places of each of its prefixes', () => {
    fc.assert(
      fc.property(table, key, fc.nat(), (table, key, cut) => {
        const { pk, sk } = itemKey(table, key);
        const where = itemKeys(table, key.slice(0, cut % (key.length + 1)));
        const isThere =
          'pkPrefix' in where ? pk.startsWith(where.pkPrefix) : pk === where.pk && sk.startsWith(where.sk);
        expect(isThere).toBe(true);
      }),
    );
  });

  it('keeps deliveries of one event in one partition, and jobs apart', () => {
    expect(itemKey('deliveries', 'evt_1/dlv_1')).toStrictEqual({ pk: 'deliveries#evt_1', sk: '/dlv_1' });
    expect(itemKeys('deliveries', 'evt_1/')).toStrictEqual({ pk: 'deliveries#evt_1', sk: '/' });
    expect(itemKey('jobs', 'otc/p/j')).toStrictEqual({ pk: 'jobs#otc/p/j', sk: '-' });
  });
});

describe('the place of a queue in the register', () => {
  const queue = fc.string({ unit: fc.constantFrom('a', '-', '#', '/', '\u{10FFFF}') });

  it('gives its name back, and has no empty part', () => {
    fc.assert(
      fc.property(table, queue, (table, queue) => {
        const place = registerKey(table, queue);
        expect(queueAt(place)).toBe(queue);
        expect(place.sk).not.toBe('');
      }),
    );
  });

  it('is not among the places of any row', () => {
    fc.assert(
      fc.property(table, table, queue, key, fc.boolean(), (table, other, queue, key, isWhole) => {
        const { pk } = registerKey(table, queue);
        const where = itemKeys(other, isWhole ? '' : key);
        expect('pkPrefix' in where ? pk.startsWith(where.pkPrefix) : pk === where.pk).toBe(false);
      }),
    );
  });
});

it('of many places the newest are kept, in order', () => {
  const place = fc.record({ createdAt: fc.nat(5), key: fc.string({ maxLength: 3 }) });
  const places = fc.uniqueArray(place, { selector: (p) => JSON.stringify([p.createdAt, p.key]) });
  fc.assert(
    fc.property(places, fc.integer({ min: 1, max: 9 }), (places, max) => {
      const newest = createNewest(max);
      places.forEach(newest.add);
      const kept = newest.all();
      expect(kept).toStrictEqual(places.toSorted(newestFirst).slice(0, max));
      for (const [i, next] of kept.slice(1).entries()) expect(isBehind(next, kept[i]!)).toBe(true);
    }),
  );
});
