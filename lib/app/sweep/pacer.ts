/** How many questions may be put now. Kept in memory: what a new process does not know costs it a second's worth at most. */
export interface Pacer {
  /** Whole questions that may be asked with `account` now, at `rate` a second. */
  allow(account: string, rate: number, now: number): number;
  spend(account: string, questions: number): void;
}

/** A token bucket for each account: origins that share a quota share it. It holds what a second brings, and at least one question. */
export function createPacer(): Pacer {
  const buckets = new Map<string, { tokens: number; at: number }>();
  return {
    allow(account, rate, now) {
      const size = Math.max(1, rate);
      const bucket = buckets.get(account) ?? { tokens: size, at: now };
      const tokens = Math.min(size, bucket.tokens + (rate * Math.max(0, now - bucket.at)) / 1_000);
      buckets.set(account, { tokens, at: now });
      // A thousandth is forgiven: sums of tenths do not quite make one.
      return Math.floor(tokens + 0.001);
    },
    spend(account, questions) {
      const bucket = buckets.get(account);
      if (bucket) bucket.tokens -= questions;
    },
  };
}
