import { pool } from '../../core/pool.ts';
import { deliverQueue } from '../../core/row.ts';
import type { Clock, DeliveryStore, Doorbell } from '../../ports.ts';

/** By then the worker that was rung first has taken it up. What is being sent is not due: its claim says until when. */
const GRACE_MS = 30_000;
const MAX_ENDPOINTS = 500;
/** Endpoints whose deliveries are read and rung for side by side. */
const CONCURRENCY = 16;

/**
 * Rings for deliveries that have been due for a while: the wait was too long for a queue, or the ring was lost, or the worker that
 * heard it died. At most `limit` of each endpoint, the longest due first, so that a backlog does not ring for ever. What is not
 * rung for when `signal` comes is found the next time.
 */
export async function ringDue(
  { deliveries, doorbell, clock }: { deliveries: DeliveryStore; doorbell: Doorbell; clock: Clock },
  limit: number,
  signal?: AbortSignal,
): Promise<number> {
  const before = clock() - GRACE_MS;
  const queues = await deliveries.queues(deliverQueue(''), before, MAX_ENDPOINTS);
  const ring = async (queue: string): Promise<number> => {
    const rows = await deliveries.due(queue, before, limit);
    await doorbell.ring(rows);
    return rows.length;
  };
  const rung = await pool(queues, CONCURRENCY, ring, signal);
  return rung.reduce((sum, count) => sum + count, 0);
}
