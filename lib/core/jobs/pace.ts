import type { Trouble } from './observation.ts';

/**
 * How fast an origin may be called. The clouds publish no number, quotas are shared with everybody else of the account, and
 * refused calls count against them too. So: additive increase, multiplicative decrease, and their own word where they give it.
 */
export interface Pace {
  /** Calls a second; null: as fast as the configuration allows. */
  rate: number | null;
  /** What the cloud said its limit is, in calls a second; believed for an hour. */
  limit: number | null;
  /** When `rate` was last changed; epoch milliseconds. */
  changedAt: number;
  limitAt: number;
}

export const NEW_PACE: Pace = { rate: null, limit: null, changedAt: 0, limitAt: 0 };

/** One call in ten seconds: slow enough for any quota seen, and still something is learnt. */
const SLOWEST = 0.1;
/** Of a limit that the cloud names: the rest is for the others of the account. */
const SHARE = 0.8;
const BELIEVED_MS = 3_600_000;
/** From standing still to full speed. */
const RECOVERY_MS = 600_000;

export const rateOf = (pace: Pace, max: number): number => Math.min(max, pace.rate ?? max);

/** After a refusal: what the cloud says, or half. A refusal below its own limit means that others use the quota up. */
export function slower(pace: Pace, refusal: Pick<Trouble, 'limitPerSecond'>, now: number, max: number): Pace {
  const rate = rateOf(pace, max);
  const limit = refusal.limitPerSecond;
  const share = limit === undefined ? Infinity : limit * SHARE;
  const next = Math.max(Math.min(SLOWEST, max), share < rate ? share : rate / 2);
  const said = limit === undefined ? {} : { limit, limitAt: now };
  return { ...pace, ...said, rate: next, changedAt: now };
}

/** After answers: a little faster. Returns the same pace while the difference would not be worth a write. */
export function faster(pace: Pace, now: number, max: number): Pace {
  if (pace.rate === null) return pace;
  const believed = pace.limit !== null && now - pace.limitAt < BELIEVED_MS;
  const ceiling = believed ? Math.min(max, pace.limit! * SHARE) : max;
  const rate = Math.min(ceiling, pace.rate + (max * (now - pace.changedAt)) / RECOVERY_MS);
  if (rate === pace.rate || (rate < ceiling && rate < pace.rate * 1.1)) return pace;
  return rate >= max ? NEW_PACE : { ...pace, rate, changedAt: now };
}
