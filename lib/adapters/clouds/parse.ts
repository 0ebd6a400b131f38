import type { JobSeen, Observation } from '../../core/jobs/observation.ts';
import { at, type Dialect, type JsonPath } from './dialect.ts';
import { faultOf, type Answer } from './fault.ts';
import { entitiesOf, readJob, wordsAround, type JobNode } from './job-node.ts';
import { parseExactly } from './json.ts';
import { countSubJobs, findFailureReason } from './reason.ts';
import { parseTime } from './times.ts';

/**
 * What an answer to a job query says. Only a 2xx with JSON about this very job, with a status word that the service
 * documents, says anything of the job; all else is trouble of the request itself. Texts are neither redacted nor bounded.
 */
export function read(dialect: Dialect, jobId: string, answer: Answer): Observation {
  const job = answer.status >= 200 && answer.status < 300 ? jobIn(dialect, answer.body) : null;
  if (job?.status && job.meaning) {
    // `{"status": "success"}` alone is how half the internet says that all is well.
    return job.id?.toLowerCase() === jobId.toLowerCase()
      ? { kind: job.meaning, status: job.status, report: reportOf(dialect, job) }
      : {
          kind: 'malformed',
          detail: `HTTP ${answer.status}: the answer is about job ${job.id ?? '(no id)'}`,
        };
  }
  const fault = faultOf(answer);
  return fault.kind === 'malformed' && job?.status
    ? { ...fault, detail: `HTTP ${answer.status}: unknown status ${job.status}` }
    : fault;
}

/**
 * What a list of jobs says of each, by job id in lower case. A job that has ended counts only where its entry says all that a
 * job query does, sub-jobs too: the others are checked singly, as is one of which two entries say different things. Null where
 * the answer is no such list.
 */
export function readList(dialect: Dialect, place: JsonPath, answer: Answer): Map<string, JobSeen> | null {
  if (answer.status < 200 || answer.status >= 300) return null;
  const listed = at(parseExactly(answer.body), place);
  if (!Array.isArray(listed)) return null;
  const seen = new Map<string, JobSeen>();
  const said = new Map<string, string | null>();
  const contradicted = new Set<string>();
  for (const entry of listed as unknown[]) {
    const job = readJob(dialect, entry);
    if (!job?.id) continue;
    const id = job.id.toLowerCase();
    if (said.has(id) && said.get(id) !== job.status) contradicted.add(id);
    said.set(id, job.status);
    if (!job.status || !job.meaning) continue;
    const hasEnded = job.meaning === 'succeeded' || job.meaning === 'failed';
    if (hasEnded && at(entry, dialect.subJobs) === undefined) continue;
    seen.set(id, {
      kind: job.meaning,
      status: job.status,
      report: reportOf(dialect, job),
    });
  }
  for (const id of contradicted) seen.delete(id);
  return seen;
}

function jobIn(dialect: Dialect, text: string): JobNode | null {
  const body = parseExactly(text);
  const job = readJob(dialect, at(body, dialect.job));
  return job && wordsAround(job, dialect, body);
}

const reportOf = (dialect: Dialect, job: JobNode) => ({
  jobType: job.type,
  beganAt: parseTime(job.began ?? ''),
  // While it runs, some services put the time of the last change there.
  endedAt: job.meaning === 'succeeded' || job.meaning === 'failed' ? parseTime(job.ended ?? '') : null,
  error: findFailureReason(job),
  subJobs: countSubJobs(job),
  entities: entitiesOf(dialect, job),
});
