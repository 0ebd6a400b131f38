import { readError } from '../lib/local.ts';
import { line as oneLine } from '../lib/notify/story.ts';

/** A job as a cloud's answer names it. `projectId` only where the answer says it. */
export interface NamedJob {
  jobId: string;
  projectId?: string;
}

/** The services' spellings of one name. */
const ID_NAMES = ['job_id', 'jobId', 'jobID', 'jobid'];
/** Classic ELB answers where to ask instead; only the ids in it are used, since the query is at v1.0 whatever it says. */
const ELB_URI = /\/v1(?:\.0)?\/([^/?#]+)\/jobs\/([^/?#]+)$/;
/** An answer nests a job id in an object or a list of objects, not deeper. */
const MAX_DEPTH = 6;

/**
 * The jobs that somebody pipes in: a cloud's answer as it came, several of them one after the other or one a line, or plain
 * ids one a line. Answers also what was not understood, by its line.
 */
export function readJobIds(text: string): { jobs: NamedJob[]; faults: string[] } {
  const whole = parse(text);
  if (whole !== undefined) return taken([{ at: 'the input', value: whole }]);
  const lines = text.split('\n').map((line, i) => ({ at: `line ${i + 1}`, line: line.trim() }));
  return taken(
    lines.filter(({ line }) => line !== '').map(({ at, line }) => ({ at, value: parse(line) ?? line })),
  );
}

function taken(values: readonly { at: string; value: unknown }[]): { jobs: NamedJob[]; faults: string[] } {
  const found = values.map(({ at, value }) => ({ at, value, jobs: jobsIn(value) }));
  return {
    jobs: found.flatMap(({ jobs }) => jobs),
    faults: found
      .filter(({ jobs }) => jobs.length === 0)
      .map(({ at, value }) => `${at} names no job${errorIn(value)}`),
  };
}

const MAX_ERROR = 300;

/** What the cloud said instead of starting a job; empty where that is nothing. */
function errorIn(answer: unknown): string {
  const { codes, message } = readError(answer);
  const said = oneLine([codes[0], message].filter(Boolean).join(': ')).slice(0, MAX_ERROR);
  return said && `: the cloud said ${said}`;
}

/** Undefined: it is no JSON object or list. An id of nothing but digits would be a number, and lose some of them. */
function parse(text: string): unknown {
  if (!/^\s*[[{"]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The outermost ids: what stands below one are its sub-jobs. */
function jobsIn(value: unknown, depth = 0): NamedJob[] {
  if (typeof value === 'string') return ID.test(value) ? [{ jobId: value }] : [];
  if (typeof value !== 'object' || value === null || depth > MAX_DEPTH) return [];
  if (Array.isArray(value)) return value.flatMap((one) => jobsIn(one, depth + 1));
  const own = jobOf(value as Record<string, unknown>);
  if (own) return [own];
  // Here a text is some field of the answer, not an id.
  return Object.values(value).flatMap((one) => (typeof one === 'object' ? jobsIn(one, depth + 1) : []));
}

const ID = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/;

function jobOf(answer: Record<string, unknown>): NamedJob | null {
  const [, projectId, inUri] = typeof answer.uri === 'string' ? (ELB_URI.exec(answer.uri) ?? []) : [];
  const named = ID_NAMES.map((name) => answer[name]).find((id) => typeof id === 'string' && id !== '');
  const jobId = (named as string | undefined) ?? inUri;
  return jobId === undefined ? null : { jobId, ...(projectId !== undefined && { projectId }) };
}
