import { readError } from '../lib/adapters/clouds/error-body.ts';
import { answeredJobs, isId } from '../lib/core/jobs/answered-ids.ts';
import { isCallLog } from '../lib/core/jobs/call-log.ts';
import { isRecord } from '../lib/core/is-record.ts';
import { line as oneLine } from '../lib/core/notify/message-content.ts';
import { documentsIn, parse } from './documents.ts';

/** A job as a cloud's answer names it. `projectId` only where the answer says it. */
export interface NamedJob {
  jobId: string;
  projectId?: string;
}

const ORDER_NAMES = ['order_id', 'orderId', 'orderID', 'order_ids', 'orderIds'];
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
    return texts.every(isId) ? texts.map((jobId) => ({ jobId })) : [];
  }
  return answeredJobs(value).map(({ jobId, projectId }) => ({
    jobId,
    ...(projectId !== undefined && { projectId }),
  }));
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
