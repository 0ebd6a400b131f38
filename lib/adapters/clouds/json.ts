export type JsonObject = Record<string, unknown>;

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Undefined for what is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** What a service means by "nothing here": absent, null and empty are one. */
export const textOf = (value: unknown): string | null =>
  typeof value === 'string' ? value.trim() || null : null;
