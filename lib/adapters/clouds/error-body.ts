import { isRecord } from '../../core/is-record.ts';
import { textOf, type JsonObject } from './json.ts';

/** What an error in JSON says of itself. */
export interface ErrorWords {
  /** All that were found, the outermost first: an envelope may have one of its own. */
  codes: string[];
  message: string | null;
  /** The code that stands beside the message; else the first of all. */
  code: string | null;
}

/** Every name that a code, or the words on an error, was met under; the more telling first. */
export const CODES =
  'error_code code errorCode errCode err_code job_error_code fail_code failure_code fault_code'.split(' ');
export const MESSAGES = (
  'error_msg message error_message errMsg errorMsg err_msg errorMessage msg ' +
  'fail_reason failReason failed_reason failure_reason fail_message fail_msg job_error_msg error_description error_info error_detail ' +
  'status_message status_msg status_reason reason cause failure fault explanation error errors err detail'
).split(' ');

/**
 * Reads every style met: flat `{code, message}`, wrapped `{error: {code, message, details: [...]}}`, the gateway's
 * `{error_code, error_msg}`, CCE's mixture, OpenStack's `{itemNotFound: {code, message}}`, SFS Turbo's `{errCode, errMsg}` and
 * the batch calls' `{internalError: [{error_code, error_message}]}`. They differ only in the names of the fields and in how deep these lie.
 */
export function readError(json: unknown): ErrorWords {
  const found = objectsIn(json, 4).map((object) => ({
    code: first(object, CODES, codeOf),
    message: first(object, MESSAGES, wordsOf),
  }));
  const codes = found.map(({ code }) => code).filter((code) => code !== null);
  const telling = found.find(({ message }) => message !== null);
  return { codes, message: telling?.message ?? null, code: telling?.code ?? codes[0] ?? null };
}

/** `ErrorMsg`, `error-msg` and `errormsg` are `error_msg`: services write one name in any case and with any sign in it. */
function first(object: JsonObject, names: string[], read: (value: unknown) => string | null): string | null {
  const values = Map.groupBy(Object.entries(object), ([name]) => squashed(name));
  return (
    [...new Set(names.map(squashed))]
      .flatMap((name) => values.get(name) ?? [])
      .map(([, value]) => read(value))
      .find((text) => text !== null) ?? null
  );
}

const squashed = (name: string): string => name.replaceAll(/[-_ ]/g, '').toLowerCase();

/** OpenStack repeats the HTTP status as the code, which says nothing of the cause. */
const HTTP_STATUS = /^[1-5]\d\d$/;
function codeOf(value: unknown): string | null {
  const code = typeof value === 'string' || typeof value === 'number' ? textOf(value) : null;
  return code === null || HTTP_STATUS.test(code) || code === '0' ? null : code;
}

/** Structures are read level by level, so only a text or a list of texts is words. */
export function wordsOf(value: unknown): string | null {
  const texts = [value].flat().filter((one) => typeof one === 'string');
  return (
    texts
      .map(textOf)
      .filter((text) => text !== null)
      .join('; ') || null
  );
}

/** No code is longer. */
const LONGEST = 100;

/** All short texts of an answer, in lower case: one of them may be a code. */
export const textsIn = (json: unknown): string[] =>
  objectsIn(json, 4)
    .flatMap((object) => Object.values(object))
    .map((value) => (typeof value === 'string' || typeof value === 'number' ? String(value) : ''))
    .filter((text) => text !== '' && text.length <= LONGEST)
    .map((text) => text.toLowerCase());

/** The object and those within it, level by level; of each level the first few are enough. */
function objectsIn(value: unknown, levels: number): JsonObject[] {
  let level: unknown[] = [value];
  const found: JsonObject[] = [];
  for (let i = 0; i < levels; i++) {
    const objects = level
      .flatMap((item) => (Array.isArray(item) ? item.slice(0, 5) : [item]))
      .filter(isRecord);
    found.push(...objects);
    level = objects.flatMap((object) => Object.values(object)).slice(0, 50);
  }
  return found;
}
