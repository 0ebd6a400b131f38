/** Tokens that come at a steady rate, until as many are there as it holds. */
export interface Bucket {
  tokens: number;
  /** When this many were there; epoch milliseconds. */
  at: number;
}
export interface BucketLimits {
  size: number;
  perSecond: number;
}

/** What is in it now; a new one is full. A clock that was set back adds nothing, and the bucket goes on from there. */
export function refilled(bucket: Bucket | undefined, { size, perSecond }: BucketLimits, now: number): Bucket {
  if (!bucket) return { tokens: size, at: now };
  const added = (perSecond * Math.max(0, now - bucket.at)) / 1_000;
  return { tokens: Math.min(size, bucket.tokens + added), at: now };
}

/** Whole tokens in it. A thousandth is forgiven: sums of tenths do not quite make one. */
export const wholeTokens = ({ tokens }: Bucket): number => Math.floor(tokens + 0.001);
