import { isRecord } from '../../core/is-record.ts';
import { lazily } from '../../core/lazily.ts';
import { all, at, keysOf, opened, textAt, type Dialect, type Meaning, type JsonPath } from './dialect.ts';
import { CODES, MESSAGES, readError } from './error-body.ts';
import { parseExactly, textOf, type JsonObject } from './json.ts';
import { goesOn, hasFailed } from './says-error.ts';

/** A job or sub-job as its service describes it, in one shape for every dialect. */
export interface JobNode {
  id: string | null;
  type: string | null;
  /** The service's own word. */
  status: string | null;
  /** Null for a word that the service does not document. */
  meaning: Meaning | null;
  /** As the service writes times; null where it sends none. */
  began: string | null;
  ended: string | null;
  /** Searched only when it is called: most jobs have not failed. */
  words: () => FailureWords;
  /** Of whatever type the service sends. */
  entities: unknown;
  /** What joins the entities, by its last name. */
  worksOn: JsonObject;
  subJobs: JobNode[];
  /** Sub-jobs that the service counts and does not list. */
  unlisted: number;
}

/** What a job says on its failure. */
export interface FailureWords {
  /** The documented one first, then what stands where other services have theirs. */
  codes: string[];
  /** Those in the documented places, and behind them, as last resorts, those in others. */
  reasons: string[][];
}

/** Batches nest once; beyond this it is no job but an attempt to exhaust us. */
const DEEPEST = 8;

/** Null where there is no object. Absent, null, empty and of an unexpected type count alike: no service keeps to its own tables. */
export function readJob(dialect: Dialect, raw: unknown, depth = 0): JobNode | null {
  if (!isRecord(raw)) return null;
  const { fields } = dialect;
  const status = textAt(raw, fields.status);
  const listed = depth < DEEPEST && dialect.subJobs !== '' ? listsIn(dialect, all(raw, dialect.subJobs)) : [];
  const subJobs = listed.map((sub) => readJob(dialect, sub, depth + 1)).filter((sub) => sub !== null);
  const meaning = meaningOf(dialect, status, raw);
  const isPartial = dialect.needsAll && subJobs.some((sub) => sub.meaning === 'failed');
  return {
    id: textAt(raw, fields.id),
    type: textAt(raw, fields.type),
    status,
    meaning: meaning === 'succeeded' && isPartial ? 'failed' : meaning,
    began: textAt(raw, fields.beganAt),
    ended: textAt(raw, fields.endedAt),
    words: lazily(() => wordsOn(dialect, raw)),
    entities: fields.entities === '' ? undefined : opened(at(raw, fields.entities)),
    worksOn: picked(raw, fields.worksOn),
    subJobs,
    unlisted: Math.max(0, declared(dialect, raw) - listed.length),
  };
}

function meaningOf(dialect: Dialect, status: string | null, raw: JsonObject): Meaning | null {
  const word = status?.toLowerCase() ?? '';
  const other = status === null ? null : (dialect.otherwise ?? null);
  const meaning = Object.hasOwn(dialect.status, word) ? dialect.status[word]! : other;
  if (meaning !== 'succeeded') return meaning;
  if (hasFailed(dialect, raw)) return 'failed';
  return goesOn(dialect, raw) ? 'running' : meaning;
}

const listsIn = (dialect: Dialect, sent: readonly unknown[], depth = 0): unknown[] =>
  sent.length === 1
    ? listOf(dialect, sent[0], depth)
    : sent.flatMap((value) => listOf(dialect, value, depth));

/**
 * Documents declare the list of sub-jobs as a string, too, and mean the same list; a single one may come without a list, each
 * of them as a text, in a list of its own, or under its id.
 */
function listOf(dialect: Dialect, sent: unknown, depth = 0): unknown[] {
  const value = typeof sent === 'string' ? parseExactly(sent) : sent;
  if (depth > DEEPEST) return [];
  if (Array.isArray(value)) return listsIn(dialect, value, depth + 1);
  if (!isRecord(value)) return [];
  const keys = Object.keys(value);
  if (keys.length === 0) return depth > 0 ? [value] : [];
  if (isOne(dialect, value)) return [value];
  const members = Object.values(value).map(opened);
  return members.every(isRecord) ? listsIn(dialect, members, depth + 1) : [value];
}

/** Whether it has anything that a job of this service may have. The first that is looked for is the id. */
function isOne({ fields, subJobs }: Dialect, value: JsonObject): boolean {
  const begins = (path: JsonPath): boolean => Object.hasOwn(value, keysOf(path)[0]!);
  const places: (JsonPath | readonly JsonPath[])[] = Object.values(fields);
  return (
    places.some((path) => (typeof path === 'string' ? begins(path) : path.some(begins))) || begins(subJobs)
  );
}

