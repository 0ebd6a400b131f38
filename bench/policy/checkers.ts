import { openStore } from '../../lib/adapters/store/sqlite/index.ts';
import { createLearning } from '../../lib/app/sweep/learning.ts';
import { choose } from '../../lib/core/jobs/choose.ts';
import { newJob, type Job } from '../../lib/core/jobs/job.ts';
import type { JobSeen } from '../../lib/core/jobs/observation.ts';
import { NOTHING_LEARNT } from '../../lib/core/jobs/learnt.ts';
import { planOf, type Plan } from '../../lib/core/jobs/plan.ts';
import { DEFAULT_POLICY } from '../../lib/core/jobs/policy.ts';
import { addTo, NO_SKETCH, type Sketch } from '../../lib/core/jobs/sketch.ts';
import { decide } from '../../lib/core/jobs/transition.ts';
import { DURATIONS, seeded } from './durations.ts';
import type { Checker, Open, Size } from './world.ts';

const INFO = { origin: 'bench', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
const PROJECT = '0'.repeat(32);
/** The store keeps times of this century. */
const EPOCH = Date.parse('2026-03-01T12:00:00Z');
const iso = (at: number): string => new Date(EPOCH + at).toISOString();

function answer({ jobType, startedAt, endsAt }: Open<Job>, ended: boolean): JobSeen {
  const times = { beganAt: iso(startedAt), endedAt: ended ? iso(endsAt) : null };
  const subJobs = { total: 0, succeeded: 0, failed: 0, running: 0 };
  const report = { jobType, ...times, error: null, subJobs, entities: {} };
  return ended
    ? { kind: 'succeeded', status: 'SUCCESS', report }
    : { kind: 'running', status: 'RUNNING', report };
}

/** Jobchime's own rules, its learning and its store; only the cloud and the time are not real. */
export function ours(checkAuto: boolean): Checker<Job> & { close(): Promise<void> } {
  const policy = { ...DEFAULT_POLICY, checkAuto };
  const store = openStore(':memory:');
  let now = EPOCH;
  const learning = createLearning(store.durations, policy, () => now);
  let known = NOTHING_LEARNT;
  return {
    close: () => store.close(),
    tracked(nth, startedAt) {
      const dueAt = startedAt + policy.firstCheck;
      const spec = { origin: 'bench', projectId: PROJECT, jobId: String(nth) };
      return { own: newJob(spec, INFO, EPOCH + startedAt, EPOCH + dueAt), dueAt };
    },
    choose(due, allowed, at) {
      const of = new Map(due.map((job) => [job.own.key, job]));
      const means = { allowed, isFull: due.length >= 200 };
      const rows = due.map(({ own }) => own);
      const choice = choose(rows, means, known, policy, EPOCH + at);
      for (const put of choice.later) of.get(put.job.key)!.dueAt = put.at - EPOCH;
      return choice.now.map(({ key }) => of.get(key)!);
    },
    checked(job, at, ended) {
      now = EPOCH + at;
      const { job: after } = decide(job.own, answer(job, ended), now, policy, 0, known);
      learning.note(job.own, after, now);
      job.own = { ...after, outbox: [] };
      job.dueAt = after.nextCheckAt - EPOCH;
    },
    async minute(at) {
      now = EPOCH + at;
      await learning.flush();
      known = await learning.of('bench');
    },
  };
}

/** First come, first served, at times that depend on the age alone. */
const byAge = (next: (age: number) => number): Checker<null> => ({
  tracked: (_, startedAt) => ({ own: null, dueAt: startedAt + next(0) }),
  choose: (due, allowed) => due.slice(0, allowed),
  checked(job, at) {
    job.dueAt = job.startedAt + next(at - job.startedAt);
  },
});

export const every = (ms: number): Checker<null> => byAge((age) => age + ms);

/** From ten seconds on, each gap a tenth of the age. */
export const geometric = (): Checker<null> => byAge((age) => Math.max(age * 1.1, age + 10_000));

/** Knows each job's type and the durations of all that ever will be, and nothing of the job. */
export function optimum({ shape }: Size, price: number): Checker<null> {
  const plans = new Map<string, Plan>();
  for (const [type, took] of allOf(shape)) plans.set(type, planOf(took, DEFAULT_POLICY.checkGapMax));
  const next = (jobType: string, age: number): number => plans.get(jobType)!.next(age, price);
  return {
    tracked: () => ({ own: null, dueAt: -1 }),
    // Its first time needs the type, which it knows at once and without a call.
    choose(due, allowed, now) {
      for (const job of due) if (job.dueAt < 0) job.dueAt = job.startedAt + next(job.jobType, 0);
      return due.filter(({ dueAt }) => dueAt <= now).slice(0, allowed);
    },
    checked(job, at) {
      job.dueAt = job.startedAt + next(job.jobType, at - job.startedAt);
    },
  };
}

function allOf(shape: Size['shape']): Map<string, Sketch> {
  const random = seeded(7);
  const all = new Map<string, Sketch>();
  for (let n = 0; n < 20_000; n += 1) {
    const { jobType, ms } = DURATIONS[shape](random, n, 20_000);
    all.set(jobType, addTo(all.get(jobType) ?? NO_SKETCH, ms));
  }
  return all;
}
