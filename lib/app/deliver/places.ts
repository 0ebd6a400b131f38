import type { Clock } from '../../ports.ts';

/** One message's way to a place at the receiver. */
export interface Place {
  /** Resolves once it has one: whether nobody has met trouble since it was asked for. */
  had(): Promise<boolean>;
  /** It needs none any more: false where it had left already. */
  leave(): boolean;
}
export interface Places {
  /** By who is about to claim a message. */
  askedFor(): Place;
  /** How many more may ask, where so many are sent at once: to whom answers quickly some more than that, so that none of its places has to wait for a claim. */
  room(concurrency: number): number;
  /** How many are sent at once. */
  most(): number;
  trouble(): void;
}

/**
 * Claimed for each place at a receiver that answers quickly, with the one that has the place. A claim takes the disk some
 * milliseconds, and a place that had to wait for that would stand empty for most of the time. A message that is claimed waits for its place
 * for 3 x 100 ms, of a claim of a minute at least. A kill leaves so many more behind as `uncertain`; they were not sent.
 */
const CLAIMED_AHEAD = 4;
const QUICK_MS = 100;

/** The places at one receiver: as many messages are sent to it at once. */
export function createPlaces(clock: Clock): Places {
  let concurrency = 1;
  let asking = 0;
  let taken = 0;
  let troubles = 0;
  /** Between getting a place and leaving it, smoothed; unknown before the first. */
  let tookMs = Infinity;
  const waiting: (() => void)[] = [];

  function fill(): void {
    while (taken < concurrency && waiting.length > 0) {
      taken += 1;
      waiting.shift()!();
    }
  }

  function askedFor(): Place {
    const before = troubles;
    let since: number | null = null;
    let left = false;
    asking += 1;
    return {
      async had() {
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          fill();
        });
        since = clock();
        return troubles === before;
      },
      leave() {
        if (left) return false;
        left = true;
        asking -= 1;
        if (since === null) return true;
        taken -= 1;
        const ms = Math.max(0, clock() - since);
        tookMs = tookMs === Infinity ? ms : tookMs + (ms - tookMs) / 8;
        fill();
        return true;
      },
    };
  }

  return {
    askedFor,
    room(most) {
      concurrency = most;
      const ahead = most > 1 && tookMs <= QUICK_MS ? CLAIMED_AHEAD : 1;
      return most * ahead - asking;
    },
    most: () => concurrency,
    trouble() {
      troubles += 1;
    },
  };
}
