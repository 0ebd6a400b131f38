/** What is paid for. */
export interface Usage {
  writeUnits: number;
  readUnits: number;
  events: number;
  sqsRequests: number;
  gbSeconds: number;
  invocations: number;
  schedules: number;
  logBytes: number;
}

/** List prices of us-east-1 in dollars, for one of each. Free tiers are left out. */
export const PRICES: Readonly<Record<keyof Usage, number>> = {
  writeUnits: 0.625e-6,
  readUnits: 0.125e-6,
  events: 1e-6,
  sqsRequests: 0.4e-6,
  // Lambda on arm64.
  gbSeconds: 0.0000133334,
  invocations: 0.2e-6,
  // The first 14 million of a month are free; a minute's schedule needs 43,200.
  schedules: 1e-6,
  logBytes: 0.5e-9,
};
export const NOTHING: Readonly<Usage> = {
  writeUnits: 0,
  readUnits: 0,
  events: 0,
  sqsRequests: 0,
  gbSeconds: 0,
  invocations: 0,
  schedules: 0,
  logBytes: 0,
};

const KINDS = Object.keys(PRICES) as (keyof Usage)[];
const over = (value: (kind: keyof Usage) => number): Usage =>
  Object.fromEntries(KINDS.map((kind) => [kind, value(kind)])) as unknown as Usage;

export const plus = (a: Usage, b: Usage): Usage => over((kind) => a[kind] + b[kind]);
export const minus = (a: Usage, b: Usage): Usage => over((kind) => a[kind] - b[kind]);
export const times = (usage: Usage, factor: number): Usage => over((kind) => usage[kind] * factor);

/** Dollars of each kind. */
export const priced = (usage: Usage): Usage => over((kind) => usage[kind] * PRICES[kind]);
/** Dollars in all. */
export const dollars = (usage: Usage): number =>
  KINDS.reduce((sum, kind) => sum + usage[kind] * PRICES[kind], 0);

/** GB-seconds of a function that runs for so long. */
export const gbSeconds = (ms: number, memoryMb: number): number => (ms / 1_000) * (memoryMb / 1_024);
