import { newestFirst, type Cursor } from '../../../core/cursor.ts';

/** Keeps the newest `max` of however many places it is shown, in memory for twice as many. */
export function createNewest(max: number): { add(cursor: Cursor): void; all(): Cursor[] } {
  let kept: Cursor[] = [];
  const cut = (): Cursor[] => (kept = kept.toSorted(newestFirst).slice(0, max));
  return {
    add(cursor) {
      kept.push(cursor);
      if (kept.length >= 2 * max) cut();
    },
    all: cut,
  };
}
