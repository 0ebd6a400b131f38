import type { JobSeen, Observation } from '../../core/jobs/observation.ts';
import { isRecord } from '../../core/is-record.ts';
import { lazily } from '../../core/lazily.ts';
import { at, isSame, jobAt, listAround, type Dialect, type JsonPath, type Meaning } from './dialect.ts';
import { faultOf, hasFaultCode, type Answer } from './fault.ts';
import { entitiesOf, readJob, wordsAround, type JobNode } from './job-node.ts';
import { parseExactly } from './json.ts';
import { countSubJobs, findFailureReason } from './reason.ts';
import { repeatedOf, saidTwice } from './said-twice.ts';
import { errorBeside } from './doubts.ts';
import { goesOn, hasFailed } from './says-error.ts';
import { parseTime } from './times.ts';

/**
 * What an answer to a job query says. Only a 2xx with JSON about this very job, with a status that the dialect understands,
 * says anything of the job; all else is trouble of the request itself. Texts are neither redacted nor bounded.
 */
export function read(dialect: Dialect, jobId: string, answer: Answer): Observation {
  const { status, body } = answer;
  const json = parseExactly(body);
  const found = says(dialect, answer) ? jobIn(dialect, jobId, answer, json) : null;
  const { job, raw } = found ?? { job: null, raw: undefined };
  const malformed = (words: string): Observation => ({
    kind: 'malformed',
    detail: `HTTP ${status}: ${words}`,
  });
  if (job?.status && job.meaning) {
    // `{"status": "success"}` alone is how half the internet says that all is well.
    if (!isAbout(dialect, job, jobId)) {
      // Where the query names no job, the list is of all there are.
      return job.id !== null && isOfAll(dialect)
        ? noSuchJob(status)
        : malformed(`the answer is about job ${job.id ?? '(no id)'}`);
    }
    const hasEnded = job.meaning === 'succeeded' || job.meaning === 'failed';
    const twice = hasEnded ? saidTwice(dialect, jobId, json, body) : null;
    if (twice !== null) return malformed(twice);
    const error = job.meaning === 'succeeded' ? errorBeside(dialect, raw, json) : null;
    return error === null
      ? { kind: job.meaning, status: job.status, report: reportOf(dialect, job) }
      : malformed(`status ${job.status} is a success, but ${error}`);
  }
  if (found === null && status < 300 && listAround(dialect, json)?.length === 0) return noSuchJob(status);
  const fault = faultOf(answer, dialect.faults);
  return fault.kind === 'malformed' && job?.status ? malformed(`unknown status ${job.status}`) : fault;
}

const noSuchJob = (status: number): Observation => ({
  kind: 'not_found',
  proof: 'unconfirmed',
  routeConfirmed: false,
  detail: `HTTP ${status}: no such job`,
});
const isOfAll = ({ job, path, body = '' }: Dialect): boolean =>
  job.endsWith('.*') && !path.includes('{job_id}') && !body.includes('{job_id}');

/** Whether an answer may say something of the job itself. */
const says = ({ http = {} }: Dialect, { status }: Answer): boolean =>
  (status >= 200 && status < 300) || Object.hasOwn(http, status);

const repeatsId = ({ fields }: Pick<Dialect, 'fields'>): boolean => fields.id.length > 0;
/** A dialect that knows no place for the id believes that it gets what it asks for. */
const isAbout = ({ fields }: Dialect, { id }: JobNode, jobId: string): boolean =>
  !repeatsId({ fields }) || isSame(id, jobId);

/**
 * What a list of jobs says of each, by job id in lower case. A job that has ended counts only where its entry says all that a
 * job query does, sub-jobs too: the others are checked singly, as is one of which two entries say different things. Null where
 * the answer is no such list. Of one in which an entry says its status or id twice, and differently, no end counts.
 */
export function readList(dialect: Dialect, place: JsonPath, answer: Answer): Map<string, JobSeen> | null {
  if (answer.status < 200 || answer.status >= 300) return null;
  const listed = at(parseExactly(answer.body), place);
  if (!Array.isArray(listed)) return null;
  const seen = new Map<string, JobSeen>();
  const said = new Map<string, string | null>();
  const contradicted = new Set<string>();
  const isSound = lazily(() => ({ it: repeatedOf(dialect, place, answer.body) === null }));
  for (const entry of listed as unknown[]) {
    const job = readJob(dialect, entry);
    if (!job?.id) continue;
    const id = job.id.toLowerCase();
    if (said.has(id) && said.get(id) !== job.status) contradicted.add(id);
    said.set(id, job.status);
    if (!job.status || !job.meaning) continue;
    const hasEnded = job.meaning === 'succeeded' || job.meaning === 'failed';
    if (hasEnded && (at(entry, dialect.subJobs) === undefined || !isSound().it)) continue;
    seen.set(id, {
      kind: job.meaning,
      status: job.status,
      report: reportOf(dialect, job),
    });
  }
  for (const id of contradicted) seen.delete(id);
  return seen;
}

function jobIn(
  dialect: Dialect,
  jobId: string,
  { status, body }: Answer,
  json: unknown,
): { job: JobNode; raw: unknown } | null {
  const there = jobAt(dialect, json, jobId);
  const means = dialect.http?.[status];
  // Where the status alone says it, there may be no body, or that of an error; but no page.
  const raw =
    means === undefined || isRecord(there) ? there : isRecord(json) ? json : body.trim() === '' ? {} : there;
  const job = readJob(dialect, raw);
  if (!job) return null;
  // No word of the job's own, and a code that is known to be about the request.
  if (means !== undefined && job.status === null && hasFaultCode(status, json, dialect.faults)) return null;
  const meaning = meansTogether(dialect, jobId, job, raw, status);
  const word = job.status ?? (means === undefined ? meaning && 'no status' : `HTTP ${status}`);
  return { job: wordsAround({ ...job, status: word, meaning }, dialect, json), raw };
}

/** What the word, the HTTP status and the places of a failure say together: the one that is less of an end. */
function meansTogether(
  dialect: Dialect,
  jobId: string,
  job: JobNode,
  raw: unknown,
  status: number,
): Meaning | null {
  const means = dialect.http?.[status];
  const failed = hasFailed(dialect, raw);
  if (job.status === null) {
    if (means === 'succeeded' && !failed) return goesOn(dialect, raw) ? 'running' : means;
    if (means !== undefined) return means === 'succeeded' ? 'failed' : means;
    // Without any status, only an answer that shows whose it is says something.
    if (!repeatsId(dialect) || !isAbout(dialect, job, jobId)) return null;
    return dialect.otherwise ?? (failed ? 'failed' : null);
  }
  if (means === undefined || job.meaning === null || job.meaning === 'failed') return job.meaning;
  return [means, job.meaning].find((one) => one !== 'succeeded' && one !== 'failed') ?? means;
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
