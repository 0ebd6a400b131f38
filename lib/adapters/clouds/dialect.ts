import { hasOwn, isRecord } from '../../core/is-record.ts';
import type { Dialect, JsonPath, JsonPaths, Meaning, Pages } from '../../core/dialect.ts';
import { remembered } from '../../core/remembered.ts';
import type { UrlParts } from '../platform/http.ts';
import { parseExactly, textOf } from './json.ts';

export type { Dialect, JsonPath, JsonPaths, Meaning, Pages };
export type Cloud = 'huawei' | 'otc';

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

/** What a job query is filled in with. All must be valid ones: they are put in as they are. */
export interface Asked {
  projectId: string;
  jobId: string;
  region?: string;
}

/** The URL of the job query. */
export const jobUrl = (dialect: Dialect, endpoint: string, asked: Asked): URL =>
  new URL(endpoint.replace(/\/+$/, '') + filledIn(dialect.path, asked));

/** The same for job after job: an id stands in a path as it is. */
export function jobUrls(
  dialect: Dialect,
  endpoint: string,
  asked: Omit<Asked, 'jobId'>,
): (jobId: string) => UrlParts {
  const { protocol, username, password, host, hostname, port, origin, pathname, search, searchParams } =
    jobUrl(dialect, endpoint, { ...asked, jobId: SOME_ID });
  const [before = '', behind, ...more] = pathname.split(SOME_ID);
  if (behind === undefined || more.length > 0 || search !== '')
    return (jobId) => jobUrl(dialect, endpoint, { ...asked, jobId });
  const same = { protocol, username, password, host, hostname, port, origin, search, searchParams };
  return (jobId) => ({ ...same, pathname: before + jobId + behind });
}
const SOME_ID = 'THE-ID-OF-SOME-JOB';

export const filledIn = (template: string, { projectId, jobId, region = '' }: Asked): string =>
  template.replaceAll('{project_id}', projectId).replaceAll('{job_id}', jobId).replaceAll('{region}', region);

/** The list in which a job stands, where its dialect says that it is one of several; undefined where there is none. */
export function listAround({ job }: Dialect, body: unknown): unknown[] | undefined {
  const list = job.endsWith(EACH) ? at(body, job.slice(0, -EACH.length)) : undefined;
  return Array.isArray(list) ? list : undefined;
}
const EACH = '.*';

/** What an answer says of this job. Of a list without it the first, which says whose it is. */
export function jobAt(dialect: Dialect, body: unknown, jobId: string): unknown {
  if (!dialect.job.endsWith(EACH)) return at(body, dialect.job);
  const list = listAround(dialect, body) ?? [];
  return list.find((one) => isSame(textAt(one, dialect.fields.id), jobId)) ?? list[0];
}

/** Whether an id that a service repeats is this one. Some repeat it at the end of the resource's path. */
export const isSame = (said: string | null, jobId: string): boolean => {
  const id = said?.toLowerCase() ?? '';
  return id === jobId.toLowerCase() || id.slice(id.lastIndexOf('/') + 1) === jobId.toLowerCase();
};

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
