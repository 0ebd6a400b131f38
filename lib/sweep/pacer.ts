/** How many questions may be put now. Kept in memory: what a new process does not know costs it a second's worth at most. */
export interface Pacer {
  /** Whole questions that `origin` may be asked now, at `rate` a second. */
  allow(origin: string, rate: number, now: number): number;
  spend(origin: string, questions: number): void;
}

/** A token bucket for each origin, which holds what a second brings, and at least one question. */
export function createPacer(): Pacer {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    allow(origin, rate, now) {
      const size = Math.max(1, rate);
      const bucket = buckets.get(origin) ?? { tokens: size, at: now };
      const tokens = Math.min(size, bucket.tokens + (rate * Math.max(0, now - bucket.at)) / 1_000);
      buckets.set(origin, { tokens, at: now });
      // A thousandth is forgiven: sums of tenths do not quite make one.
      return Math.floor(tokens + 0.001);
    },
    spend(origin, questions) {
      const bucket = buckets.get(origin);
      if (bucket) bucket.tokens -= questions;
    },
  };
}
