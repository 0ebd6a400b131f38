import { accept, refuse, type Read } from './read.ts';

const UNITS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
export const DAY = UNITS.d!;
const YEAR = 365 * DAY;

/** `500ms`, `30s`, `5m`, `2h`, `15d` in milliseconds. */
export function readDuration(text: string): Read<number> {
  const [, count, unit] = /^(\d{1,11})(ms|[smhd])$/.exec(text) ?? [];
  if (!count || !unit) return refuse('is not a duration');
  const ms = Number(count) * UNITS[unit]!;
  if (ms === 0) return refuse('must be more than nothing');
  return ms <= YEAR ? accept(ms) : refuse('must be at most a year');
}
