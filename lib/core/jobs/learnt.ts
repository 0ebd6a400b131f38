import type { Job, Usual } from './job.ts';
import { planOf, type Plan } from './plan.ts';
import { addTo, faded, merged, NO_SKETCH, quantile, weightOf, type Sketch } from './sketch.ts';
import type { Row } from '../row.ts';

/** What is known of how long the jobs of one type take on one origin; its key is `origin/jobType`. */
export interface Durations extends Row {
  state: 'learnt';
  origin: string;
  /** In the cloud's words; empty for those without a type, and for all types beyond `MAX_TYPES`. */
  jobType: string;
  /** Jobs that were seen to end, and checks of such jobs, ever. */
  ended: number;
  calls: number;
  /** From the beginning of a job to its end. What is old has faded. */
  took: Sketch;
  /** From the end of a job to the check that saw it. */
  delays: Sketch;
}

/** What was seen and is not stored yet. */
export type Lesson = Pick<Durations, 'ended' | 'calls' | 'took' | 'delays'>;
export const NO_LESSON: Lesson = { ended: 0, calls: 0, took: NO_SKETCH, delays: NO_SKETCH };

/** One check that was answered, and where that was the end of the job, how long it took. */
export interface Seen {
  jobType: string;
  end: { tookMs: number | null; delayMs: number | null } | null;
}

/** Types of one origin that are learnt apart. A program that names each job differently cannot fill the table. */
export const MAX_TYPES = 64;
/** As many jobs are remembered: beyond them each one more takes from all before. After 140 more a job counts for half. */
const MEMORY = 200;
/** Fewer say nothing of what is usual. */
export const ENOUGH = 20;
/** The 99th percentile of fewer is the longest of all, or not even that. */
export const ENOUGH_FOR_OVERDUE = 100;

export const durationsKey = (origin: string, jobType: string): string => `${origin}/${jobType}`;

export const newDurations = (origin: string, jobType: string, now: number): Durations => ({
  key: durationsKey(origin, jobType),
  version: 0,
  state: 'learnt',
  createdAt: now,
  due: null,
  origin,
  jobType,
  ...NO_LESSON,
});

/** `cost`: calls that it took; none where one list checked many. */
export function noted(lesson: Lesson, { end }: Pick<Seen, 'end'>, cost = 1): Lesson {
  const calls = lesson.calls + cost;
  if (!end) return { ...lesson, calls };
  const took = end.tookMs === null ? lesson.took : addTo(lesson.took, end.tookMs);
  const delays = end.delayMs === null ? lesson.delays : addTo(lesson.delays, end.delayMs);
  return { ended: lesson.ended + 1, calls, took, delays };
}

export const together = (a: Lesson, b: Lesson): Lesson => ({
  ended: a.ended + b.ended,
  calls: a.calls + b.calls,
  took: merged(a.took, b.took),
  delays: merged(a.delays, b.delays),
});

/** The row with what was seen since. Lessons of several workers add up in any order. */
export function taught(row: Durations, lesson: Lesson): Durations {
  const taken = (old: Sketch, fresh: Sketch): Sketch => {
    const room = Math.max(0, MEMORY - weightOf(fresh)) / weightOf(old);
    return merged(room < 1 ? faded(old, room) : old, fresh);
  };
  return {
    ...row,
    ended: row.ended + lesson.ended,
    calls: row.calls + lesson.calls,
    took: taken(row.took, lesson.took),
    delays: taken(row.delays, lesson.delays),
  };
}

/**
 * Whether a lesson is worth a write: while little is known each end is, later every twentieth part of what is known. So a
 * thousand jobs cost some hundred writes, and not one each.
 */
export const isWorthAWrite = (known: Durations | null, lesson: Lesson): boolean =>
  weightOf(lesson.took) >= Math.max(1, known ? weightOf(known.took) / 20 : 1);

/** What is learnt of one type of jobs, or of all of an origin; made at its first use. */
export interface Learnt {
  count: number;
  /** Null: too little is known. */
  usual(): Usual | null;
  plan(): Plan | null;
  /** The age at which a job without a deadline is overdue; null: too little is known. */
  p99(): number | null;
}
export type LearntOf = (jobType: string | null) => Learnt | null;

export const NOTHING_LEARNT: LearntOf = () => null;

/** `longestGap`: as `planOf` has it. */
export function learntFrom(took: Sketch, longestGap: number): Learnt {
  const count = Math.floor(weightOf(took));
  const at = (q: number): number => quantile(took, q)!;
  let plan: Plan | null = null;
  return {
    count,
    usual: () => (count < ENOUGH ? null : { p10: at(0.1), p50: at(0.5), p90: at(0.9), count }),
    plan: () => (count < ENOUGH ? null : (plan ??= planOf(took, longestGap))),
    // What is read from a sketch is right to one per cent; for that nobody is overdue.
    p99: () => (count < ENOUGH_FOR_OVERDUE ? null : Math.round(at(0.99) * 1.01)),
  };
}

/**
 * When a job began: in the cloud's words, else when it was tracked. Where its clock is ahead of ours, a job has begun when it was
 * seen to run.
 */
export function startOf({ report, createdAt, seenAt }: Job): number {
  const began = report?.beganAt ? Date.parse(report.beganAt) : Number.NaN;
  return Number.isNaN(began) ? createdAt : Math.min(began, seenAt ?? createdAt);
}

/** What a check teaches that made `after` of `before`. Null where nobody knows what it was about. */
export function lessonOf(before: Job, after: Job, now: number): Seen | null {
  if (after.seenAt !== now || !after.report) return null;
  const jobType = after.report.jobType ?? '';
  const isEnd = before.state === 'outstanding' && (after.state === 'succeeded' || after.state === 'failed');
  return { jobType, end: isEnd ? endOf(before, after, now) : null };
}

/** While it waits for payment a job does nothing, which says nothing of how long others take. */
function endOf(before: Job, after: Job, now: number): Seen['end'] {
  const { beganAt, endedAt } = after.report!;
  const ended = endedAt === null ? null : Date.parse(endedAt);
  const byCloud = beganAt !== null && ended !== null ? ended - Date.parse(beganAt) : -1;
  const last = before.seen === 'running' ? before.seenAt : undefined;
  // Without the cloud's times it ended at some time between two checks: in the middle. A clock that was set back in between
  // says nothing.
  const half = last === undefined || last > now ? null : (now - last) / 2;
  const byUs = half === null ? -1 : now - half - startOf(before);
  const tookMs = byCloud >= 0 ? byCloud : byUs >= 0 ? byUs : null;
  const delayMs = ended === null ? half : ended < before.createdAt ? null : now - ended;
  return {
    tookMs: before.unpaidAt === undefined ? tookMs : null,
    delayMs: delayMs === null ? null : Math.max(0, delayMs),
  };
}
