import { isObject, textOf, type JsonObject } from './json.ts';

/** What an error in JSON says of itself. */
export interface ErrorWords {
  /** All that were found, the outermost first: an envelope may have one of its own. */
  codes: string[];
  message: string | null;
}

const CODES = ['error_code', 'code', 'errorCode', 'errCode'];
const MESSAGES = ['error_msg', 'message', 'error_message', 'errMsg'];

/**
 * Reads every style met: flat `{code, message}`, wrapped `{error: {code, message, details: [...]}}`, the gateway's
 * `{error_code, error_msg}`, CCE's mixture, OpenStack's `{itemNotFound: {code, message}}`, SFS Turbo's `{errCode, errMsg}` and
 * the batch calls' `{internalError: [{error_code, error_message}]}`. They differ only in the names of the fields and in how deep these lie.
 */
export function readError(json: unknown): ErrorWords {
  const objects = objectsIn(json, 4);
  const texts = (names: string[]): string[] =>
    objects.map((object) => firstText(object, names)).filter((text) => text !== null);
  return { codes: texts(CODES), message: texts(MESSAGES)[0] ?? null };
}

const firstText = (object: JsonObject, names: string[]): string | null =>
  names.map((name) => textOf(object[name])).find((text) => text !== null) ?? null;

/** The object and those within it, level by level; of each level the first few are enough. */
function objectsIn(value: unknown, levels: number): JsonObject[] {
  let level: unknown[] = [value];
  const found: JsonObject[] = [];
  for (let i = 0; i < levels; i++) {
    const objects = level
      .flatMap((item) => (Array.isArray(item) ? item.slice(0, 5) : [item]))
      .filter(isObject);
    found.push(...objects);
    level = objects.flatMap((object) => Object.values(object)).slice(0, 50);
  }
  return found;
}