/** How many sub-jobs the service says that there are: it counts them, or lists their ids apart from what they say. */
function declared({ subJobs, fields }: Dialect, raw: JsonObject): number {
  const { entities } = fields;
  let most = 0;
  for (const path of [`${subJobs}_total`, `${entities}.sub_jobs_total`, `${entities}.sub_jobs_list`]) {
    for (const count of all(raw, path)) {
      const found = Array.isArray(count) ? count.length : Number(textOf(count));
      if (Number.isSafeInteger(found) && found > most) most = found;
    }
  }
  return most;
}

/** A service says why in the documented places, or like its kin beside the status, or like others within the entities. */
function wordsOn({ fields, subJobs }: Dialect, raw: JsonObject): FailureWords {
  const paths = [fields.reasons, fields.code].flat(2);
  const beside = ['', ...paths.map(parentOf).filter((path) => path !== '' && path !== fields.entities)];
  const texts = (some: readonly JsonPath[]): string[] =>
    some
      .flatMap((path) => all(raw, path))
      .map(textOf)
      .filter((text) => text !== null);
  const named = (parents: readonly JsonPath[], names: readonly string[]): JsonPath[] =>
    parents
      .flatMap((parent) => names.map((name) => (parent ? `${parent}.${name}` : name)))
      // What holds a documented place is no word itself.
      .filter((place) => !paths.some((path) => path.startsWith(`${place}.`)));
  const inside = [fields.entities];
  const codes = texts([[fields.code].flat(), named(beside, CODES), named(inside, CODES)].flat());
  // Anywhere else, but for what sub-jobs say themselves.
  const elsewhere = readError(without(raw, subJobs));
  return {
    codes: [...codes, elsewhere.message === null ? null : elsewhere.code]
      .filter((code) => code !== null)
      .filter((code) => !NO_CODE.test(code)),
    // A code that is JSON may hold the words.
    reasons: [
      [...texts(fields.reasons), ...codes.filter((code) => isRecord(opened(code)))],
      texts(named(beside, MESSAGES)),
      texts(named(inside, [...MESSAGES, 'errorcode_message'])),
      [elsewhere.message].filter((words) => words !== null),
    ],
  };
}

/** A copy that lacks what stands at a place. */
function without(value: unknown, path: JsonPath): unknown {
  const [key = '', ...rest] = path.split('.');
  if (Array.isArray(value)) return value.map((item) => without(item, path));
  if (!isRecord(value) || !Object.hasOwn(value, key)) return value;
  const { [key]: inner, ...others } = value;
  return rest.length > 0 ? { ...others, [key]: without(inner, rest.join('.')) } : others;
}

/** How programs number what is no error. */
const NO_CODE = /^(0+|true|false)$/i;

const parentOf = (path: JsonPath): JsonPath => path.split('.').slice(0, -1).join('.');

/** What an answer says beside the job that it wraps; the last of all resorts. */
export function wordsAround(job: JobNode, dialect: Dialect, body: unknown): JobNode {
  if (dialect.job === '' || !isRecord(body)) return job;
  const words = lazily(() => {
    const own = job.words();
    const around = Object.entries(body).filter(([name]) => !`${dialect.job}.`.startsWith(`${name}.`));
    const { codes, reasons } = wordsOn(dialect, Object.fromEntries(around));
    return { codes: [...own.codes, ...codes], reasons: [...own.reasons, ...reasons] };
  });
  return { ...job, words };
}

const picked = (raw: JsonObject, paths: readonly string[]): JsonObject =>
  // Most services have none.
  paths.length === 0
    ? {}
    : Object.fromEntries(
        paths
          .map((path) => [path.split('.').at(-1)!, at(raw, path)] as const)
          .filter(([, value]) => textOf(value) !== null),
      );

/**
 * What the job worked on: its own `entities`, of whatever type, and under `sub_jobs` those of the sub-jobs that succeeded.
 * A server is created by a sub-job, and only that one names it. What failed is in the error.
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
  const inside = `${dialect.fields.entities}.`;
  const listed = dialect.subJobs.startsWith(inside) ? dialect.subJobs.slice(inside.length) : '';
  const own = (value: JsonObject): JsonObject => {
    const { [listed]: _, ...others } = value;
    return others;
  };
  if (isRecord(entities)) return listed === '' ? entities : own(entities);
  if (!Array.isArray(entities)) return textOf(entities) === null ? {} : { value: entities };
  const items = entities
    .map((item: unknown) => (isRecord(item) ? own(item) : item))
    .filter((item) => !isRecord(item) || Object.keys(item).length > 0);
  return items.length > 0 ? { items } : {};
}
