import { faster, NEW_PACE, rateOf, slower, type Pace } from '../jobs/pace.ts';
import type { Row } from '../row.ts';
import type { ChannelRules } from './channel.ts';
import type { Receipt } from './delivery.ts';

/** A row that knows how fast its target takes messages. */
export interface Paced extends Row {
  /** What was learnt; none: as fast as the channel allows. */
  pace?: Pace;
  /** When the target last said that it gets too much; epoch milliseconds. */
  limitedAt?: number;
  /** While it has a pace: when the next message may go. */
  nextAt?: number;
  /** On AWS: the turn for which somebody was rung. */
  rungFor?: number;
}

/** Messages a second from which learning begins where no rate is known: few receivers that count allow more. */
export const FASTEST = 50;
const maxRate = ({ rate = FASTEST }: Pick<ChannelRules, 'rate'>): number => rate;

/** Milliseconds between two messages; 0: they go as they come. */
export function gapOf({ pace = NEW_PACE }: Paced, rules: Pick<ChannelRules, 'rate'>): number {
  const isFree = rules.rate === undefined && pace.rate === null;
  return isFree ? 0 : Math.round(1_000 / rateOf(pace, maxRate(rules)));
}

/** Until when the next message waits for its turn; null: it may go now. A longer wait was written by a clock that has been set back since. */
export function turnAt({ nextAt = 0 }: Paced, gap: number, now: number): number | null {
  return nextAt > now && nextAt - now <= gap ? nextAt : null;
}
export const withTurn = <R extends Paced>(row: R, gap: number, now: number): R =>
  gap === 0 ? row : { ...row, nextAt: now + gap };

/** Refusals in this time are no accident. */
const AGAIN_MS = 600_000;

/**
 * What an attempt says of how fast to come. The target's own `Retry-After` is heeded anyway; once more in ten minutes, or
 * without it, the rate is halved. Messages that went side by side found out the same thing: together they count once.
 */
export function paced<R extends Paced>(
  row: R,
  receipt: Receipt,
  now: number,
  before: Paced,
  rules: Pick<ChannelRules, 'rate'>,
): R {
  const { pace = NEW_PACE, limitedAt = -Infinity } = row;
  if (receipt.kind === 'sent') {
    const next = faster(pace, now, maxRate(rules));
    return next === pace ? row : { ...row, pace: next };
  }
  if (receipt.kind !== 'retry' || receipt.reason !== 'rate_limited') return row;
  if (before.limitedAt !== row.limitedAt) return row;
  const isFirst = now < limitedAt || now - limitedAt > AGAIN_MS;
  const isTooFast = receipt.afterMs === undefined || !isFirst;
  if (!isTooFast) return { ...row, limitedAt: now };
  const most = maxRate(rules);
  const halved = slower(pace, {}, now, most);
  // Who says for how long to wait takes at least one message in that time.
  const asked = receipt.afterMs ? Math.min(rateOf(pace, most), 1_000 / receipt.afterMs) : 0;
  const slow = { ...row, limitedAt: now, pace: { ...halved, rate: Math.max(rateOf(halved, most), asked) } };
  return withTurn(slow, gapOf(slow, rules), now);
}
