export { parseExactly } from '../../core/parse-exactly.ts';

export type JsonObject = Record<string, unknown>;

/** How programs write that there is nothing where a text belongs. */
const NOTHING = /^(null|nil|<nil>|none|undefined|\{\s*\}|\[\s*\]|"")$/i;

/**
 * The text of a value where a text is documented; null for what a service means by "nothing here": absent, null and empty.
 * Services keep to no type in their own tables, so numbers, booleans and whole structures are read as well.
 */
export function textOf(value: unknown): string | null {
  if (value === undefined || value === null) return null;
  const text = (typeof value === 'string' ? value : written(value)).trim();
  return text === '' || NOTHING.test(text) ? null : text;
}

function written(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    // Writing recurses, reading does not.
    return '[nested too deeply]';
  }
}
