import { parseJson } from './parse-json.ts';

/** A place in a list that is newest first: of rows made at one time, the key decides. */
export interface Cursor {
  createdAt: number;
  key: string;
}

/** Before every row. */
export const NEWEST: Cursor = { createdAt: Infinity, key: '' };

export const isBehind = (cursor: Cursor, former: Cursor): boolean =>
  cursor.createdAt < former.createdAt || (cursor.createdAt === former.createdAt && cursor.key < former.key);

/** For sorting places that are all different. */
export const newestFirst = (a: Cursor, b: Cursor): number => (isBehind(a, b) ? 1 : -1);

export const formatCursor = ({ createdAt, key }: Cursor): string =>
  Buffer.from(JSON.stringify([createdAt, key])).toString('base64url');

/** Cursors come back from the outside; one that is not ours begins anew. */
export const parseCursor = (cursor: string): Cursor => read(cursor) ?? NEWEST;

/** Whether it may have come from here: who goes on with one that is damaged would begin anew again and again. */
export const isCursor = (cursor: string): boolean => read(cursor) !== null;

function read(cursor: string): Cursor | null {
  const said = parseJson(Buffer.from(cursor, 'base64url').toString());
  const [createdAt, key] = Array.isArray(said) ? (said as unknown[]) : [];
  return typeof createdAt === 'number' && typeof key === 'string' ? { createdAt, key } : null;
}

/** Where a list begins: behind a former page, or behind all that was not created before `before`. */
export function startOf({ after, before }: { after?: string; before?: number }): Cursor {
  const first = before === undefined ? NEWEST : { createdAt: before, key: '' };
  const former = after === undefined ? NEWEST : parseCursor(after);
  return isBehind(former, first) ? former : first;
}
