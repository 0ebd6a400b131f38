import type { Observation } from '../../core/jobs/observation.ts';
import { at, type Dialect } from './dialect.ts';
import { faultOf, type Answer } from './fault.ts';
import { entitiesOf, readJob, wordsAround, type JobNode } from './job-node.ts';
import { parseExactly } from './json.ts';
import { countSubJobs, findFailureReason } from './reason.ts';
import { parseTime } from './times.ts';

/**
 * What an answer to a job query says. Only a 2xx with JSON about this very job, with a status word that the service
 * documents, says anything of the job; all else is the question's own trouble. Texts are neither redacted nor bounded.
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
