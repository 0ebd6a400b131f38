import type { Clock } from '../../ports.ts';

/** One message's way to a place at the receiver. */
export interface Place {
  /** Resolves once it has one: whether nobody has met trouble since it was asked for. */
  had(): Promise<boolean>;
  /** The receiver has taken the message: it leaves, and how long that took is learnt. */
  taken(): void;
  /** It needs none any more. */
  leave(): void;
}
export interface Places {
  /** By who is about to claim a message. */
  askedFor(): Place;
  /** How many more may ask, where this many are sent at once: to whom answers quickly some more than that, so that none of its places has to wait for a claim. */
  room(concurrency: number): number;
  /** How many are sent at once. */
  most(): number;
  trouble(): void;
  /** Whether something is due that has not been taken up: what comes new goes behind it. */
  waits(is: boolean): void;
  /** Whether nothing waits, and who asks now need not wait long. */
  isFree(concurrency: number): boolean;
  isIdle(): boolean;
  /** Whether somebody has had a place for longer: the receiver may never answer. */
  isHeldLonger(ms: number): boolean;
  /** Who hears from now on when somebody has left. */
  onLeft(told: () => void): void;
}

/**
 * Claimed for each place at a receiver that answers quickly, with the one that has the place. A claim takes the disk some
 * milliseconds, and a place that had to wait for that would stand empty for most of the time. A message that is claimed waits for its place
 * for 3 x 100 ms, of a claim of a minute at least. A kill leaves that many more behind as `uncertain`; they were not sent.
 */
const CLAIMED_AHEAD = 4;
const QUICK_MS = 100;

/** The places at one receiver: as many messages are sent to it at once. */
export function createPlaces(clock: Clock): Places {
  let concurrency = 1;
  let asking = 0;
  let taken = 0;
  let troubles = 0;
  let somethingWaits = false;
  let left: () => void = () => {};
  /** Between getting a place and leaving it, smoothed; unknown before the first. */
  let tookMs = Infinity;
  const waiting: (() => void)[] = [];
  /** Since when the places that are taken are, the longest first. */
  const held = new Map<object, number>();

  function fill(): void {
    while (taken < concurrency && waiting.length > 0) {
      taken += 1;
      waiting.shift()!();
    }
  }

  function askedFor(): Place {
    const before = troubles;
    let since: number | null = null;
    let hasLeft = false;
    asking += 1;
    return {
      async had() {
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
          fill();
        });
        since = clock();
        if (!hasLeft) held.set(leave, since);
        return troubles === before;
      },
      taken() {
        const ms = Math.max(0, clock() - since!);
        tookMs = tookMs === Infinity ? ms : tookMs + (ms - tookMs) / 8;
        leave();
      },
      leave,
    };

    function leave(): void {
      if (hasLeft) return;
      hasLeft = true;
      asking -= 1;
      if (since !== null) taken -= 1;
      held.delete(leave);
      fill();
      left();
    }
  }

  function room(most: number): number {
    concurrency = most;
    const ahead = most > 1 && tookMs <= QUICK_MS ? CLAIMED_AHEAD : 1;
    return most * ahead - asking;
  }

  return {
    askedFor,
    room,
    most: () => concurrency,
    waits: (is) => void (somethingWaits = is),
    isFree: (most) => !somethingWaits && room(most) > 0,
    isIdle: () => asking === 0,
    isHeldLonger(ms) {
      const [oldest = Infinity] = held.values();
      return clock() - oldest > ms;
    },
    onLeft: (told) => void (left = told),
    trouble() {
      troubles += 1;
    },
  };
}
