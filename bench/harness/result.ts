import type { Goal } from './bench.ts';

/** What a run came to, as it stands in `bench/results/NAME.json`. */
export interface Result {
  name: string;
  about: string;
  unit: string;
  quick: boolean;
  date: string;
  machine: Record<string, string>;
  versions: Record<string, string>;
  rounds: number;
  /** Contenders that could not run, and what they lack. */
  absent: Record<string, readonly string[]>;
  figures: Record<string, string>;
  plot: readonly string[] | { x: string; y: string };
  cases: Record<string, CaseResult>;
}

export interface CaseResult {
  size: unknown;
  contenders: Record<string, ContenderResult>;
  goals: readonly GoalResult[];
}

export interface ContenderResult {
  title: string;
  counters: Record<string, number>;
  figures: Record<string, Spread>;
}

export interface Spread {
  median: number;
  low: number;
  high: number;
  rounds: readonly number[];
}

export interface GoalResult extends Goal {
  /** Null where one of the two did not run. */
  value: number | null;
  holds: boolean | null;
}

export const median = (numbers: readonly number[]): number => {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
};

export const spreadOf = (rounds: readonly number[]): Spread => ({
  median: median(rounds),
  low: Math.min(...rounds),
  high: Math.max(...rounds),
  rounds,
});

/** The ratio is taken within each round, so that what slows the machine slows both. */
export function judged(goal: Goal, contenders: Record<string, ContenderResult>): GoalResult {
  const own = contenders[goal.of]?.figures[goal.figure]?.rounds;
  const others =
    goal.to === undefined ? own?.map(() => 1) : contenders[goal.to]?.figures[goal.figure]?.rounds;
  if (!own || !others) return { ...goal, value: null, holds: null };
  const value = median(own.map((figure, n) => figure / others[n]!));
  const holds = value <= (goal.max ?? Infinity) && value >= (goal.min ?? -Infinity);
  return { ...goal, value, holds };
}

/** Contenders that count the same thing must have counted the same. Returns what differs. */
export function disagreements(contenders: Record<string, ContenderResult>): string[] {
  const first = new Map<string, [who: string, count: number]>();
  const differing: string[] = [];
  for (const [who, { counters }] of Object.entries(contenders)) {
    for (const [name, count] of Object.entries(counters)) {
      const [other, known] = first.get(name) ?? [who, count];
      first.set(name, [other, known]);
      if (known !== count) differing.push(`${name}: ${other} counts ${known}, ${who} ${count}`);
    }
  }
  return differing;
}
