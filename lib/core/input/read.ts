/** What a check makes of a text. Without a `fix`, the field's hint says what to write. Never holds the text itself. */
export type Read<T> = { ok: true; value: T } | { ok: false; problem: string; fix?: string };

export const accept = <T>(value: T): Read<T> => ({ ok: true, value });
export const refuse = (problem: string, fix?: string): Read<never> => ({
  ok: false,
  problem,
  ...(fix && { fix }),
});
