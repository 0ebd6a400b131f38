import { spread } from '../../core/jobs/due.ts';
import { jobKey, newJob, type Job, type OriginInfo } from '../../core/jobs/job.ts';
import type { Policy } from '../../core/jobs/policy.ts';
import { checkSpec, type SpecProblem } from '../../core/jobs/spec.ts';
import type { Clock, JobStore, Telemetry } from '../../ports.ts';

export interface TrackDeps {
  jobs: JobStore;
  clouds: { describe(origin: string): (OriginInfo & { projectId: string }) | null };
  clock: Clock;
  policy: Policy;
  telemetry: Telemetry;
  /** When the jobs were handed in, where that was before now: their deadline was to come then. Epoch milliseconds. */
  handedInAt?: number;
  /** What is wrong with a target that a job names; null: nothing. Without it, jobs name none. */
  notifyProblem?: (target: string) => Promise<string | null>;
}

export type Tracked =
  { outcome: 'tracked' | 'already_tracked'; job: Job } | { outcome: 'refused'; problems: SpecProblem[] };

/**
 * Takes jobs into the table. What is tracked already is returned unchanged, so handing in the same id again is harmless.
 * Answers in order; one refused spec does not keep the others out.
 */
export async function track(deps: TrackDeps, raws: readonly unknown[]): Promise<Tracked[]> {
  const checked = await Promise.all(raws.map((raw) => admit(deps, raw)));
  const stored = await deps.jobs.create(checked.flatMap((c) => (c.outcome === 'admitted' ? [c.job] : [])));
  let next = 0;
  return checked.map((c): Tracked => {
    if (c.outcome === 'refused') return c;
    const { outcome, row } = stored[next++]!;
    if (outcome === 'existed') return { outcome: 'already_tracked', job: row };
    deps.telemetry.line('info', 'job.tracked', { job: row.key, name: row.name, nextLookAt: row.nextLookAt });
    return { outcome: 'tracked', job: row };
  });
}

type Admission = { outcome: 'admitted'; job: Job } | { outcome: 'refused'; problems: SpecProblem[] };

async function admit(deps: TrackDeps, raw: unknown): Promise<Admission> {
  const checked = checkSpec(raw);
  if (!checked.ok) return { outcome: 'refused', problems: checked.problems };
  const origin = deps.clouds.describe(checked.spec.origin);
  if (!origin) return refuse('origin', `'${checked.spec.origin}' is not configured`);
  const spec = { ...checked.spec, projectId: checked.spec.projectId ?? origin.projectId };
  if (spec.projectId !== origin.projectId) {
    return refuse(
      'projectId',
      `'${spec.origin}' asks for project ${origin.projectId}; its credentials see no other`,
    );
  }
  const notify = await notifyProblems(deps, spec.notify ?? []);
  if (notify.length > 0) return { outcome: 'refused', problems: notify };
  const now = deps.clock();
  const late = await lateDeadline(deps, spec, Math.min(deps.handedInAt ?? now, now));
  if (late) return refuse('deadlineAt', late);
  const key = `${spec.origin}/${spec.jobId}`;
  const { cloud, region, service } = origin;
  const info = { origin: spec.origin, cloud, region, service };
  return { outcome: 'admitted', job: newJob(spec, info, now, spread(key, now, deps.policy.firstLook)) };
}

/** A job whose deadline has passed would be overdue at once. Handing one in again that is tracked stays harmless. */
async function lateDeadline(
  { jobs }: TrackDeps,
  spec: Parameters<typeof jobKey>[0] & { deadlineAt?: number },
  now: number,
): Promise<string | null> {
  if (spec.deadlineAt === undefined || spec.deadlineAt > now || (await jobs.get(jobKey(spec)))) return null;
  const [at, clock] = [spec.deadlineAt, now].map((ms) => new Date(ms).toISOString());
  return `${at} is in the past (it is ${clock}); write a time that is still to come, or leave it out`;
}

async function notifyProblems(deps: TrackDeps, targets: readonly string[]): Promise<SpecProblem[]> {
  const problems = await Promise.all(targets.map(deps.notifyProblem ?? (async () => 'cannot be given here')));
  return problems.flatMap((problem) => (problem === null ? [] : [{ field: 'notify', problem }]));
}

const refuse = (field: string, problem: string): Admission => ({
  outcome: 'refused',
  problems: [{ field, problem }],
});
