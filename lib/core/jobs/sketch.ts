/**
 * How often a duration was seen, by its logarithm: a bucket is 2 % wide, so whatever is read from it is right to one per cent.
 * Sketches add up bucket by bucket, in any order, and JSON holds them. Weights, not counts: what is old counts for less.
 */
export type Sketch = Readonly<Record<string, number>>;

export const NO_SKETCH: Sketch = {};

const WIDTH = Math.log(1.02);
/** Shorter ones are not distinguished. */
const SHORTEST_MS = 1_000;
/** Beyond this, jobs are given up: 60 days. */
const LONGEST = Math.floor(Math.log((60 * 86_400_000) / SHORTEST_MS) / WIDTH);
/** A weight below this changes no answer. */
const LEAST = 0.01;

export const bucketOf = (ms: number): number =>
  Math.min(LONGEST, Math.max(0, Math.floor(Math.log(Math.max(ms, SHORTEST_MS) / SHORTEST_MS) / WIDTH)));

/** Where a bucket begins, in milliseconds. */
export const edgeOf = (bucket: number): number => SHORTEST_MS * Math.exp(bucket * WIDTH);

export const addTo = (sketch: Sketch, ms: number): Sketch => {
  const bucket = bucketOf(ms);
  return { ...sketch, [bucket]: (sketch[bucket] ?? 0) + 1 };
};

export function merged(a: Sketch, b: Sketch): Sketch {
  const sum: Record<string, number> = { ...a };
  for (const [bucket, weight] of Object.entries(b)) sum[bucket] = (sum[bucket] ?? 0) + weight;
  return sum;
}

/** Every weight times `factor`, to three digits; what counts for nothing any more is left out. */
export const faded = (sketch: Sketch, factor: number): Sketch =>
  Object.fromEntries(
    Object.entries(sketch)
      .map(([bucket, weight]) => [bucket, Math.round(weight * factor * 1_000) / 1_000] as const)
      .filter(([, weight]) => weight >= LEAST),
  );

export const weightOf = (sketch: Sketch): number =>
  Object.values(sketch).reduce((sum, weight) => sum + weight, 0);

/** Bucket and weight, the shortest durations first: keys that are whole numbers come in their order. */
export const bucketsOf = (sketch: Sketch): [bucket: number, weight: number][] =>
  Object.entries(sketch).map(([bucket, weight]) => [Number(bucket), weight]);

/** The duration in milliseconds that a share `q` of all did not exceed; null: there are none. */
export function quantile(sketch: Sketch, q: number): number | null {
  let left = q * weightOf(sketch);
  const buckets = bucketsOf(sketch);
  for (const [bucket, weight] of buckets) {
    left -= weight;
    if (left <= 1e-9) return Math.round(edgeOf(bucket + 0.5));
  }
  const last = buckets.at(-1);
  return last ? Math.round(edgeOf(last[0] + 0.5)) : null;
}

/** One of the bars of a plot: which share of all took from `from` to `to` milliseconds. */
export interface Bar {
  from: number;
  to: number;
  share: number;
}

/** At most this many bars, each as wide as the others by the logarithm, from the shortest to the longest. */
const BARS = 24;

export function histogramOf(sketch: Sketch): Bar[] {
  const buckets = bucketsOf(sketch);
  const total = weightOf(sketch);
  const [first = 0] = buckets[0] ?? [];
  const [last = 0] = buckets.at(-1) ?? [];
  const width = Math.ceil((last - first + 1) / BARS);
  const count = total > 0 ? Math.ceil((last - first + 1) / width) : 0;
  return Array.from({ length: count }, (_, n) => {
    const [from, to] = [first + n * width, first + (n + 1) * width];
    const weight = buckets.reduce((sum, [at, one]) => (at >= from && at < to ? sum + one : sum), 0);
    return {
      from: Math.round(edgeOf(from)),
      to: Math.round(edgeOf(to)),
      share: Math.round((weight / total) * 1_000) / 1_000,
    };
  });
}
