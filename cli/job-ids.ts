import { readError } from '../lib/adapters/clouds/error-body.ts';
import { answeredIds, AROUND_ANSWER, ID_KEYS, RECORD_KEYS } from '../lib/core/jobs/answered-ids.ts';
import { isCallLog } from '../lib/core/jobs/call-log.ts';
import { isRecord } from '../lib/core/is-record.ts';
import { line as oneLine } from '../lib/core/notify/message-content.ts';
import { documentsIn, parse } from './documents.ts';

/** A job as a cloud's answer names it. `projectId` only where the answer says it. */
export interface NamedJob {
  jobId: string;
  projectId?: string;
}

/** Lists of nothing but ids. */
const LIST_NAMES = ['job_ids', 'jobIds', 'jobIDs', 'jobids', 'jobs'];
const ORDER_NAMES = ['order_id', 'orderId', 'orderID', 'order_ids', 'orderIds'];
/**
 * In these an answer stands, or travels: in messages of SMN, in triggers of FunctionGraph, in CloudEvents, in traces. Named anywhere
 * else, in a request, below `sub_jobs`, `entities`, `error` or `result`, a job was not started now, or is none of those that are asked for.
 */
const AROUND = [
  ...AROUND_ANSWER,
  ...'response body message Message record smn cts traces trace data detail events'.split(' '),
];
/** Classic ELB answers with another URL to query; only the ids in it are used, since the query is at v1.0 whatever it says. */
const ELB_URI = /\/v1(?:\.0)?\/([^/?#]+)\/jobs\/([^/?#]+)$/;
/** A message of SMN with a trace of CTS with an answer in it, each as a text of its own, is ten levels deep. */
const MAX_DEPTH = 12;

/**
 * The jobs that somebody pipes in: a cloud's answer as it came, also with its headers or within a message that carries it,
 * several of them one after the other or one a line, or plain ids one a line. Answers also what was not understood, by its
 * place.
 */
export function readJobIds(text: string): { jobs: NamedJob[]; faults: string[] } {
  if (isCallLog(text))
    return {
      jobs: [],
      faults: ['that is a debug log; `jobchime intake FILE` hands in its jobs, each to its origin'],
    };
  const { documents, httpStatus } = documentsIn(text);
  const found = documents.map(({ at, value }) => ({ at, value: opened(value), jobs: jobsOf(value) }));
  const jobs = found.flatMap((one) => one.jobs);
  const faults = found
    .filter((one) => one.jobs.length === 0)
    .map(({ at, value }) => `${at} names no job${insteadOf(value)}`);
  const answered = httpStatus === null ? '' : ` the cloud answered HTTP ${httpStatus}`;
  // A page of HTML, for instance: its lines say nothing, the status does.
  const pointless =
    jobs.length === 0 && answered && documents.every(({ value }) => typeof value === 'string');
  return {
    jobs: [...new Map(jobs.map((job) => [`${job.projectId}/${job.jobId}`, job])).values()],
    faults: pointless ? [`the input names no job:${answered}`] : faults,
  };
}

const MAX_QUOTED = 300;

/** What an answer has instead of a job, to go on with; empty where that is nothing. */
function insteadOf(answer: unknown): string {
  const { codes, message } = readError(answer);
  const [code] = codes.filter((one) => !/^(0+|2\d\d)$/.test(one));
  const orders = ordersIn(answer);
  if (orders.length > 0 && code === undefined) {
    return ` (${orders.length === 1 ? 'an order' : 'orders'}, ${told(orders.join(', '))})`;
  }
  const said = told([code, message].filter(Boolean).join(': '));
  return said && `: the cloud said ${said}`;
}

const told = (text: string): string => oneLine(text).slice(0, MAX_QUOTED);

/** The value with JSON in place of the texts that hold some. */
function opened(value: unknown, depth = 0): unknown {
  if (depth > MAX_DEPTH) return value;
  if (typeof value === 'string') {
    const inside = opened(parse(value), depth + 1);
    return typeof inside === 'object' ? inside : value;
  }
  if (Array.isArray(value)) return value.map((one) => opened(one, depth + 1));
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, opened(one, depth + 1)]));
}

/** Of the whole of an answer. A list of nothing but texts is a list of ids; a text in any other list is something else. */
function jobsOf(document: unknown): NamedJob[] {
  const value = opened(document);
  const texts = [value].flat();
  if (texts.every((one) => typeof one === 'string')) {
    const ids = texts.flatMap((one) => idOf(one) ?? []);
    return ids.length === texts.length ? ids.map((jobId) => ({ jobId })) : [];
  }
  return jobsIn(value);
}

/** The outermost ids: what stands below one are its sub-jobs. */
function jobsIn(value: unknown, name = '', depth = 0): NamedJob[] {
  if (depth > MAX_DEPTH) return [];
  if (isTrace(value)) return answeredIds(value.response).submitted.map((jobId) => ({ jobId }));
  if (Array.isArray(value)) {
    return value.flatMap((one) =>
      typeof one === 'object' ? jobsIn(one, name, depth + 1) : listed(one, name),
    );
  }
  if (!isRecord(value)) return [];
  const own = jobOf(value, RECORD_KEYS.includes(name));
  if (own) return [own];
  const inner = Object.entries(value).filter(([key]) => [...AROUND, ...ID_KEYS, ...LIST_NAMES].includes(key));
  return inner.flatMap(([key, one]) => jobsIn(one, key, depth + 1));
}

/** A second trace tells of the end of a call, and names one of the sub-jobs. */
const isTrace = (value: unknown): value is { response: unknown } =>
  isRecord(value) && 'response' in value && ('trace_id' in value || 'trace_name' in value);

/** CDM answers `{"jobId": ["..."]}`. A number among `jobs` counts them. */
function listed(value: unknown, name: string): NamedJob[] {
  const names = typeof value === 'string' ? [...ID_KEYS, ...LIST_NAMES] : ID_KEYS;
  const jobId = names.includes(name) ? idOf(value) : null;
  return jobId === null ? [] : [{ jobId }];
}

function jobOf(answer: Record<string, unknown>, isRecord: boolean): NamedJob | null {
  const [, projectId, inUri] = typeof answer.uri === 'string' ? (ELB_URI.exec(answer.uri) ?? []) : [];
  const names = isRecord ? [...ID_KEYS, 'id'] : ID_KEYS;
  const jobId = names.map((name) => idOf(answer[name])).find((id) => id !== null) ?? idOf(inUri);
  return jobId === null ? null : { jobId, ...(projectId !== undefined && { projectId }) };
}

const ID = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/;
/** What programs write where there is nothing; `jq -r .job_id` for instance. */
const NOTHING = ['null', 'none', 'nil', 'undefined', 'true', 'false'];

function idOf(value: unknown): string | null {
  const text = typeof value === 'number' && value > 0 ? String(value) : value;
  return typeof text === 'string' && ID.test(text) && !NOTHING.includes(text.toLowerCase()) ? text : null;
}

function ordersIn(value: unknown, depth = 0): string[] {
  if (depth > MAX_DEPTH || typeof value !== 'object' || value === null) return [];
  const found = Object.entries(value).flatMap(([name, one]) =>
    ORDER_NAMES.includes(name)
      ? [one].flat().flatMap((order) => (isOrder(order) ? String(order) : []))
      : ordersIn(one, depth + 1),
  );
  return [...new Set(found)];
}
const isOrder = (value: unknown): boolean =>
  typeof value === 'string' ? value !== '' : typeof value === 'number' && value > 0;
