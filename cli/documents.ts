import { parseExactly } from '../lib/adapters/clouds/json.ts';

/** One JSON value of a text, or one line of it that is none. */
export interface Document {
  /** Where it stands, for people. */
  at: string;
  value: unknown;
}

/** What an answer came with where its headers are there too, as `curl -i` prints them: the status, the last of several. */
type HttpStatus = number | null;

const STATUS_LINE = /^HTTP\/\d(?:\.\d)? (\d{3})\b/;
/** A body need not end with a line break, so the next answer may begin right behind it. */
const NEXT_ANSWER = /(?<=[}\]"])(?=HTTP\/\d(?:\.\d)? \d{3}\b)/g;

/** What somebody pipes in, taken apart: JSON values over any number of lines, one after the other, and lines of words. */
export function documentsIn(text: string): { documents: Document[]; httpStatus: HttpStatus } {
  const { body, httpStatus } = withoutHeaders(text);
  const whole = parse(body);
  const documents = whole === undefined ? [...split(body)] : [{ at: 'the input', value: whole }];
  return { documents, httpStatus };
}

/** Headers become empty lines, so that what follows keeps its number. */
function withoutHeaders(text: string): { body: string; httpStatus: HttpStatus } {
  let httpStatus: HttpStatus = null;
  let inHeaders = false;
  const lines = text.replaceAll(NEXT_ANSWER, '\n').split('\n');
  const body = lines.map((line) => {
    const status = STATUS_LINE.exec(line)?.[1];
    if (status) httpStatus = Number(status);
    inHeaders = status !== undefined || (inHeaders && line.trim() !== '');
    return inHeaders ? '' : line;
  });
  return { body: body.join('\n'), httpStatus };
}

function* split(text: string): Generator<Document> {
  let line = 1;
  for (let from = 0; from < text.length;) {
    const endOfLine = text.indexOf('\n', from) + 1 || text.length;
    const json = text.slice(from, endOfJson(text, from));
    const value = parse(json);
    const taken = value === undefined ? text.slice(from, endOfLine) : json;
    if (taken.trim() !== '') yield { at: `line ${line}`, value: value ?? parse(taken) ?? taken.trim() };
    from += taken.length;
    line += taken.split('\n').length - 1;
  }
}

/** Behind the bracket that closes the first one; `from` where there is none. */
function endOfJson(text: string, from: number): number {
  const start = /\S/g;
  start.lastIndex = from;
  const first = start.exec(text);
  if (!first || !'{['.includes(first[0])) return from;
  let depth = 0;
  const mark = /"(?:[^"\\]|\\.)*"|[[\]{}]/gs;
  mark.lastIndex = first.index;
  for (let found = mark.exec(text); found; found = mark.exec(text)) {
    if ('{['.includes(found[0])) depth += 1;
    if ('}]'.includes(found[0])) depth -= 1;
    if (depth === 0) return mark.lastIndex;
  }
  return from;
}

/**
 * Undefined: it is no JSON object, list or text. An id of nothing but digits would be a number, and lose some of them; the ids of
 * some services within are numbers that are longer than a number can keep.
 */
export const parse = (text: string): unknown => (/^\s*[[{"]/.test(text) ? parseExactly(text) : undefined);
