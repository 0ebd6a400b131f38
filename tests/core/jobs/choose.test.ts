import { describe, expect, it } from 'vitest';
import { choose } from '../../../lib/core/jobs/choose.ts';
import { newJob, type Job } from '../../../lib/core/jobs/job.ts';
import { learntFrom, NOTHING_LEARNT, type LearntOf } from '../../../lib/core/jobs/learnt.ts';
import type { Observation } from '../../../lib/core/jobs/observation.ts';
import { CALL_PRICE } from '../../../lib/core/jobs/policy.ts';
import { addTo, NO_SKETCH } from '../../../lib/core/jobs/sketch.ts';
import { decide } from '../../../lib/core/jobs/transition.ts';
import { POLICY, report, spec, START } from '../../kit.ts';
import { logNormal, seeded } from './random.ts';

const INFO = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const NOW = START + HOUR;
const draw = logNormal(seeded(3), 240 * SECOND, 0.25);
const took = Array.from({ length: 200 }, draw).reduce(addTo, NO_SKETCH);
const known = learntFrom(took, POLICY.checkGapMax);
const learnt: LearntOf = (type) => (type === null || type === 'createServer' ? known : null);
const AUTO = { ...POLICY, checkAuto: true };

/** A job that is `age` seconds old and was seen to run `ago` seconds ago; null: it was not checked yet. */
function job(n: number, age: number, ago: number | null, jobType = 'createServer'): Job {
  const began = NOW - age * SECOND;
  const fresh = { ...newJob(spec(n), INFO, began, began + 5 * SECOND), version: 1 };
  if (ago === null) return fresh;
  const seen: Observation = {
    kind: 'running',
    status: 'RUNNING',
    report: report({ jobType, beganAt: new Date(began).toISOString() }),
  };
  return decide(fresh, seen, NOW - ago * SECOND, POLICY).job;
}
const pick = (rows: Job[], allowed: number, of = learnt, isFull = false, policy = POLICY) =>
  choose(rows, { allowed, isFull }, of, policy, NOW);

describe('what is checked', () => {
  it('is all that is due while the budget suffices', () => {
    const rows = [job(1, 30, null), job(2, 250, 31), job(3, 250, 60)];
    expect(pick(rows, 3)).toEqual({ now: rows, later: [] });
  });

  it('is where an end is likely, when the budget does not suffice', () => {
    const [young, ripe, seen] = [job(1, 60, 55), job(2, 260, 120), job(3, 262, 31)];
    expect(pick([young, seen, ripe], 1).now).toEqual([ripe]);
    expect(pick([young, seen, ripe], 2).now).toEqual([ripe, seen]);
  });

  it('is not a job that has only just been tracked, where such jobs take minutes', () => {
    const [fresh, ripe] = [job(1, 10, null), job(2, 250, 40)];
    expect(pick([fresh, ripe], 1).now).toEqual([ripe]);
  });

  it('is who waits longest where too little is known', () => {
    const rows = [job(1, 500, 31), job(2, 500, 200), job(3, 500, 90)];
    expect(pick(rows, 2, NOTHING_LEARNT).now).toEqual([rows[1], rows[2]]);
  });

  it('is in any case who was passed over for too long, or has a time that has come', () => {
    const gap = POLICY.checkGapMax / SECOND;
    const passed = job(1, gap + 20, gap + 10, 'other');
    const due = { ...job(2, 20, 10), deadlineAt: NOW - 1 };
    const ripe = job(3, 260, 120);
    expect(pick([ripe, passed, due], 2).now).toEqual([passed, due]);
  });

  it('takes an outbox first, which costs no call', () => {
    const ended = decide(
      job(1, 300, 60),
      { kind: 'succeeded', status: 'SUCCESS', report: report() },
      NOW,
      POLICY,
    ).job;
    const rows = [job(2, 260, 120), ended];
    expect(pick(rows, 0).now).toEqual([ended]);
  });

  it('leaves the rest as due as it is, unless more is due than was read', () => {
    const rows = [job(1, 20, 15), job(2, 260, 120), job(3, 262, 31)];
    expect(pick(rows, 1).later).toEqual([]);
    const { now, later } = pick(rows, 1, learnt, true);
    expect(now).toEqual([rows[1]]);
    expect(later.map(({ job }) => job)).toContain(rows[0]);
    for (const { job, at } of later) {
      expect(at).toBeGreaterThan(NOW + 2 * SECOND);
      expect(at - (job.checkedAt ?? 0)).toBeLessThanOrEqual(POLICY.checkGapMax);
    }
  });

  it('by what is learnt alone is what is worth a call; the first check too waits until then', () => {
    const [fresh, ripe] = [job(1, 5, null), job(2, 260, 120)];
    const { now, later } = pick([fresh, ripe], 9, learnt, false, AUTO);
    expect(now).toEqual([ripe]);
    expect(later).toEqual([
      { job: fresh, at: Math.round(fresh.createdAt + known.plan()!.next(0, CALL_PRICE)) },
    ]);
    // Too little known, that is at its time.
    expect(pick([fresh], 9, NOTHING_LEARNT, false, AUTO).now).toEqual([fresh]);
  });
});

describe('a running job', () => {
  const seen: Observation = { kind: 'running', status: 'RUNNING', report: report({ beganAt: null }) };
  const fresh = { ...newJob(spec(1), INFO, START, START), version: 1 };
  const nextAt = (policy: typeof POLICY, of: LearntOf): number =>
    decide(fresh, seen, START + 5 * SECOND, policy, 0, of).job.nextCheckAt - START;

  it('is checked again after the usual wait, and with `auto` when its end is likely', () => {
    expect(nextAt(POLICY, learnt)).toBeLessThan(40 * SECOND);
    expect(nextAt(AUTO, NOTHING_LEARNT)).toBeLessThan(40 * SECOND);
    expect(nextAt(AUTO, learnt)).toBe(Math.round(known.plan()!.next(5 * SECOND, CALL_PRICE)));
    expect(nextAt(AUTO, learnt)).toBeGreaterThan(120 * SECOND);
  });

  it('is overdue when it takes longer than nearly all before it, unless a number is given', () => {
    const at = (ms: number, policy = POLICY, of = learnt) =>
      decide(
        { ...fresh, ...(policy.overdueAfter === 1 && { deadlineAt: START + HOUR }) },
        seen,
        START + ms,
        policy,
        0,
        of,
      ).emits;
    const p99 = known.p99()!;
    expect(at(p99 - 1)).toEqual([]);
    expect(at(p99 + 1)).toEqual(['job.overdue']);
    expect(at(p99 + 1, { ...POLICY, overdueAuto: false })).toEqual([]);
    expect(at(p99 + 1, POLICY, NOTHING_LEARNT)).toEqual([]);
    expect(at(p99 + 1, { ...POLICY, overdueAfter: 1 })).toEqual([]);
  });

  it('says with its end how long such jobs usually take, and without one nothing', () => {
    const ended: Observation = { kind: 'succeeded', status: 'SUCCESS', report: report() };
    expect(decide(fresh, ended, START + HOUR, POLICY, 0, learnt).job.usual).toEqual(known.usual());
    expect(decide(fresh, ended, START + HOUR, POLICY).job).not.toHaveProperty('usual');
    expect(decide(fresh, seen, START + SECOND, POLICY, 0, learnt).job).not.toHaveProperty('usual');
  });
});
