import { refilled, wholeTokens, type Bucket } from '../../core/token-bucket.ts';
import type { Clock } from '../../ports.ts';
import type { Rate } from './deps.ts';

export interface Buckets {
  /** Takes one from the bucket of that name. 0: it was there; else the milliseconds until the next one is. */
  take(name: string): number;
}

/**
 * Token buckets in memory: each process counts for itself, so that several processes together let through as many times
 * more. They keep one caller from starving the others; they are no quota. Full buckets are forgotten.
 */
export function createBuckets(clock: Clock, { burst: size, perSecond }: Rate): Buckets {
  const buckets = new Map<string, Bucket>();
  const bucketOf = (name: string, at: number): Bucket => refilled(buckets.get(name), { size, perSecond }, at);

  const tidy = (at: number): void => {
    for (const name of buckets.keys()) if (bucketOf(name, at).tokens >= size) buckets.delete(name);
  };

  return {
    take(name) {
      const at = clock();
      if (buckets.size >= 1_000 && !buckets.has(name)) tidy(at);
      const bucket = bucketOf(name, at);
      const isThere = wholeTokens(bucket) >= 1;
      buckets.set(name, isThere ? { ...bucket, tokens: bucket.tokens - 1 } : bucket);
      return isThere ? 0 : Math.ceil(((1 - bucket.tokens) * 1_000) / perSecond);
    },
  };
}
