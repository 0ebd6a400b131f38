import { hasOwn, isRecord } from '../../core/is-record.ts';
import type { JobSeen } from '../../core/jobs/observation.ts';
import { remembered } from '../../core/remembered.ts';
import { parseExactly, textOf } from './json.ts';

/** What a status word means. */
export type Meaning = JobSeen['kind'];
export type Cloud = 'huawei' | 'otc';

/** Where something stands in a JSON value, as a dotted path: `entities.sub_jobs`, `jobs.0`; empty for the value itself. */
export type JsonPath = string;
/** Several places, where a service has more than one: the first that has a text counts. */
export type JsonPaths = JsonPath | readonly JsonPath[];

/** The job format of one service. Only data: no code branches on the service. */
export interface Dialect {
  /** The service's name in the events. */
  service: string;
  /** What its hosts begin with, as in `HOST.eu-de.otc.t-systems.com`. */
  host: string;
  /** Of the job query, below the endpoint; the query string too where the service needs one. */
  path: string;
  /** Its list of jobs, where it has one: the path below the endpoint, and where the jobs stand in the answer. */
  list?: { path: string; jobs: JsonPath };
  /** Where the job stands in the answer. */
  job: JsonPath;
  /** Where sub-jobs stand in a job, and again in a sub-job. */
  subJobs: JsonPath;
  /** Where the rest stands, in a job as in a sub-job. */
  fields: {
    id: JsonPaths;
    type: JsonPaths;
    status: JsonPaths;
    beganAt: JsonPaths;
    endedAt: JsonPaths;
    code: JsonPaths;
    /** All places in which words on a failure were seen. */
    reasons: readonly JsonPath[];
    entities: JsonPath;
    /** What stands outside of `entities` and says what the job worked on; it joins them under its own name. */
    worksOn: readonly JsonPath[];
  };
  /** In lower case, since services outage the same word differently. A word that is not here is not understood. */
  status: Readonly<Record<string, Meaning>>;
  /** Its pages in the cloud's console; left out where they are not known. */
  console?: Pages;
}

/** Below the console's host. `{region}` and `{id}` are filled in. */
export interface Pages {
  /** All that there is in a region. */
  list: string;
  /** One resource; `id` names it in the entities of a job, or of a sub-job. */
  one?: { page: string; id: string };
}

/** A service: its job format, which clouds document that, and what differs there. */
export interface Service extends Dialect {
  clouds: { readonly [cloud in Cloud]?: Partial<Dialect> };
}

export interface Registry {
  /** Every name that an origin's `dialect` may have. */
  names: readonly string[];
  dialectOf(cloud: string, name: string): Dialect | undefined;
}

export function registryOf(services: Readonly<Record<string, Service>>): Registry {
  const known = new Map<string, Dialect>();
  for (const [name, { clouds, ...dialect }] of Object.entries(services)) {
    for (const [cloud, differs] of Object.entries(clouds))
      known.set(`${cloud}/${name}`, { ...dialect, ...differs });
  }
  return {
    names: Object.keys(services),
    dialectOf: (cloud, name) => known.get(`${cloud}/${name}`),
  };
}

/** The URL of the list of all jobs of a project; the id must be a valid one. */
export const listUrl = (path: string, endpoint: string, projectId: string): URL =>
  new URL(endpoint.replace(/\/+$/, '') + path.replace('{project_id}', projectId));

/** The URL of the job query. Both ids must be valid ones: they are put in as they are. */
export function jobUrl(dialect: Dialect, endpoint: string, projectId: string, jobId: string): URL {
  const path = dialect.path.replace('{project_id}', projectId).replace('{job_id}', jobId);
  return new URL(endpoint.replace(/\/+$/, '') + path);
}

/** What stands at `place`; undefined where the way there ends. */
export function at(value: unknown, path: JsonPath): unknown {
  if (path === '') return value;
  let inner = value;
  for (const key of keysOf(path)) {
    if (!hasOwn(inner, key)) return undefined;
    inner = inner[key];
  }
  return inner;
}

/**
 * All that stands at `place`, also where a list of objects is sent in place of one object, or JSON in a text. For what a job
 * says beside its status: whether it has ended is read by `at` alone.
 */
export function all(value: unknown, path: JsonPath): unknown[] {
  if (path === '') return [value];
  let found = [value];
  for (const key of keysOf(path))
    found = found.length === 1 ? within(found[0], key) : found.flatMap((inner) => within(inner, key));
  return found;
}

/** More places than all dialects have together. */
const PLACES = 2_000;
export const keysOf = remembered(PLACES, (path) => path.split('.'));

function within(value: unknown, key: string): unknown[] {
  const inner = opened(value);
  if (hasOwn(inner, key)) return [inner[key]];
  return Array.isArray(inner)
    ? inner.filter((item) => isRecord(item) && hasOwn(item, key)).map((item) => item[key])
    : [];
}

/** What JSON in a text says; anything else as it is. */
export const opened = (value: unknown): unknown =>
  typeof value === 'string' && /^\s*[[{]/.test(value) ? (parseExactly(value) ?? value) : value;

/** The first text among several places; null for none. */
export function textAt(value: unknown, paths: JsonPaths): string | null {
  if (typeof paths === 'string') return textOf(at(value, paths));
  for (const path of paths) {
    const text = textOf(at(value, path));
    if (text !== null) return text;
  }
  return null;
}
