/** What an origin may ask of the process that sweeps it. */
export interface Load {
  origin: string;
  /** Origins of one account share its quota. */
  account: string;
  /** Checks a second, at most. */
  perSecond: number;
  /** What the account allows. */
  rate: number;
}

/**
 * Divides origins among workers, each of which has the processor for `capacity` checks a second. Those of one account stay
 * together, because a quota is kept in the memory of one worker. As few workers as it takes, the largest accounts first; one
 * that asks for more than a worker has got that worker alone.
 */
export function shardsOf(loads: readonly Load[], capacity: number): string[][] {
  const shards: { left: number; origins: string[] }[] = [];
  const accounts = [...Map.groupBy(loads, ({ account }) => account).values()].map((of) => ({
    origins: of.map(({ origin }) => origin),
    perSecond: perSecondOf(of),
  }));
  for (const { origins, perSecond } of accounts.toSorted((a, b) => b.perSecond - a.perSecond)) {
    const room = shards.find(({ left }) => left >= perSecond);
    if (room) {
      room.left -= perSecond;
      room.origins.push(...origins);
    } else shards.push({ left: capacity - perSecond, origins });
  }
  return shards.map(({ origins }) => origins);
}

const perSecondOf = (all: readonly Load[]): number =>
  Math.min(Math.max(...all.map(({ rate }) => rate)), sum(all.map(({ perSecond }) => perSecond)));

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);
