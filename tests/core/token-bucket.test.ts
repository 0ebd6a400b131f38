import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBuckets } from '../../lib/adapters/api/buckets.ts';
import { createPacer } from '../../lib/app/sweep/pacer.ts';
import { refilled, wholeTokens, type Bucket } from '../../lib/core/token-bucket.ts';

const limits = { size: 3, perSecond: 0.5 };

describe('a token bucket', () => {
  it('is full at first, holds no more, and fills up at its rate', () => {
    expect(refilled(undefined, limits, 1_000)).toEqual({ tokens: 3, at: 1_000 });
    expect(refilled({ tokens: 1, at: 1_000 }, limits, 4_000)).toEqual({ tokens: 2.5, at: 4_000 });
    expect(refilled({ tokens: 1, at: 1_000 }, limits, 60_000).tokens).toBe(3);
  });

  it('forgives what sums of tenths lack of a whole one', () => {
    let bucket: Bucket = { tokens: 0, at: 0 };
    for (let at = 100; at <= 1_000; at += 100) bucket = refilled(bucket, { size: 1, perSecond: 1 }, at);
    expect(bucket.tokens).toBeLessThan(1);
    expect(wholeTokens(bucket)).toBe(1);
  });

  it('never has more than it holds, nor gains by a clock that goes back and forth', () => {
    const times = fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 1 });
    fc.assert(
      fc.property(times, (at) => {
        let bucket: Bucket = { tokens: 0, at: at[0]! };
        let forward = 0;
        for (const now of at) {
          forward += Math.max(0, now - bucket.at);
          bucket = refilled(bucket, limits, now);
          expect(bucket.tokens).toBeLessThanOrEqual(Math.min(3, forward / 2_000) + 1e-6);
        }
      }),
    );
  });
});

describe('a clock that is set back by a day', () => {
  it('keeps no token of the API waiting for longer than a request takes to come', () => {
    let now = 86_400_000;
    const buckets = createBuckets(() => now, { burst: 2, perSecond: 1 });
    expect([buckets.take('a'), buckets.take('a'), buckets.take('a')]).toEqual([0, 0, 1_000]);
    now = 0;
    expect(buckets.take('a')).toBe(1_000);
    now += 1_000;
    expect(buckets.take('a')).toBe(0);
  });

  it('keeps no account of a cloud waiting either', () => {
    const pacer = createPacer();
    expect(pacer.take('account', 2, 86_400_000)).toBe(0);
    expect(pacer.take('account', 2, 0)).toBe(400);
    expect(pacer.take('account', 2, 400)).toBe(0);
  });
});

it('buckets of the API that are full again are forgotten, the others are not', () => {
  let now = 0;
  const buckets = createBuckets(() => now, { burst: 1, perSecond: 1 });
  for (let i = 0; i < 999; i += 1) buckets.take(`former ${i}`);
  now = 900;
  buckets.take('lately');
  now = 1_000;
  expect(buckets.take('one more')).toBe(0);
  expect(buckets.take('lately')).toBe(900);
});
