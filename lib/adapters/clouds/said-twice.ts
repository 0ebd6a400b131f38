import { listAround, isSame, textAt, type Dialect, type JsonPath } from './dialect.ts';

/**
 * What an answer says twice of a job, and differently: its status or id under one name, or the job in one list; null for nothing. A
 * reader of JSON takes the last of two members with one name, others the first, so neither is an end.
 */
export function saidTwice(dialect: Dialect, jobId: string, json: unknown, text: string): string | null {
  const { job, fields } = dialect;
  const twice = repeatedOf(dialect, job, text);
  if (twice !== null) return `${twice} stands there twice, and differs`;
  const listed = (listAround(dialect, json) ?? []).filter((one) => isSame(textAt(one, fields.id), jobId));
  const states = new Set(listed.map((one) => textAt(one, fields.status)?.toLowerCase()));
  return states.size > 1 ? 'the job is listed twice, and differs' : null;
}

/** What of a job that stands at `job` has one name twice, with different values: its status, its id or the whole; null for nothing. */
export function repeatedOf({ fields }: Dialect, job: JsonPath, text: string): JsonPath | null {
  const inJob = (place: JsonPath): JsonPath => plain(job === '' ? place : `${job}.${place}`);
  const places = [plain(job), ...[fields.status, fields.id].flat().map(inJob)].filter(
    (place) => place !== '',
  );
  return repeatedIn(text).find((one) => places.some((place) => `${place}.`.startsWith(`${one}.`))) ?? null;
}

/** Without the steps into lists. */
const plain = (place: JsonPath): JsonPath => place.replaceAll(/\.(\d+|\*)(?=\.|$)/g, '');

const TOKEN = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\],:]/g;
/** No job stands deeper, and a text of a megabyte may nest a hundred thousand steps. */
const DEEPEST = 16;

interface Level {
  place: JsonPath;
  /** Of an object: its members so far, as they were written. */
  members: Map<string, string> | null;
  name: string | null;
  from: number;
}

/** As it is written: no job stands under a longer one, and all that stands under it has it in its place. */
const LONGEST_NAME = 600;
const NO_NAME = '\u0000';
const UNREAD: Level = { place: '', members: null, name: null, from: 0 };

/** The places of members that an object has twice, with different values. Only of text that is JSON. */
function repeatedIn(text: string): JsonPath[] {
  const found: JsonPath[] = [];
  const levels: Level[] = [];
  let last = '';
  TOKEN.lastIndex = 0;
  for (let token = TOKEN.exec(text); token; token = TOKEN.exec(text)) {
    const [sign] = token;
    const level = levels.at(-1);
    if (sign === ':' && level?.members) {
      level.name = last.length > LONGEST_NAME ? NO_NAME : (JSON.parse(last) as string);
      level.from = TOKEN.lastIndex;
    }
    if ((sign === ',' || sign === '}') && level?.members && level.name !== null) {
      const written = text.slice(level.from, token.index).trim();
      const before = level.members.get(level.name);
      if (before !== undefined && before !== written) found.push(placeOf(level));
      level.members.set(level.name, written);
      level.name = null;
    }
    if ((sign === '{' || sign === '[') && levels.length >= DEEPEST) levels.push(UNREAD);
    else if (sign === '{' || sign === '[')
      levels.push({
        place: level ? placeOf(level) : '',
        members: sign === '{' ? new Map() : null,
        name: null,
        from: 0,
      });
    if (sign === '}' || sign === ']') levels.pop();
    last = sign;
  }
  return found;
}

/** Of what stands under the name that was read last. */
const placeOf = ({ place, name }: Level): JsonPath => [place, name].filter(Boolean).join('.');
