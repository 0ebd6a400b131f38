import type { Delivery } from '../../core/notify/delivery.ts';
import { areFew, bundled, closed, isMember, letOut, MAX_MEMBERS, toldBy } from '../../core/notify/window.ts';
import { GATHERED, gatheredQueue, LATEST } from '../../core/row.ts';
import type { Clock, Doorbell, Store } from '../../ports.ts';
import { pool } from '../../core/pool.ts';

export interface WindowDeps {
  store: Pick<Store, 'deliveries'>;
  clock: Clock;
  /** Hears of what got a time of its own for which nobody has been rung. */
  planned?: (row: Delivery) => Promise<void>;
}

/** What became of a window whose time has come: its message, to be sent now; or it was not needed, or others have it. */
export type Closed = { outcome: 'closed'; row: Delivery } | { outcome: 'dissolved' | 'raced' };

const CONCURRENCY = 16;

/**
 * Closes a window. One write says at once that it is closed, who is in it, and what its message says; only then do its members learn
 * of it. Killed before, it is closed by the next who looks; killed after, `resolveGathered` tells those members that are left. A
 * few go as themselves: that says more.
 */
export async function closeWindow({ store, clock, planned }: WindowDeps, window: Delivery): Promise<Closed> {
  const { deliveries } = store;
  const found = await deliveries.due(gatheredQueue(window.key), LATEST, MAX_MEMBERS);
  const members = found.filter(isMember);
  if (areFew(window, members.length)) {
    // Where all are let out, what comes next decides about each.
    const alone = window.window!.few !== null;
    await pool(members, CONCURRENCY, async (row) => {
      const saved = await deliveries.save(letOut(row, clock(), alone));
      if (saved.outcome === 'saved') await planned?.(saved.row);
    });
    // Somebody may have come in since: then he finds no window, and is let out.
    return { outcome: (await deliveries.remove(window)) === 'removed' ? 'dissolved' : 'raced' };
  }
  const saved = await deliveries.save(closed(window, members, clock()));
  if (saved.outcome === 'raced') return { outcome: 'raced' };
  await pool(members, CONCURRENCY, (row) => deliveries.save(bundled(row)));
  return { outcome: 'closed', row: saved.row };
}

/** Windows looked at in one round. */
const MAX_QUEUES = 200;

/**
 * Tells what is gathered for windows that are closed: who is named by the window is told of in its message; who is not came too late
 * and goes on as if nothing had been. Part of every tick.
 */
export async function resolveGathered(
  { store: { deliveries }, doorbell, clock }: WindowDeps & { doorbell: Doorbell },
  limit: number,
): Promise<number> {
  const queues = await deliveries.queues(GATHERED, clock(), MAX_QUEUES);
  let settled = 0;
  for (const queue of queues) {
    const window = await deliveries.get(queue.slice(GATHERED.length));
    if (window?.state === 'gathering') continue;
    const isTold = window?.window?.members ? toldBy(window) : () => false;
    const rows = await deliveries.due(queue, clock(), limit);
    const saved = await pool(rows.filter(isMember), CONCURRENCY, (row) =>
      deliveries.save(isTold(row) ? bundled(row) : letOut(row, clock())),
    );
    await doorbell.ring(
      saved.flatMap((one) => (one.outcome === 'saved' && one.row.state === 'pending' ? [one.row] : [])),
    );
    settled += rows.length;
  }
  return settled;
}
