import { EXPIRE_QUEUE } from '../access/kept-answer.ts';
import type { Clock, Store } from '../ports.ts';

/** Removes what was kept for a time and is past it, at most `limit` rows. */
export async function expire(
  deps: { store: Pick<Store, 'idempotency'>; clock: Clock },
  limit: number,
): Promise<number> {
  const rows = await deps.store.idempotency.due(EXPIRE_QUEUE, deps.clock(), limit);
  await Promise.all(rows.map((row) => deps.store.idempotency.remove(row)));
  return rows.length;
}
