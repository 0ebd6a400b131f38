import type { SimulatedJob } from './jobs.ts';
import { standing, subStanding, type Retention, type Standing } from './life.ts';
import { SYSTEMS, type System } from './systems.ts';

type Body = Record<string, unknown>;

/** The body with which the job's system answers at `now`; null when it does not know the job any more. */
export function render(job: SimulatedJob, now: number, retention: Retention): Body | null {
  const system = SYSTEMS[job.system];
  const at = standing(job.life, job.submittedAt, now, retention);
  if (!at) return null;
  const { life, jobId, jobType, projectId } = job;
  const subs = job.subJobs.flatMap((sub) => {
    const subAt = subStanding(life, sub, job.submittedAt, now);
    if (!subAt) return [];
    const entities = entitiesOf(sub.entities, subAt, () => system.made(sub.jobId, projectId));
    const message = subAt.status === 'FAIL' && sub.errorcodeMessage;
    return [fields(system, sub, subAt, message ? { ...entities, errorcode_message: message } : entities)];
  });
  // Where there are sub-jobs, it is they who make something.
  const made = (): Body => (job.subJobs.length > 0 ? {} : system.made(jobId, projectId));
  const error = life.end === 'FAIL' ? life.error : undefined;
  const body = fields(system, { jobId, jobType, error }, at, entitiesOf(life.entities, at, made));
  return PLACE[system.subJobs](body, subs, at);
}

/** What a job works on: as scripted once it runs, else what such a job makes once it succeeded. */
function entitiesOf(scripted: Body | undefined, at: Standing, made: () => Body): Body {
  if (scripted) return at.status === 'INIT' ? {} : scripted;
  return at.status === 'SUCCESS' ? made() : {};
}

/** The fields that a job and its sub-jobs have in common, in the documented order. */
function fields(
  system: System,
  part: { jobId: string; jobType: string; error?: { code: string; reason: string } | undefined },
  at: Standing,
  entities: Body,
): Body & { entities: Body } {
  const error = at.status === 'FAIL' ? part.error : undefined;
  const errors = { error_code: error?.code ?? null, fail_reason: error?.reason ?? null };
  return {
    status: at.status,
    entities,
    job_id: part.jobId,
    job_type: part.jobType,
    begin_time: iso(at.beganAt),
    end_time: at.endedAt === null ? '' : iso(at.endedAt),
    ...(at.endedAt !== null || system.errorsWhileRunning === 'null' ? errors : {}),
  };
}

type Place = (body: Body & { entities: Body }, subs: Body[], at: Standing) => Body;

const PLACE: Record<System['subJobs'], Place> = {
  entities: (body, subs) =>
    subs.length === 0
      ? body
      : { ...body, entities: { sub_jobs_total: subs.length, sub_jobs: subs, ...body.entities } },
  // Without sub-jobs the reference says "left empty" and its example has no such field at all: clients meet both here,
  // the empty text before the end and the missing field after it.
  top: (body, subs, at) => {
    if (subs.length > 0) return { ...body, sub_jobs: subs };
    return at.endedAt === null ? { ...body, sub_jobs: '' } : body;
  },
};

const iso = (at: number): string => new Date(at).toISOString();
