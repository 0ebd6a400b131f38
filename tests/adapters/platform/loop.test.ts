import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startLoop } from '../../../lib/adapters/platform/loop.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('begins after the given time, and then goes on in its rhythm', async () => {
  const work = vi.fn(async () => {});
  const loop = startLoop(work, 1_000, () => {}, 5_000);
  await vi.advanceTimersByTimeAsync(4_999);
  expect(work).toHaveBeenCalledTimes(0);
  await vi.advanceTimersByTimeAsync(1);
  expect(work).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(work).toHaveBeenCalledTimes(3);
  await loop.stop();
});

it('ends at once where it is stopped before it began, and does nothing', async () => {
  const work = vi.fn(async () => {});
  await startLoop(work, 1_000, () => {}, 5_000).stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(work).toHaveBeenCalledTimes(0);
});
