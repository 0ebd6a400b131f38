import { isRecord } from '../is-record.ts';
import { parseExactly } from '../parse-exactly.ts';
import { ID } from './job.ts';

/** The job ids in the answer to a call. */
export interface AnsweredIds {
  /** Of jobs that the call has started. */
  submitted: string[];
  /** Of jobs that the answer reports on: it has their state or their end. They may be those of sub-jobs. */
  reported: string[];
  /** How many more there are than are taken. */
  omitted: number;
}

/** A job as an answer names it. */
export interface AnsweredJob {
  jobId: string;
  /** Only where the answer says it. */
  projectId?: string;
  /** The answer has its state or its end. */
  isReported: boolean;
}

/** Services write it in four ways; the ids of orders, workflows and operation logs are asked for by other calls. */
const ID_KEYS = ['job_id', 'jobId', 'jobID', 'jobid'];
/** Lists of nothing but ids. */
const LIST_KEYS = ['job_ids', 'jobIds', 'jobIDs', 'jobids', 'jobs'];
/** In these a job's own record has its id as `id`: relational databases answer `{"job": {"id": ...}}`, their kin `{"jobs": [{"id": ...}]}`. */
const RECORD_KEYS = ['job', 'jobs'];
/** What may stand around it. Sub-jobs, entities and errors name ids too, which nobody has submitted. */
const AROUND_JOB = ['jobs', 'job', 'restore_result', 'status'];
/**
 * In these an answer travels: in messages of SMN, in triggers of FunctionGraph, in CloudEvents, in traces. Named anywhere else, in a
 * request, below `sub_jobs`, `entities`, `error` or `result`, a job was not started now, or is none of those that are asked for.
 */
