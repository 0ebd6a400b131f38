import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  dueAt,
  dueKeyFor,
  dueRange,
  sharedPartitions,
  wholeQueue,
  type DueKey,
  type DueRange,
} from '../../../../lib/adapters/store/dynamodb/due-keys.ts';
import { STAYS_MS } from '../../../../lib/adapters/store/dynamodb/keys.ts';

/** One whose queues have a partition each, one whose queues share a few, and one whose queues share a single one. */
const table = fc.constantFrom('jobs' as const, 'deliveries' as const, 'origins' as const);
const key = fc.string({ unit: fc.constantFrom('a', '0', ':', '/', '#', 'é', '\u{10FFFF}'), minLength: 1 });
const queue = fc.string({ unit: fc.constantFrom('a', '0', ' ', ':', '#', '%', '\u{10FFFF}') });
const time = fc.oneof(fc.integer({ min: 0, max: 1e15 - 1 }), fc.double({ min: 1, max: 1e12, noNaN: true }));

/** DynamoDB compares texts byte by byte in UTF-8. */
const before = (a: string, b: string): boolean => Buffer.compare(Buffer.from(a), Buffer.from(b)) < 0;
const isIn = ({ duePk, from, to }: DueRange, place: DueKey): boolean =>
  place.duePk === duePk && !before(place.dueSk, from) && !before(to, place.dueSk);

describe('the place of a due row', () => {
  it('gives queue and time back, and has no empty part', () => {
    fc.assert(
      fc.property(table, queue, time, key, (table, queue, at, key) => {
        const place = dueKeyFor(table, { queue, at }, key);
        expect(dueAt(table, place)).toStrictEqual({ queue, at });
        expect(Object.values(place)).not.toContain('');
      }),
    );
  });

  it('is in the range of its queue exactly when its time has come, or when a later one may have', () => {
    fc.assert(
      fc.property(table, queue, queue, time, time, time, key, (table, queue, other, at, since, now, key) => {
        const range = dueRange(table, other, since, now);
        const place = dueKeyFor(table, { queue, at }, key);
        const earliest = since - (STAYS_MS[table] ?? 0);
        expect(isIn(range, place)).toBe(queue === other && earliest <= at && at <= now);
      }),
    );
  });

  it('is among the whole of its queue, and of no other', () => {
    fc.assert(
      fc.property(table, queue, queue, time, key, (table, queue, other, at, key) => {
        const place = dueKeyFor(table, { queue, at }, key);
        expect(isIn(wholeQueue(table, queue), place)).toBe(true);
        expect(isIn(wholeQueue(table, other), place)).toBe(queue === other);
      }),
    );
  });

  it('is in the order of time', () => {
    fc.assert(
      fc.property(table, queue, time, time, key, key, (table, queue, a, b, one, other) => {
        fc.pre(a !== b);
        const [first, second] = [
          dueKeyFor(table, { queue, at: a }, one),
          dueKeyFor(table, { queue, at: b }, other),
        ];
        expect(before(first.dueSk, second.dueSk)).toBe(a < b);
      }),
    );
  });

  it('is in a partition of its own queue where jobs wait, and of its table where little waits', () => {
    const partition = (table: 'jobs' | 'deliveries' | 'origins', queue: string): string =>
      dueKeyFor(table, { queue, at: 0 }, 'k').duePk;
    expect(partition('jobs', 'look:otc-ecs')).toBe('jobs#look:otc-ecs');
    expect(partition('jobs', 'publish')).toBe('jobs#publish');
    expect(partition('origins', 'publish')).toBe('origins');
  });

  it('is in one of four partitions where deliveries wait, and the queues are spread over them', () => {
    const queues = Array.from({ length: 800 }, (_, n) => `deliver:endpoint-${n}`);
    const partitions = queues.map((queue) => dueKeyFor('deliveries', { queue, at: 0 }, 'k').duePk);
    const counts = [...Map.groupBy(partitions, (partition) => partition).values()].map((all) => all.length);
    expect(counts).toHaveLength(4);
    expect(Math.max(...counts)).toBeLessThan(260);
    expect(new Set(partitions)).toEqual(new Set(sharedPartitions('deliveries')));
  });

  it.each([NaN, Infinity, -1, 1e15, 1e-9])('is refused for the time %d', (at) => {
    expect(() => dueKeyFor('jobs', { queue: 'q', at }, 'a')).toThrow(/epoch milliseconds/);
  });

  it('is refused for a queue whose name could be taken for another', () => {
    expect(() => dueKeyFor('deliveries', { queue: 'q\u0000000000000000001', at: 2 }, 'a')).toThrow(
      /control characters/,
    );
  });
});
