import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addTo,
  bucketOf,
  edgeOf,
  faded,
  merged,
  NO_SKETCH,
  quantile,
  weightOf,
} from '../../../lib/core/jobs/sketch.ts';
import { logNormal, seeded } from './random.ts';

const sketchOf = (durations: readonly number[]) => durations.reduce(addTo, NO_SKETCH);

describe('a sketch of durations', () => {
  it('answers every quantile to one per cent', () => {
    const draw = logNormal(seeded(), 240_000, 0.8);
    const durations = Array.from({ length: 5_000 }, draw);
    const sorted = durations.toSorted((a, b) => a - b);
    const sketch = sketchOf(durations);
    for (const q of [0.01, 0.1, 0.5, 0.9, 0.99]) {
      const exact = sorted[Math.ceil(q * sorted.length) - 1]!;
      expect(Math.abs(quantile(sketch, q)! / exact - 1)).toBeLessThan(0.0101);
    }
  });

  it('of two parts put together is that of the whole, in either order', () => {
    const durations = fc.array(fc.double({ min: 0, max: 1e10, noNaN: true }), { maxLength: 50 });
    fc.assert(
      fc.property(durations, durations, (a, b) => {
        const whole = sketchOf([...a, ...b]);
        expect(merged(sketchOf(a), sketchOf(b))).toEqual(whole);
        expect(merged(sketchOf(b), sketchOf(a))).toEqual(whole);
      }),
    );
  });

  it('takes any number for a duration, the shortest second and the longest two months', () => {
    for (const odd of [-5, 0, 1, 999]) expect(bucketOf(odd)).toBe(0);
    expect(quantile(addTo(NO_SKETCH, 1e15), 0.5)! / 86_400_000).toBeCloseTo(60, -1);
  });

  it('begins each bucket where the one before ends', () => {
    for (const bucket of [0, 1, 50, 300]) expect(bucketOf(edgeOf(bucket) * 1.0001)).toBe(bucket);
  });

  it('knows nothing while it is empty', () => {
    expect(quantile(NO_SKETCH, 0.5)).toBeNull();
    expect(weightOf(NO_SKETCH)).toBe(0);
  });

  it('forgets what has faded to nothing, so that it does not grow for ever', () => {
    const sketch = sketchOf([10_000, 20_000]);
    expect(weightOf(faded(sketch, 0.5))).toBe(1);
    expect(faded(sketch, 0.001)).toEqual({});
  });

  it('is read again from JSON as it was', () => {
    const sketch = sketchOf([10_000, 20_000, 20_000, 3_000_000]);
    expect(JSON.parse(JSON.stringify(sketch))).toEqual(sketch);
  });
});
