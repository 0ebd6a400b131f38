import type { SimulatedJob, SimulatedSubJob } from './jobs.ts';
import {
  progress,
  spanOf,
  standing,
  subSpanOf,
  subStanding,
  type Retention,
  type Span,
  type Standing,
  type Status,
} from './life.ts';
import { SYSTEMS } from './systems.ts';
import type { Body, Part, View } from './systems/system.ts';

/** Changes what is shown of a job, as a fault may. */
export type ViewTransform = (job: View) => View;

/** The body with which the job's system answers at `now`; null when it does not know the job. */
export function render(
  job: SimulatedJob,
  now: number,
  retention: Retention,
  transform: ViewTransform = (view) => view,
): Body | null {
  const at = standing(job.life, job.submittedAt, now, retention);
  return at && SYSTEMS[job.system].show(transform(viewOf(job, at, now)));
}

function viewOf(job: SimulatedJob, at: Standing, now: number): View {
  const { life, projectId, submittedAt } = job;
  const { made, words } = SYSTEMS[job.system];
  const wordFor = (status: Status): string => (status === 'PENDING_PAYMENT' ? status : words[status][0]);
  // Where there are sub-jobs, it is they who make something.
  const madeBy =
    ({ jobId, subJobs }: { jobId: string; subJobs: unknown[] }) =>
    (): Body =>
      subJobs.length > 0 ? {} : made(jobId, projectId);
  const partsOf = (subJobs: readonly SimulatedSubJob[], parent: Span): Part[] =>
    subJobs.flatMap((sub): Part[] => {
      const subAt = subStanding(parent, sub, now);
      if (!subAt) return [];
      const entities = entitiesOf(sub.entities, subAt, madeBy(sub));
      const message = subAt.status === 'FAIL' && sub.errorcodeMessage;
      return [
        {
          ...subAt,
          jobId: sub.jobId,
          jobType: sub.jobType,
          word: wordFor(subAt.status),
          error: errorOf(sub, subAt),
          entities: message ? { ...entities, errorcode_message: message } : entities,
          subJobs: partsOf(sub.subJobs, subSpanOf(parent, sub)),
        },
      ];
    });
  const scripted = at.status === 'PENDING_PAYMENT' ? undefined : life.words[at.status];
  return {
    ...at,
    jobId: job.jobId,
    jobType: job.jobType,
    projectId,
    word: scripted ?? wordFor(at.status),
    error: errorOf(life.end === 'FAIL' ? life : {}, at),
    entities: entitiesOf(life.entities, at, madeBy(job)),
    progress: progress(life, submittedAt, now),
    now,
    subJobs: partsOf(job.subJobs, spanOf(life, submittedAt)),
  };
}

const errorOf = ({ error }: { error?: Part['error'] | undefined }, at: Standing): Part['error'] =>
  (at.status === 'FAIL' && error) || null;

/** What a job works on: as scripted once it runs, else what such a job makes once it succeeded. */
function entitiesOf(scripted: Body | undefined, at: Standing, made: () => Body): Body {
  if (scripted) return at.status === 'INIT' ? {} : scripted;
  return at.status === 'SUCCESS' ? made() : {};
}
