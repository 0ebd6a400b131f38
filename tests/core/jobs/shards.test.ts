import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shardsOf, type Load } from '../../../lib/core/jobs/shards.ts';

const CAPACITY = 60;
const load = fc.record({
  account: fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'),
  perSecond: fc.double({ min: 0, max: 100, noNaN: true }),
});
const loads = fc
  .array(load, { maxLength: 40 })
  .map((all) => all.map((one, n): Load => ({ ...one, origin: `o${n}`, rate: 100 })));

describe('origins that are divided among workers', () => {
  it('are each in one shard, beside all others of their account', () => {
    fc.assert(
      fc.property(loads, (all) => {
        const shards = shardsOf(all, CAPACITY);
        expect(shards.flat().toSorted()).toEqual(all.map(({ origin }) => origin).toSorted());
        for (const { account } of all) {
          const own = all.filter((one) => one.account === account).map(({ origin }) => origin);
          expect(shards.filter((shard) => own.some((origin) => shard.includes(origin)))).toHaveLength(1);
        }
      }),
    );
  });

  it('ask for no more than a worker has, unless one account alone does', () => {
    fc.assert(
      fc.property(loads, (all) => {
        for (const shard of shardsOf(all, CAPACITY)) {
          const of = all.filter(({ origin }) => shard.includes(origin));
          const accounts = Map.groupBy(of, ({ account }) => account);
          const asked = [...accounts.values()].map((own) =>
            Math.min(
              100,
              own.reduce((sum, { perSecond }) => sum + perSecond, 0),
            ),
          );
          const inAll = asked.reduce((a, b) => a + b, 0);
          expect(inAll <= CAPACITY + 1e-9 || accounts.size === 1).toBe(true);
        }
      }),
    );
  });

  it('have one worker as long as that suffices, and of one quota it counts once', () => {
    const twelve = Array.from({ length: 12 }, (_, n) => ({
      origin: `o${n}`,
      account: `a${n}`,
      perSecond: 5,
      rate: 5,
    }));
    expect(shardsOf(twelve, CAPACITY)).toHaveLength(1);
    expect(
      shardsOf([...twelve, { origin: 'more', account: 'more', perSecond: 5, rate: 5 }], CAPACITY),
    ).toHaveLength(2);
    const sharing = Array.from({ length: 40 }, (_, n) => ({
      origin: `o${n}`,
      account: 'one',
      perSecond: 5,
      rate: 5,
    }));
    expect(
      shardsOf(
        [...sharing, ...twelve.slice(1).map((one) => ({ ...one, origin: `x${one.origin}` }))],
        CAPACITY,
      ),
    ).toHaveLength(1);
  });
});
