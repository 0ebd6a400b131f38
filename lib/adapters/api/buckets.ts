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
export function createBuckets(clock: Clock, { burst, perSecond }: Rate): Buckets {
  const buckets = new Map<string, { left: number; at: number }>();

  const leftIn = (bucket: { left: number; at: number } | undefined, now: number): number =>
    bucket ? Math.min(burst, bucket.left + (Math.max(0, now - bucket.at) * perSecond) / 1_000) : burst;

  const tidy = (now: number): void => {
    for (const [name, bucket] of buckets) if (leftIn(bucket, now) >= burst) buckets.delete(name);
  };

  return {
    take(name) {
      const now = clock();
      if (buckets.size >= 1_000 && !buckets.has(name)) tidy(now);
      const left = leftIn(buckets.get(name), now);
      if (left < 1) return Math.ceil(((1 - left) * 1_000) / perSecond);
      buckets.set(name, { left: left - 1, at: now });
      return 0;
    },
  };
}
