import { DURATIONS, seeded, type Shape, type Taking } from './durations.ts';

export interface Size {
  shape: Shape;
  /** Jobs that are counted; `LEARNING` more come before them. */
  jobs: number;
  /** A new one as often, however many are outstanding; 0: as soon as another one was seen to end. */
  everyMs: number;
  /** At the beginning. */
  outstanding: number;
  /** Calls a second; 0: no limit. */
  rate: number;
}

/** An outstanding job as its checker knows it. */
export interface Open<T> {
  startedAt: number;
  endsAt: number;
  jobType: string;
  dueAt: number;
  own: T;
}

/** Who decides when to check; `T` is what it keeps of a job. */
export interface Checker<T> {
  /** A job has just been tracked. Answers what is kept of it, and when it is due first. */
  tracked(nth: number, startedAt: number): { own: T; dueAt: number };
  /** Which of these are checked now; it may put others off. The longest due come first. */
  choose(due: Open<T>[], allowed: number, now: number): Promise<Open<T>[]> | Open<T>[];
  /** It was checked and goes on, or has ended. */
  checked(job: Open<T>, now: number, ended: boolean): void;
  /** A minute has passed. */
  minute?(now: number): Promise<void>;
}

export interface Outcome {
  jobs: number;
  callsPerJob: number;
  delayS: number;
  p95S: number;
}

/** This many jobs end before it counts. */
export const LEARNING = 50;
const TICK = 1_000;
/** As many rows are read at a time, as the service does. */
const PAGE = 200;
const SEED = 20_261_126;

/** Lets jobs begin, end and be checked in virtual time, a second at a time. */
export async function simulate<T>(size: Size, checker: Checker<T>): Promise<Outcome> {
  const random = seeded(SEED);
  const total = size.jobs + LEARNING;
  const draw = (nth: number): Taking => DURATIONS[size.shape](random, nth, total);
  const open = new Set<Open<T>>();
  const delays: number[] = [];
  let [begun, ended, calls, tokens] = [0, 0, 0, 0];
  const begin = (startedAt: number): void => {
    const { jobType, ms } = draw(begun);
    const { own, dueAt } = checker.tracked(begun, startedAt);
    open.add({ startedAt, endsAt: startedAt + ms, jobType, dueAt, own });
    begun += 1;
  };
  // Not all at once: they would go on in step.
  for (let n = 0; n < size.outstanding; n += 1) begin((n / size.outstanding) * 240_000);
  for (let now = 0; ended < total; now += TICK) {
    if (size.everyMs > 0 && now % size.everyMs === 0) begin(now);
    if (now % 60_000 === 0) await checker.minute?.(now);
    tokens = size.rate > 0 ? Math.min(Math.max(1, size.rate), tokens + size.rate) : Infinity;
    const due = [...open].filter(({ dueAt, startedAt }) => dueAt <= now && startedAt <= now);
    if (due.length === 0) continue;
    const page = due.toSorted((a, b) => a.dueAt - b.dueAt).slice(0, size.rate > 0 ? PAGE : due.length);
    for (const job of await checker.choose(page, Math.floor(tokens), now)) {
      tokens -= 1;
      const isOver = now >= job.endsAt;
      if (ended >= LEARNING) calls += 1;
      checker.checked(job, now, isOver);
      if (!isOver) continue;
      open.delete(job);
      ended += 1;
      // The last ones may end in the same second.
      if (ended > LEARNING && ended <= total) delays.push(now - job.endsAt);
      if (size.everyMs === 0) begin(now);
    }
  }
  const sorted = delays.toSorted((a, b) => a - b);
  return {
    jobs: delays.length,
    callsPerJob: calls / delays.length,
    delayS: delays.reduce((sum, ms) => sum + ms, 0) / delays.length / 1_000,
    p95S: sorted[Math.floor(sorted.length * 0.95)]! / 1_000,
  };
}
