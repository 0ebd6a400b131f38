import { newestFirst, type Place } from '../cursor.ts';

/** Keeps the newest `max` of however many places it is shown, in memory for twice as many. */
export function createNewest(max: number): { add(place: Place): void; all(): Place[] } {
  let kept: Place[] = [];
  const cut = (): Place[] => (kept = kept.toSorted(newestFirst).slice(0, max));
  return {
    add(place) {
      kept.push(place);
      if (kept.length >= 2 * max) cut();
    },
    all: cut,
  };
}
