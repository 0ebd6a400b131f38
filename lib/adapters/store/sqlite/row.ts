import type { Row } from '../../../core/row.ts';
import { corrupt } from './file.ts';

/** A row as SQLite has it. */
export interface Stored {
  key: string;
  version: number;
  state: string;
  created_at: number;
  due_queue: string | null;
  due_at: number | null;
  body: string;
}

/** What an insert or update binds; the version is up to the statement. */
export type Columns = Omit<Stored, 'version'>;

/** Serialises at once, so a row that cannot be stored is refused before it meets others in a transaction. */
export function encode(row: Row): Columns {
  const { key, version: _, state, createdAt, due, ...rest } = row;
  return {
    key,
    state,
    created_at: createdAt,
    due_queue: due && due.queue,
    due_at: due && due.at,
    body: JSON.stringify(rest),
  };
}

export function decode<R extends Row>(stored: Stored): R {
  const { key, version, state, created_at: createdAt, due_queue: queue, due_at: at, body } = stored;
  const due = queue === null ? null : { queue, at };
  return { ...parsed(body), key, version, state, createdAt, due } as R;
}

/** Long bodies lie in pages of their own, which SQLite hands out unread: that one is damaged shows here. */
function parsed(body: string): object {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw corrupt('the body of a row is not JSON', error);
  }
}

export interface Range {
  from: string;
  to: string | Uint8Array;
}

/**
 * The texts that begin with `prefix`, as a half-open range that an index can serve: unlike LIKE and GLOB it knows no
 * special characters. SQLite compares UTF-8 byte by byte, which is the order of code points; any blob comes after all texts.
 */
export function rangeOf(prefix: string): Range {
  const points = Array.from(prefix, (character) => character.codePointAt(0)!);
  while (points.at(-1) === 0x10ffff) points.pop();
  const last = points.pop();
  if (last === undefined) return { from: prefix, to: new Uint8Array(0) };
  // The code points from D800 to DFFF are no characters.
  return { from: prefix, to: String.fromCodePoint(...points, last === 0xd7ff ? 0xe000 : last + 1) };
}
