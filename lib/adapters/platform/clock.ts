import type { Clock } from '../../ports.ts';

/** Clocks are slewed all the time; nobody waits for long because of so little. */
const TOLERANCE_MS = 10_000;

/**
 * Notices when the clock of the machine is set: each call returns by how many milliseconds it went on more than time did since
 * the call before, negative where it was set back, and 0 where the two agree. `monotonic` cannot be set. It may stand still
 * while a machine sleeps, which then looks like a clock set forward.
 */
export function watchClock(wall: Clock, monotonic: Clock): () => number {
  let last = { wall: wall(), monotonic: monotonic() };
  return () => {
    const now = { wall: wall(), monotonic: monotonic() };
    const byMs = Math.round(now.wall - last.wall - (now.monotonic - last.monotonic));
    last = now;
    return Math.abs(byMs) < TOLERANCE_MS ? 0 : byMs;
  };
}
