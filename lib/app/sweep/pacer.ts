import { refilled, wholeTokens, type Bucket } from '../../core/token-bucket.ts';

/** How many questions may be put now. Kept in memory: what a new process does not know costs it a second's worth at most. */
export interface Pacer {
  /** Whole questions that may be asked with `account` now, at `rate` a second. */
  allow(account: string, rate: number, now: number): number;
  spend(account: string, questions: number): void;
}

/** A token bucket for each account: origins that share a quota share it. It holds what a second brings, and at least one question. */
export function createPacer(): Pacer {
  const buckets = new Map<string, Bucket>();
  return {
    allow(account, rate, now) {
      const bucket = refilled(buckets.get(account), { size: Math.max(1, rate), perSecond: rate }, now);
      buckets.set(account, bucket);
      return wholeTokens(bucket);
    },
    spend(account, questions) {
      const bucket = buckets.get(account);
      if (bucket) bucket.tokens -= questions;
    },
  };
}
