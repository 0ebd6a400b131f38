import type { Status } from './status.ts';
import { runMsOf, type Life, type SubJobScript } from './submission.ts';

export type { Status };

/** Where a job stands at one moment. Times in epoch milliseconds; `endedAt` is null until it has ended. */
export interface Standing {
  status: Status;
  beganAt: number;
  endedAt: number | null;
}

/** How long the cloud remembers: a job after its end, and one whose order nobody pays. Milliseconds. */
export interface Retention {
  endedMs: number;
  unpaidMs: number;
}
const DAY = 86_400_000;
/** That of the systems which do not have their own. */
export const RETENTION: Retention = { endedMs: DAY, unpaidMs: 14 * DAY };

/** A status and the moment it begins, in milliseconds after the submission. */
interface Phase {
  status: Status;
  from: number;
}

/** Where the job stands at `now`; null when the cloud does not know it yet or any more. */
export function standing(
  life: Life,
  submittedAt: number,
  now: number,
  retention: Retention,
): Standing | null {
  const age = Math.max(0, now - submittedAt);
  const phases = phasesOf(life);
  if (
    age < (life.unknownForMs ?? 0) ||
    age >= (life.vanishAfterMs ?? Infinity) ||
    forgotten(phases, age, retention)
  )
    return null;
  const { status, from } = phases.findLast((phase) => phase.from <= age)!;
  const ended = status === 'SUCCESS' || status === 'FAIL';
  return { status, beganAt: submittedAt, endedAt: ended ? submittedAt + from : null };
}

/** When something runs, and for how long: the time that its sub-jobs have. */
export interface Span {
  from: number;
  ms: number;
}
export const spanOf = (life: Life, submittedAt: number): Span => ({
  from: submittedAt + runsFrom(life),
  ms: life.runMs ?? Infinity,
});
export const subSpanOf = (parent: Span, sub: SubJobScript): Span => ({
  from: parent.from + sub.afterMs + sub.initMs,
  ms: runMsOf(sub, parent.ms),
});

/** Sub-jobs begin when their parent runs or later, and end before it does unless they hang. Null when this one has not begun. */
export function subStanding(parent: Span, sub: SubJobScript, now: number): Standing | null {
  const beganAt = parent.from + sub.afterMs;
  if (now < beganAt) return null;
  const { from, ms } = subSpanOf(parent, sub);
  if (now < from) return { status: 'INIT', beganAt, endedAt: null };
  return now < from + ms || sub.end === 'never'
    ? { status: 'RUNNING', beganAt, endedAt: null }
    : { status: sub.end, beganAt, endedAt: from + ms };
}

/** How far the job has come, 0 to 1; one that never ends gets nowhere. */
export function progress(life: Life, submittedAt: number, now: number): number {
  const end =
    phasesOf(life).find(({ status }) => status === 'SUCCESS' || status === 'FAIL')?.from ?? Infinity;
  return now - submittedAt >= end ? 1 : Math.max(0, now - submittedAt) / end;
}

/** Milliseconds from the submission until the job runs; Infinity when it never does. */
const runsFrom = (life: Life): number =>
  phasesOf(life).find((phase) => phase.status === 'RUNNING')?.from ?? Infinity;

const phasesOf = (life: Life): Phase[] => [{ status: 'INIT', from: 0 }, ...afterInit(life)];

function afterInit(life: Life): Phase[] {
  switch (life.end) {
    case 'never':
      return [{ status: 'RUNNING', from: life.initMs }];
    case 'PENDING_PAYMENT': {
      // The cloud waits for the payment before it starts to work.
      const unpaid: Phase = { status: 'PENDING_PAYMENT', from: life.initMs };
      if (life.paidAfterMs === undefined) return [unpaid];
      return [unpaid, ...run(life.initMs + life.paidAfterMs, life.runMs, 'SUCCESS')];
    }
    default:
      return run(life.initMs, life.runMs, life.end);
  }
}

const run = (from: number, ms: number, end: Status): Phase[] => [
  { status: 'RUNNING', from },
  { status: end, from: from + ms },
];

/** A job is dropped in a phase it has been in for too long, even if a later one was scripted. */
function forgotten(phases: Phase[], age: number, retention: Retention): boolean {
  const kept: Partial<Record<Status, number>> = {
    SUCCESS: retention.endedMs,
    FAIL: retention.endedMs,
    PENDING_PAYMENT: retention.unpaidMs,
  };
  return phases.some(({ status, from }, i) => {
    const until = Math.min(age, phases[i + 1]?.from ?? Infinity);
    return until - from >= (kept[status] ?? Infinity);
  });
}
