import { describe, expect, it } from 'vitest';
import { watchClock } from '../../../lib/adapters/platform/clock.ts';
import { testClock } from '../../kit.ts';

describe('the watch over the clock', () => {
  const setUp = () => {
    const wall = testClock();
    const monotonic = testClock(0);
    const both = (ms: number): void => [wall, monotonic].forEach((clock) => clock.pass(ms));
    return { wall, both, by: watchClock(wall.now, monotonic.now) };
  };

  it('has nothing to say of time that passes, however much', () => {
    const { both, by } = setUp();
    for (const ms of [500, 0, 86_400_000]) {
      both(ms);
      expect(by()).toBe(0);
    }
  });

  it.each([-3_600_000, -10_000, 10_000, 16 * 86_400_000])('reports once that it was set by %i ms', (ms) => {
    const { wall, both, by } = setUp();
    both(500);
    wall.pass(ms);
    expect(by()).toBe(ms);
    both(500);
    expect(by()).toBe(0);
  });

  it('does not mind the small corrections of which there are many', () => {
    const { wall, both, by } = setUp();
    both(500);
    wall.pass(-900);
    expect(by()).toBe(0);
  });
});
