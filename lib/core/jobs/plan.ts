import { bucketOf, bucketsOf, edgeOf, weightOf, type Sketch } from './sketch.ts';

/**
 * When jobs of one kind are worth a check, learnt from how long those before took. Ages and prices in milliseconds; the price of
 * a call is the delay that it is worth.
 */
export interface Plan {
  /** The age of the next check of a job that was still running at the age `since`. */
  next(since: number, price: number): number;
  /**
   * The highest price at which a check now pays of a job that has the age `age`, and was running at `since`. Where calls are
   * scarce, those go first that are worth most.
   */
  worth(since: number, age: number): number;
  /** How likely it is that a job has ended by `age` which was still running at `since`. */
  ended(since: number, age: number): number;
}

/** Between two checks of one job, however likely its end. */
const SHORTEST_GAP = 5_000;
/** How far beyond all that was seen the plan goes: four times as long. */
const BEYOND = bucketOf(4_000);
/** Prices between which `worth` is read off: from a quarter of a second to 34 minutes. */
const PRICES = Array.from({ length: 14 }, (_, n) => 250 * 2 ** n);

/** `longestGap`: no job is left alone for longer, whatever its age. */
export function planOf(durations: Sketch, longestGap: number): Plan {
  const dense = density(durations);
  const to = dense.length;
  const edges = Array.from({ length: to + 1 }, (_, n) => (n === 0 ? 0 : edgeOf(n)));
  // Of the share that has ended by an edge, and of the ages at which it ended: sums, so that any stretch is one difference.
  const share = new Float64Array(to + 1);
  const moment = new Float64Array(to + 1);
  for (let n = 0; n < to; n += 1) {
    share[n + 1] = share[n]! + dense[n]!;
    moment[n + 1] = moment[n]! + (dense[n]! * (edges[n]! + edges[n + 1]!)) / 2;
  }
  const tables = new Map<number, Float64Array>();

  /**
   * For each edge at which a job is still running, the best next check: it costs the price, and those that ended in between
   * have waited for it; then the same again from there. From the end backwards, so that each is looked at once.
   */
  function solve(price: number): Float64Array {
    const cost = new Float64Array(to + 1);
    const next = new Float64Array(to + 1);
    cost[to] = (1 - share[to]!) * (price + longestGap / 2);
    next[to] = edges[to]! + longestGap;
    for (let from = to - 1; from >= 0; from -= 1) {
      const since = edges[from]!;
      const running = (1 - share[from]!) * price;
      let best = Infinity;
      for (let n = from + 1; n <= to; n += 1) {
        const at = Math.min(edges[n]!, since + longestGap);
        if (at < since + SHORTEST_GAP && n < to) continue;
        const waited = Math.max(0, at * (share[n]! - share[from]!) - (moment[n]! - moment[from]!));
        // Waiting longer only adds to that.
        if (running + waited >= best) break;
        const sum = running + waited + cost[n]!;
        if (sum < best) {
          best = sum;
          next[from] = at;
        }
        if (edges[n]! >= since + longestGap) break;
      }
      cost[from] = best;
    }
    return next;
  }

  function next(since: number, price: number): number {
    const table = tables.get(price) ?? solve(price);
    tables.set(price, table);
    const from = since < edges[1]! ? 0 : Math.min(to, bucketOf(since));
    // Between two edges the best lies between theirs.
    const behind = Math.min(to, from + 1);
    const width = edges[behind]! - edges[from]!;
    const part = width > 0 ? Math.min(1, (since - edges[from]!) / width) : 0;
    const at = table[from]! + part * (table[behind]! - table[from]!);
    return Math.min(Math.max(at, since + SHORTEST_GAP), since + longestGap);
  }

  const endedBy = (age: number): number => {
    if (age <= 0) return 0;
    const n = age < edges[1]! ? 0 : Math.min(to, bucketOf(age));
    if (n >= to) return share[to]!;
    return share[n]! + (dense[n]! * (age - edges[n]!)) / (edges[n + 1]! - edges[n]!);
  };

  return {
    next,
    worth(since, age) {
      if (age >= since + longestGap) return Infinity;
      let below = { price: 0, at: since };
      for (const price of PRICES) {
        const at = next(since, price);
        if (at > age) return below.price + ((price - below.price) * (age - below.at)) / (at - below.at);
        below = { price, at };
      }
      return below.price;
    },
    ended(since, age) {
      const running = 1 - endedBy(since);
      return running <= 0 ? 1 : Math.max(0, (endedBy(age) - endedBy(since)) / running);
    },
  };
}

/**
 * The share of all jobs that end in each bucket. What was seen is spread over its neighbourhood, as far as it takes to meet the
 * root of all: few are not taken for the only ones possible, and two heaps stay two. One job more than was seen may end
 * anywhere, and later than any.
 */
function density(durations: Sketch): Float64Array {
  const seen = bucketsOf(durations);
  const total = weightOf(durations);
  const [first = 0] = seen[0] ?? [];
  const [last = 0] = seen.at(-1) ?? [];
  const to = last + BEYOND;
  const dense = new Float64Array(to);
  const near = Math.max(2, Math.sqrt(total));
  for (let n = 0; n < seen.length; n += 1) {
    const [bucket, weight] = seen[n]!;
    const reach = reachOf(seen, n, near);
    const low = Math.max(0, bucket - reach);
    const high = Math.min(to - 1, bucket + reach);
    let kernel = 0;
    for (let b = low; b <= high; b += 1) kernel += reach + 1 - Math.abs(b - bucket);
    for (let b = low; b <= high; b += 1)
      dense[b]! += (weight * (reach + 1 - Math.abs(b - bucket))) / kernel / (total + 1);
  }
  const from = Math.max(0, first - BEYOND);
  for (let b = from; b < to; b += 1) dense[b]! += 1 / (to - from) / (total + 1);
  return dense;
}

/** How many buckets to either side of the `n`th it takes to meet `enough`. */
function reachOf(seen: readonly [number, number][], n: number, enough: number): number {
  const [bucket, weight] = seen[n]!;
  let met = weight;
  let reach = 1;
  for (let left = n - 1, right = n + 1; met < enough;) {
    const down = left >= 0 ? bucket - seen[left]![0] : Infinity;
    const up = right < seen.length ? seen[right]![0] - bucket : Infinity;
    if (down === Infinity && up === Infinity) break;
    reach = Math.min(down, up);
    if (down <= up) met += seen[left--]![1];
    else met += seen[right++]![1];
  }
  return reach;
}
