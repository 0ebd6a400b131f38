import { describe, expect, it } from 'vitest';
import { openStore } from '../lib/adapters/store/sqlite/index.ts';
import { again, type Ask } from './crash/again.ts';
import type { World } from './crash/walk.ts';

const world: World = { open: async () => openStore(':memory:'), isAlone: true };
/** Claims run out, and nobody frees them. */
const beside: World = { ...world, isAlone: false };

describe('a process that dies while it sends again', () => {
  it.each<[Ask, number]>([
    // Each of three deliveries is asked for, claimed, sent and recorded.
    ['redeliver', 3 * 4],
    // The recovery begins; each is let go, claimed, sent and recorded; the recovery says so, waits and ends.
    ['recover', 1 + 3 * 4 + 2],
    ['replay', 1 + 3 * 4 + 2],
  ])('after any effect of %s loses nothing and sends nothing under another id', async (ask, least) => {
    for (const home of [world, beside]) {
      const effects = await again(ask, home, Infinity);
      expect(effects).toBeGreaterThanOrEqual(least);
      for (let n = 1; n <= effects; n += 1) await again(ask, home, n);
    }
  });
});
