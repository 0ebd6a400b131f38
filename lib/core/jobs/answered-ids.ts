import { isRecord } from '../is-record.ts';
import { parseJson } from '../parse-json.ts';
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

/** Services spell it in four ways; the ids of orders, workflows and operation logs are asked for by other calls. */
export const ID_KEYS = ['job_id', 'jobId', 'jobID', 'jobid'];
/** In these a job's own record has its id as `id`: relational databases answer `{"job": {"id": ...}}`, their kin `{"jobs": [{"id": ...}]}`. */
export const RECORD_KEYS = ['job', 'jobs'];
/** What may stand around it. Sub-jobs, entities and errors name ids too, which nobody has submitted. */
export const AROUND_ANSWER = ['jobs', 'job', 'restore_result', 'status'];
const DEEPEST = 3;
/** More than any call starts. */
const MAX_IDS = 100;

/** Reads an answer as it is: an object, or JSON in a text, at any level. None found is no error. */
export function answeredIds(answer: unknown): AnsweredIds {
  const found = { submitted: new Set<string>(), reported: new Set<string>() };
  collect(answer, found, '', 1);
  const submitted = [...found.submitted].filter((id) => !found.reported.has(id));
  const reported = [...found.reported];
  const omitted = Math.max(0, submitted.length - MAX_IDS) + Math.max(0, reported.length - MAX_IDS);
  return { submitted: submitted.slice(0, MAX_IDS), reported: reported.slice(0, MAX_IDS), omitted };
}

type Found = Record<'submitted' | 'reported', Set<string>>;

function collect(value: unknown, found: Found, name: string, depth: number): void {
  const inner = openedJson(value);
  if (Array.isArray(inner)) for (const item of inner) collectIn(openedJson(item), found, name, depth);
  else collectIn(inner, found, name, depth);
}

function collectIn(value: unknown, found: Found, name: string, depth: number): void {
  if (!isRecord(value)) return;
  const kind = isReport(value) ? found.reported : found.submitted;
  const keys = RECORD_KEYS.includes(name) ? [...ID_KEYS, 'id'] : ID_KEYS;
  const [own] = keys.map((key) => idsOf(value[key])).filter((ids) => ids.length > 0);
  for (const id of own ?? []) kind.add(id);
  if (depth === DEEPEST) return;
  for (const inner of AROUND_ANSWER) if (inner in value) collect(value[inner], found, inner, depth + 1);
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

/** One service writes its ids as numbers, another a list of one. */
const idsOf = (value: unknown): string[] =>
  [value]
    .flat()
    .map((one) => (Number.isSafeInteger(one) ? String(one) : one))
    .filter((one): one is string => typeof one === 'string' && ID.test(one) && !isNothing(one));

/** How programs write into a text that there is none. */
const isNothing = (text: string): boolean => /^\s*(null|nil|none|undefined|\{\s*\})?\s*$/i.test(text);

/** What JSON in a text says; anything else as it is. */
export function openedJson(value: unknown): unknown {
  let inner = value;
  // JSON of a JSON text is met where a log has quoted it.
  for (let i = 0; i < 2 && typeof inner === 'string' && /^\s*["[{]/.test(inner); i += 1)
    inner = parseJson(inner) ?? null;
  return inner;
}
