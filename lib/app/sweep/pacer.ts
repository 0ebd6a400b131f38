import { refilled, wholeTokens, type Bucket } from '../../core/token-bucket.ts';

/** How many requests may be sent, and how many side by side. Kept in memory: a new process learns it anew within a second. */
export interface Pacer {
  /** Takes one request of `account`, which allows `rate` a second. 0: send it now; else the milliseconds until the next. */
  take(account: string, rate: number, now: number): number;
  /** How many requests to `origin` are under way at once while `rate` of them begin in a second; never more than `most`. */
  concurrency(origin: string, rate: number, most: number): number;
  /** `origin` took this long to answer. */
  answered(origin: string, ms: number): void;
}

/** Before the first answer nobody knows how long one takes. */
const NARROWEST = 4;
/** Some answers take longer than others: twice as many as would be under way if all were alike. */
const SLACK = 2;
/** What the newest answer counts for. */
const NEWEST = 1 / 8;

/**
 * A token bucket for each account: origins that share a quota share it. It holds little, so that no second has more requests
 * than `rate` and a tenth: one request, and what a process that is held up for 100 ms could not send in time. Where less than
 * one a second is allowed, the waiting round comes back within a second, and what came meanwhile counts.
 */
export function createPacer(): Pacer {
  const buckets = new Map<string, Bucket>();
  const latency = new Map<string, number>();
  return {
    take(account, rate, now) {
      const size = 1 + (rate < 1 ? rate : rate / 10);
      const bucket = refilled(buckets.get(account), { size, perSecond: rate }, now);
      const isThere = wholeTokens(bucket) >= 1;
      buckets.set(account, bucket);
      if (isThere) bucket.tokens -= 1;
      return isThere ? 0 : Math.ceil(((1 - bucket.tokens) * 1_000) / rate);
    },
    concurrency(origin, rate, most) {
      const underWay = (rate * (latency.get(origin) ?? 0)) / 1_000;
      return Math.max(1, Math.min(most, Math.max(NARROWEST, Math.ceil(SLACK * underWay))));
    },
    answered(origin, ms) {
      const before = latency.get(origin) ?? ms;
      latency.set(origin, before + (Math.max(0, ms) - before) * NEWEST);
    },
  };
}