const AROUND_ANSWER = 'response body message Message record smn cts traces trace data detail events'.split(
  ' ',
);
/** Classic ELB answers with another URL to query; only the ids in it are used, since the query is at v1.0 whatever it says. */
const ELB_URI = /\/v1(?:\.0)?\/([^/?#]+)\/jobs\/([^/?#]+)$/;
/** Of objects that stand around a job. */
const DEEPEST = 3;
/** A message of SMN with a trace of CTS with an answer in it, each as a text of its own, is ten levels deep. */
const DEEPEST_IN_ALL = 12;
/** More than any call starts. */
const MAX_IDS = 100;

/** Reads an answer as it is: an object, or JSON in a text, at any level. None found is no error. Of a record, which may have many. */
export function answeredIds(answer: unknown): AnsweredIds {
  const { submitted, reported } = idsIn(answer);
  const omitted = Math.max(0, submitted.length - MAX_IDS) + Math.max(0, reported.length - MAX_IDS);
  return { submitted: submitted.slice(0, MAX_IDS), reported: reported.slice(0, MAX_IDS), omitted };
}

/** The ids of all jobs that a call has started. What its answer reports on has been started before, or is a sub-job. */
export const startedIds = (answer: unknown): string[] => idsIn(answer).submitted;

function idsIn(answer: unknown): Omit<AnsweredIds, 'omitted'> {
  const jobs = answeredJobs(answer);
  const idsOfAll = (isMeant: boolean): Set<string> =>
    new Set(jobs.filter(({ isReported }) => isReported === isMeant).map(({ jobId }) => jobId));
  const reported = idsOfAll(true);
  return { submitted: [...idsOfAll(false)].filter((id) => !reported.has(id)), reported: [...reported] };
}

/**
 * The jobs that an answer names, each where it stands outermost: what stands below one are its sub-jobs. Whoever hands in an answer,
 * at the command line, as a hook or in a log, has the same jobs taken; those it reports on only where somebody means them.
 */
export const answeredJobs = (answer: unknown): AnsweredJob[] =>
  jobsIn(answer, { name: '', depth: 1, all: 1 });

interface Where {
  /** What it stands under. */
  name: string;
  depth: number;
  all: number;
}

function jobsIn(value: unknown, where: Where): AnsweredJob[] {
  const inner = openedJson(value);
  if (where.all > DEEPEST_IN_ALL) return [];
  if (Array.isArray(inner)) {
    const within = { ...where, all: where.all + 1 };
    return inner.flatMap((one) => {
      const id = LIST_KEYS.includes(where.name) && typeof one === 'string' ? idsOf(one) : [];
      return id.length > 0 ? id.map((jobId) => ({ jobId, isReported: false })) : jobsIn(one, within);
    });
  }
  if (!isRecord(inner)) return [];
  // A second trace tells of the end of a call, and names one of the sub-jobs.
  if (isTrace(inner))
    return jobsIn(inner.response, below(where, 'response')).filter((job) => !job.isReported);
  const own = jobsOf(inner, RECORD_KEYS.includes(where.name));
  if (own.length > 0) return own;
  return Object.entries(inner).flatMap(([name, one]) => {
    if (AROUND_ANSWER.includes(name)) return jobsIn(one, below(where, name));
    const isAround = AROUND_JOB.includes(name) || LIST_KEYS.includes(name);
    return isAround && where.depth < DEEPEST
      ? jobsIn(one, { ...below(where, name), depth: where.depth + 1 })
      : [];
  });
}

const below = (where: Where, name: string): Where => ({ ...where, name, all: where.all + 1 });

const isTrace = (value: Record<string, unknown>): boolean =>
  'response' in value && ('trace_id' in value || 'trace_name' in value);

function jobsOf(value: Record<string, unknown>, isOfJob: boolean): AnsweredJob[] {
  const [, projectId, inUri] = typeof value.uri === 'string' ? (ELB_URI.exec(value.uri) ?? []) : [];
  const keys = isOfJob ? [...ID_KEYS, 'id'] : ID_KEYS;
  const ids = [...keys.map((key) => idsOf(value[key])), idsOf(inUri)].find((some) => some.length > 0) ?? [];
  const isReported = isReport(value);
  return ids.map((jobId) => ({ jobId, ...(projectId !== undefined && { projectId }), isReported }));
}

/** Who answers a submission does not know yet how it stands. */
const isReport = (value: Record<string, unknown>): boolean => {
  const { status, end_time: ended, endTime } = value;
  return [isResource(value) ? null : status, ended, endTime].some(
    (it) => (typeof it === 'string' && !isNothing(it)) || typeof it === 'number',
  );
};

/** What is made, with the id of its job beside its own: document databases answer so, and the state is that of the database. */
const isResource = (value: Record<string, unknown>): boolean => {
  const [own = '', ...more] = idsOf(value.id);
  const jobs = ID_KEYS.flatMap((key) => idsOf(value[key]));
  const isOfJob = ['job_type', 'begin_time'].some((key) => value[key] !== undefined);
  return own !== '' && more.length === 0 && jobs.length > 0 && !jobs.includes(own) && !isOfJob;
};

/** The id that stands there; one service writes its ids as numbers, another a list of one. */
const idsOf = (value: unknown): string[] =>
  [value]
    .flat()
    .map((one) => (Number.isSafeInteger(one) && one !== 0 ? String(one) : one))
    .filter((one): one is string => typeof one === 'string' && isId(one));

/** Whether a text may be the id of a job. */
export const isId = (text: string): boolean => ID.test(text) && !isNothing(text);

/** What programs write into a text where there is nothing; `jq -r .job_id` for instance. */
const isNothing = (text: string): boolean =>
  /^\s*(null|nil|none|undefined|true|false|\{\s*\})?\s*$/i.test(text);

/** What JSON in a text says; anything else as it is. */
export function openedJson(value: unknown): unknown {
  let inner = value;
  // JSON of a JSON text is met where a log has quoted it.
  for (let i = 0; i < 2 && typeof inner === 'string' && /^\s*["[{]/.test(inner); i += 1)
    inner = parseExactly(inner) ?? null;
  return inner;
}
