import { dialectOf } from './dialects.ts';

/** An origin, as far as it says which calls go there. */
export interface Callee {
  name: string;
  projectId: string;
  dialect?: string;
  cloud?: string;
  endpoint?: string;
}

/** Where a call to a cloud went. `jobId`: it asked for this job. */
export interface CallPlace {
  origin: string;
  projectId: string;
  jobId?: string;
}

/** Classic load balancers answer an address at v1, which nothing answers at. */
const ANY_JOB = /\/jobs(?:\/|\?id=)([A-Za-z0-9][A-Za-z0-9-]{0,63})$/;
/** One SDK shows its URLs before the project is filled in. */
const UNFILLED = /\{project_id\}|%7Bproject_id%7D/i;

/**
 * Which of the origins a call went to, by its host and its project; null: to none of them. Where several stand at one host, it is
 * the one whose version of the API was called.
 */
export function whoseCall(url: string, origins: readonly Callee[]): CallPlace | null {
  const found = origins.flatMap((origin) => placeAt(url, origin));
  const best = found.toSorted((a, b) => b.fit - a.fit)[0];
  if (!best) return null;
  // Without a project in it, it is anybody's where there are several.
  const projects = new Set(found.map(({ place }) => place.projectId));
  return UNFILLED.test(url) && projects.size > 1 ? null : best.place;
}

function placeAt(
  url: string,
  { name, projectId, dialect, cloud, endpoint }: Callee,
): { fit: number; place: CallPlace }[] {
  const known = dialect === undefined ? undefined : dialectOf(cloud ?? '', dialect);
  const base = endpoint?.replace(/\/+$/, '').toLowerCase();
  if (!known || base === undefined || !url.toLowerCase().startsWith(`${base}/`)) return [];
  const path = url.slice(base.length).replace(UNFILLED, projectId);
  if (!path.split(/[/?#]/).includes(projectId)) return [];
  const [before = '', behind = ''] = known.path.replace('{project_id}', projectId).split('{job_id}');
  const own =
    path.startsWith(before) && path.endsWith(behind)
      ? path.slice(before.length, path.length - behind.length)
      : '';
  const place = { origin: name, projectId };
  if (JOB_ID.test(own)) return [{ fit: 4, place: { ...place, jobId: own } }];
  const sameVersion = versionOf(path) === versionOf(known.path);
  const [, jobId] = ANY_JOB.exec(path) ?? [];
  if (jobId !== undefined) return [{ fit: sameVersion ? 3 : 2, place: { ...place, jobId } }];
  return [{ fit: sameVersion ? 3 : 1, place }];
}

const JOB_ID = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/;
/** `v1.1` and `v1` are one API with several numbers; `v1.0` and `v3` are two. */
const versionOf = (path: string): string => /\/v(\d+)/.exec(path)?.[1] ?? '';
