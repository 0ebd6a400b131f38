/** A benchmark: contenders that do the same work in turns, counted alike. It is the default export of `bench/NAME.ts`. */
export interface Bench<Size = unknown> {
  /** What is measured, in one sentence. */
  about: string;
  /** The singular of what is counted: `check`, `job`. */
  unit: string;
  /** How much work, by case: `{ 'latency 50 ms': { jobs: 10_000 } }`. Quick: so little that it takes some seconds with all contenders. */
  cases: (quick: boolean) => Record<string, Size>;
  /** What all contenders of a case share, in processes of its own (`inChild`). Its `at` is handed to each of them. */
  stage?: (size: Size) => Promise<Stage>;
  /** By a short name, ours first. Each runs in a process of its own; where no speed is judged, in one with the others. */
  contenders: Record<string, Contender<Size>>;
  /** Rounds that are run and not counted. One, if absent. */
  warmUps?: number;
  /** Each round in a new process: for what grows, or starts. */
  fresh?: boolean;
  /** What further figures are called in tables: `{ p95Ms: 'p95, ms' }`. */
  figures?: Record<string, string>;
  /** What is drawn: one bar for each contender, or a point. `cpuUs`, if absent. */
  plot?: readonly string[] | { x: string; y: string };
  goals?: readonly Goal[];
}

export interface Stage {
  /** Plain JSON: ports, folders. */
  at: unknown;
  close(): Promise<void>;
}

export interface Contender<Size = unknown> {
  /** What it is, for a table: `bullmq, Redis without a disk`. */
  title: string;
  /** Packages of `bench/peers`, and programs, that are not there by themselves. Where one is absent, the result says so. */
  needs?: readonly string[];
  /** Cases that it takes part in; all, if absent. */
  cases?: readonly string[];
  /** Called once in its process. */
  open(size: Size, at: never): Promise<Runner> | Runner;
}

export interface Runner {
  /** What a round needs and is not measured. */
  prepare?(): Promise<void>;
  /** One round. The processor time of its process and the wall are taken around it. */
  round(): Promise<Round>;
  close?(): Promise<void>;
}

export interface Round {
  /** How many were done. */
  units: number;
  /** What was done, as counted: contenders whose counters of one name differ fail the benchmark. */
  counters: Record<string, number>;
  /** Whatever else was measured: `{ p95Ms: 12 }`. */
  figures?: Record<string, number>;
  /** Of the round in all, where the process it was called in is not the one that did the work. */
  cpuUs?: number;
  wallMs?: number;
}

/** A figure of one contender, alone or as a ratio to another one's: the median of what the rounds gave. */
export interface Goal {
  of: string;
  to?: string;
  figure: string;
  max?: number;
  min?: number;
  cases?: readonly string[];
  /** Wished for; missing it is no failure. */
  stretch?: boolean;
}

export const bench = <Size>(one: Bench<Size>): Bench<Size> => one;
