import { describe, expect, it } from 'vitest';
import { createInHand } from '../../lib/core/in-hand.ts';

describe('what is in hand', () => {
  it('is counted until it ends, and who waits goes on as soon as there is room', async () => {
    const hand = createInHand();
    const ends = ['a', 'b', 'c'].map((key) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      hand.begin(key, () => promise);
      return resolve;
    });
    expect([hand.size, hand.has('b'), hand.has('d')]).toEqual([3, true, false]);
    let hasRoom = false;
    const room = hand.fewerThan(2).then(() => (hasRoom = true));
    ends[1]!();
    await new Promise(setImmediate);
    expect([hand.size, hand.has('b'), hasRoom]).toEqual([2, false, false]);
    ends[0]!();
    await room;
    ends[2]!();
    await hand.ended();
    expect(hand.size).toBe(0);
  });

  it('gives its place back before it ends, but not for ever', async () => {
    const hand = createInHand();
    const disk = Promise.withResolvers<void>();
    for (let n = 0; n < 8; n += 1) {
      hand.begin(`${n}`, async (free) => {
        free();
        await disk.promise;
      });
    }
    await hand.fewerThan(3);
    expect([hand.size, hand.has('7')]).toEqual([8, true]);
    let hasRoom = false;
    const room = hand.fewerThan(2).then(() => (hasRoom = true));
    await new Promise(setImmediate);
    expect(hasRoom).toBe(false);
    disk.resolve();
    await room;
    await hand.ended();
  });

  it('fails with its first error, once all has ended', async () => {
    const hand = createInHand();
    const slow = Promise.withResolvers<void>();
    hand.begin('slow', () => slow.promise);
    hand.begin('broken', () => Promise.reject(new Error('the disk is full')));
    hand.begin('broken too', () => Promise.reject(new Error('again')));
    await hand.fewerThan(2);
    expect(hand.hasFailed).toBe(true);
    let ended = false;
    const end = hand.ended().finally(() => (ended = true));
    await new Promise(setImmediate);
    expect(ended).toBe(false);
    slow.resolve();
    await expect(end).rejects.toThrow('the disk is full');
  });
});
