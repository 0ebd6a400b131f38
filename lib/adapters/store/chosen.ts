import { othersGoFirst } from '../../core/others-go-first.ts';
import type { Row } from '../../core/row.ts';
import type { Page, Table } from '../../ports.ts';
import { formatCursor } from '../../core/cursor.ts';

type List<R extends Row> = Table<R>['list'];

/** Rows read at a time where few of them may be chosen: each reading doubles, up to what memory holds with ease. */
const [FEW, MANY] = [100, 2_000];

/**
 * A listing whose query may choose rows by `only`. It reads on until the page is full of chosen rows and one more, so
 * neither the length of a page nor its cursor depends on a row that is not chosen: who may see few rows learns nothing of
 * the others, not even whether there are any. With `since` it reads no further back than that.
 */
export function choosing<R extends Row>(
  list: (query: Omit<Parameters<List<R>>[0], 'only' | 'since'>) => Promise<Page<R>>,
): List<R> {
  return async ({ only, since = Number.NEGATIVE_INFINITY, ...query }) => {
    if (!only && !Number.isFinite(since)) return list(query);
    const chosen: R[] = [];
    const wanted = query.limit + 1;
    for (let after = query.after, size = FEW; chosen.length < wanted; size = Math.min(2 * size, MANY)) {
      const { rows, next } = await list({ ...query, limit: size, ...(after !== undefined && { after }) });
      chosen.push(...rows.filter((row) => row.createdAt >= since && (!only || only(row))));
      // The newest come first.
      if (next === null || rows.some((row) => row.createdAt < since)) break;
      after = next;
      await othersGoFirst();
    }
    const rows = chosen.slice(0, query.limit);
    const last = rows.at(-1);
    return { rows, next: last && chosen.length > rows.length ? formatCursor(last) : null };
  };
}
