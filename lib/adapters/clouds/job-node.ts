import { at, textAt, type Dialect, type Meaning } from './dialect.ts';
import { isObject, parseJson, textOf, type JsonObject } from './json.ts';
import { parseTime } from './times.ts';

/** A job or sub-job as its service tells of it, in one shape for every dialect. */
export interface JobNode {
  id: string | null;
  type: string | null;
  /** The service's own word. */
  status: string | null;
  /** Null for a word that the service does not document. */
  meaning: Meaning | null;
  /** ISO 8601 in UTC. */
  beganAt: string | null;
  endedAt: string | null;
  code: string | null;
  reasons: string[];
  /** Of whatever type the service sends. */
  entities: unknown;
  /** What joins the entities, by its last name. */
  worksOn: JsonObject;
  subJobs: JobNode[];
}

/** Batches nest once; beyond this it is no job but an attempt to exhaust us. */
const DEEPEST = 8;

/** Null where there is no object. Absent, null, empty and of an unexpected type are all the same: no service keeps to its own tables. */
export function readJob(dialect: Dialect, raw: unknown, depth = 0): JobNode | null {
  if (!isObject(raw)) return null;
  const { fields } = dialect;
  const status = textAt(raw, fields.status);
  const subJobs = depth < DEEPEST ? listOf(at(raw, dialect.subJobs)) : [];
  return {
    id: textAt(raw, fields.id),
    type: textAt(raw, fields.type),
    status,
    meaning: meaningOf(dialect, status),
    beganAt: parseTime(textAt(raw, fields.beganAt) ?? ''),
    endedAt: parseTime(textAt(raw, fields.endedAt) ?? ''),
    code: textAt(raw, fields.code),
    reasons: fields.reasons.map((place) => textOf(at(raw, place))).filter((words) => words !== null),
    entities: at(raw, fields.entities),
    worksOn: picked(raw, fields.worksOn),
    subJobs: subJobs.map((sub) => readJob(dialect, sub, depth + 1)).filter((sub) => sub !== null),
  };
}

function meaningOf(dialect: Dialect, status: string | null): Meaning | null {
  const word = status?.toLowerCase() ?? '';
  return Object.hasOwn(dialect.status, word) ? dialect.status[word]! : null;
}

/** Documents declare the list of sub-jobs as a string, too, and mean the same list. */
function listOf(value: unknown): unknown[] {
  const list = typeof value === 'string' ? parseJson(value) : value;
  return Array.isArray(list) ? list : [];
}

const picked = (raw: JsonObject, places: readonly string[]): JsonObject =>
  Object.fromEntries(
    places
      .map((place) => [place.split('.').at(-1)!, at(raw, place)] as const)
      .filter(([, value]) => value !== undefined && value !== null && value !== ''),
  );

/**
 * What the job worked on: its own `entities`, of whatever type, and under `sub_jobs` those of the sub-jobs that succeeded.
 * A server is created by a sub-job, and only that one names it. What failed is told of in the error.
 */
export function entitiesOf(dialect: Dialect, job: JobNode): JsonObject {
  const made = job.subJobs
    .filter((sub) => sub.meaning === 'succeeded')
    .map((sub) => ({ ...sub.worksOn, ...ownEntities(dialect, sub) }))
    .filter((entities) => Object.keys(entities).length > 0);
  const own = { ...job.worksOn, ...ownEntities(dialect, job) };
  return made.length > 0 ? { ...own, sub_jobs: made } : own;
}

function ownEntities(dialect: Dialect, { entities }: JobNode): JsonObject {
  if (Array.isArray(entities)) return entities.length > 0 ? { items: entities } : {};
  if (!isObject(entities)) return textOf(entities) ? { value: entities } : {};
  const inside = `${dialect.fields.entities}.`;
  const rest = Object.entries(entities).filter(([name]) => inside + name !== dialect.subJobs);
  return Object.fromEntries(rest);
}
