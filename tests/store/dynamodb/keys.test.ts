import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBehind, newestFirst } from '../../../lib/store/cursor.ts';
import {
  dueRange,
  dueSortKey,
  keyAt,
  parseDueSortKey,
  placeOf,
  placesOf,
  type TableName,
} from '../../../lib/store/dynamodb/keys.ts';
import { createNewest } from '../../../lib/store/dynamodb/newest.ts';

const TABLES: TableName[] = ['jobs', 'origins', 'deliveries', 'endpoints', 'tokens', 'idempotency'];
const table = fc.constantFrom(...TABLES);
const key = fc.string({ unit: fc.constantFrom('a', 'b', '/', '-', '#', 'é', '👍'), minLength: 1 });
const queue = fc.string({ unit: fc.constantFrom('a', 'b', ' ', ':', '%', '\u{10FFFF}') });
const time = fc.oneof(fc.integer({ min: 0, max: 1e15 - 1 }), fc.double({ min: 1, max: 1e12, noNaN: true }));

/** DynamoDB compares texts byte by byte in UTF-8. */
const before = (a: string, b: string): boolean => Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;

describe('the place of a row', () => {
  it('gives its key back, and differs from that of any other key', () => {
    fc.assert(
      fc.property(table, key, key, (table, one, other) => {
        expect(keyAt(table, placeOf(table, one))).toBe(one);
        const isSame = JSON.stringify(placeOf(table, one)) === JSON.stringify(placeOf(table, other));
        expect(isSame).toBe(one === other);
      }),
    );
  });

  it('is among the places of each of its prefixes', () => {
    fc.assert(
      fc.property(table, key, fc.nat(), (table, key, cut) => {
        const { pk, sk } = placeOf(table, key);
        const where = placesOf(table, key.slice(0, cut % (key.length + 1)));
        const isThere =
          'pkPrefix' in where ? pk.startsWith(where.pkPrefix) : pk === where.pk && sk.startsWith(where.sk);
        expect(isThere).toBe(true);
      }),
    );
  });

  it('keeps deliveries of one event in one partition, and jobs apart', () => {
    expect(placeOf('deliveries', 'evt_1/dlv_1')).toStrictEqual({ pk: 'deliveries#evt_1', sk: '/dlv_1' });
    expect(placesOf('deliveries', 'evt_1/')).toStrictEqual({ pk: 'deliveries#evt_1', sk: '/' });
    expect(placeOf('jobs', 'otc/p/j')).toStrictEqual({ pk: 'jobs#otc/p/j', sk: '-' });
  });
});

describe('the sort key of a due row', () => {
  it('gives queue and time back', () => {
    fc.assert(
      fc.property(queue, time, key, (queue, at, key) => {
        expect(parseDueSortKey(dueSortKey(queue, at, key))).toStrictEqual({ queue, at });
      }),
    );
  });

  it('is in the range of its queue exactly when its time has come', () => {
    fc.assert(
      fc.property(queue, queue, time, time, key, (queue, other, at, now, key) => {
        const { from, to } = dueRange(other, 0, now);
        const found = dueSortKey(queue, at, key);
        expect(before(from, found) && !before(to, found)).toBe(queue === other && at <= now);
      }),
    );
  });

  it('is in the order of time', () => {
    fc.assert(
      fc.property(queue, time, time, key, key, (queue, a, b, one, other) => {
        fc.pre(a !== b);
        expect(before(dueSortKey(queue, a, one), dueSortKey(queue, b, other))).toBe(a < b);
      }),
    );
  });

  it.each([NaN, Infinity, -1, 1e15, 1e-9])('is refused for the time %d', (at) => {
    expect(() => dueSortKey('q', at, 'a')).toThrow(/epoch milliseconds/);
  });

  it('is refused for a queue whose name could be taken for another', () => {
    expect(() => dueSortKey('q\u0000000000000000001', 2, 'a')).toThrow(/control characters/);
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
