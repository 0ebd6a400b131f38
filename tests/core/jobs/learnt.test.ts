import { describe, expect, it } from 'vitest';
import { newJob, type Job } from '../../../lib/core/jobs/job.ts';
import {
  isWorthAWrite,
  learntFrom,
  lessonOf,
  newDurations,
  NO_LESSON,
  noted,
  startOf,
  taught,
  type Durations,
} from '../../../lib/core/jobs/learnt.ts';
import type { Observation } from '../../../lib/core/jobs/observation.ts';
import { quantile, weightOf } from '../../../lib/core/jobs/sketch.ts';
import { decide } from '../../../lib/core/jobs/transition.ts';
import { failed, POLICY, report, running, spec, START, succeeded, unavailable } from '../../kit.ts';

const INFO = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
const fresh = { ...newJob(spec(1), INFO, START, START), version: 1 };
const MINUTE = 60_000;

/** The job, what became of it, and what that teaches. */
function check(job: Job, seen: Observation, at: number) {
  const { job: after } = decide(job, seen, START + at, POLICY);
  return { after, lesson: lessonOf(job, after, START + at) };
}
const after = (job: Job, seen: Observation, at: number): Job => check(job, seen, at).after;

const ended = (tookMs: number) => ({ end: { tookMs, delayMs: 1_000 } });
const learn = (row: Durations, tookMs: number, times: number): Durations => {
  let next = row;
  for (let n = 0; n < times; n += 1) next = taught(next, noted(NO_LESSON, ended(tookMs)));
  return next;
};
const none = newDurations('hwc-ecs', 'createServer', START);

describe('what a check teaches', () => {
  it('of an end is how long the job took by the clock of the cloud, and how late that was seen', () => {
    const { lesson } = check(after(fresh, running, MINUTE), succeeded, 5 * MINUTE);
    expect(lesson).toEqual({ jobType: 'createServer', end: { tookMs: 247_000, delayMs: 52_000 } });
    expect(check(fresh, failed, 5 * MINUTE).lesson?.end?.tookMs).toBe(247_000);
  });

  it('of an end without the times of the cloud lies in the middle between two checks', () => {
    const untimed: Observation = {
      kind: 'succeeded',
      status: 'SUCCESS',
      report: report({ beganAt: null, endedAt: null }),
    };
    const ran = after(fresh, { ...running, report: untimed.report } as Observation, 2 * MINUTE);
    expect(check(ran, untimed, 4 * MINUTE).lesson?.end).toEqual({ tookMs: 3 * MINUTE, delayMs: MINUTE });
    // Who had ended before anybody asked took nobody knows how long.
    expect(check(fresh, untimed, 4 * MINUTE).lesson?.end).toEqual({ tookMs: null, delayMs: null });
  });

  it('of an end behind a clock that was set back is nothing, where the cloud names no times', () => {
    const untimed = { ...succeeded, report: report({ beganAt: null, endedAt: null }) } as Observation;
    const ran = after(
      fresh,
      { ...running, report: report({ beganAt: null, endedAt: null }) } as Observation,
      2 * MINUTE,
    );
    expect(check(ran, untimed, MINUTE).lesson?.end).toEqual({ tookMs: null, delayMs: null });
    const tracked = { ...ran, createdAt: START + 60 * MINUTE };
    expect(check(tracked, untimed, 4 * MINUTE).lesson?.end?.tookMs).toBeNull();
  });

  it('of a job that waited for payment is not how long such jobs take', () => {
    const paid = after(fresh, { ...running, kind: 'awaiting_payment' } as Observation, MINUTE);
    expect(check(paid, succeeded, 5 * MINUTE).lesson?.end?.tookMs).toBeNull();
  });

  it('of an end before it was tracked says nothing of delays', () => {
    const late = { ...fresh, createdAt: START + 10 * MINUTE };
    expect(check(late, succeeded, 11 * MINUTE).lesson?.end).toEqual({ tookMs: 247_000, delayMs: null });
  });

  it('of a job that goes on is a call, of one that was not answered nothing', () => {
    expect(check(fresh, running, MINUTE).lesson).toEqual({ jobType: 'createServer', end: null });
    expect(check(fresh, unavailable, MINUTE).lesson).toBeNull();
    expect(check(after(fresh, running, MINUTE), unavailable, 2 * MINUTE).lesson).toBeNull();
  });

  it('has a job begin no later than it was seen, whatever the clock of the cloud says', () => {
    const ahead = { ...running, report: report({ beganAt: '2026-03-01T13:00:00.000Z' }) } as Observation;
    expect(startOf(after(fresh, ahead, MINUTE))).toBe(START + MINUTE);
    expect(startOf(fresh)).toBe(START);
  });
});

describe('durations', () => {
  it('count every end and every call, and remember some two hundred', () => {
    const row = learn(none, 240_000, 1_000);
    expect([row.ended, row.calls]).toEqual([1_000, 1_000]);
    expect(weightOf(row.took)).toBeCloseTo(200, 0);
  });

  it('follow when jobs begin to take longer', () => {
    const before = learn(none, 60_000, 1_000);
    expect(quantile(learn(before, 600_000, 100).took, 0.5)).toBeLessThan(62_000);
    expect(quantile(learn(before, 600_000, 200).took, 0.5)).toBeGreaterThan(590_000);
  });

  it('are written at each end while little is known, later for every twentieth part of it', () => {
    let [row, lesson, writes] = [none, NO_LESSON, 0];
    for (let n = 0; n < 1_000; n += 1) {
      lesson = noted(lesson, ended(240_000));
      if (!isWorthAWrite(row, lesson)) continue;
      row = taught(row, lesson);
      lesson = NO_LESSON;
      writes += 1;
    }
    expect(writes).toBeLessThan(160);
    expect(isWorthAWrite(null, noted(NO_LESSON, ended(1)))).toBe(true);
    // A call alone is not worth one.
    expect(isWorthAWrite(null, noted(NO_LESSON, { end: null }))).toBe(false);
  });

  it('say nothing of what is usual before twenty, nor of what is overdue before a hundred', () => {
    const of = (n: number) => learntFrom(learn(none, 240_000, n).took, 600_000);
    expect([of(19).usual(), of(19).plan(), of(99).p99()]).toEqual([null, null, null]);
    expect(of(20).usual()).toMatchObject({ count: 20 });
    expect(of(20).usual()!.p50 / 240_000).toBeCloseTo(1, 1);
    expect(of(100).p99()! / 240_000).toBeCloseTo(1, 1);
    // Never sooner than all of them took.
    expect(of(100).p99()!).toBeGreaterThanOrEqual(240_000);
  });
});
