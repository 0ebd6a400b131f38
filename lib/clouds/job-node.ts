import * as z from 'zod';
import { at, type Dialect, type Meaning } from './dialects.ts';
import { isObject, parseJson, textOf, type JsonObject } from './json.ts';
import { parseTime } from './times.ts';

/** A job or sub-job as its service tells of it, in one shape for every dialect. */
export interface JobNode extends z.infer<typeof shape> {
  /** Null for a word that the service does not document. */
  meaning: Meaning | null;
  subJobs: JobNode[];
}

/** Absent, null, empty and of an unexpected type are all the same: no service keeps to its own tables. */
const text = z.unknown().transform(textOf);
const time = text.transform((words) => words && parseTime(words));
const shape = z.object({
  id: text,
  type: text,
  status: text,
  beganAt: time,
  endedAt: time,
  code: text,
  reasons: z.array(text).transform((all) => all.filter((words) => words !== null)),
  entities: z.unknown(),
});

/** Batches nest once; beyond this it is no job but an attempt to exhaust us. */
const DEEPEST = 8;

/** Null where there is no object. */
export function readJob(dialect: Dialect, raw: unknown, depth = 0): JobNode | null {
  if (!isObject(raw)) return null;
  const { reasons, ...places } = dialect.fields;
  const picked = Object.entries(places).map(([field, place]) => [field, at(raw, place)]);
  const fields = shape.parse({
    ...Object.fromEntries(picked),
    reasons: reasons.map((place) => at(raw, place)),
  });
  const subJobs = depth < DEEPEST ? listOf(at(raw, dialect.subJobs)) : [];
  return {
    ...fields,
    meaning: meaningOf(dialect, fields.status),
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

/** The job's own `entities`, of whatever type, without the sub-jobs where these lie inside. */
export function entitiesOf(dialect: Dialect, job: JobNode): JsonObject {
  const { entities } = job;
  if (Array.isArray(entities)) return entities.length > 0 ? { items: entities } : {};
  if (!isObject(entities)) return textOf(entities) ? { value: entities } : {};
  const inside = `${dialect.fields.entities}.`;
  const rest = Object.entries(entities).filter(([name]) => inside + name !== dialect.subJobs);
  return Object.fromEntries(rest);
}
