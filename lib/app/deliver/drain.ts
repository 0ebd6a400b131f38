import { pagesOf } from '../../core/pages-of.ts';
import { deliverQueue } from '../../core/row.ts';
import { deliver, type Delivered, type DeliverDeps } from './deliver.ts';
import { rescued as dueNow, type Delivery } from '../../core/notify/delivery.ts';

/** A delivery whose handling throws is a bug of ours: it waits, and the others go on. */
const BROKEN_WAIT_MS = 300_000;

const DELIVER = deliverQueue('');

/** Endpoints that have deliveries due. */
export const endpointsDue = async (deps: DeliverDeps, limit: number): Promise<string[]> =>
  (await deps.store.deliveries.queues(DELIVER, deps.clock(), limit)).map((queue) =>
    queue.slice(DELIVER.length),
  );

/**
 * Delivers what is due for one endpoint, the longest due first, until nothing is due or `turn` says no; it is asked before
 * each round, in which as many are sent as go side by side. Endpoints are drained side by side and never wait for one
 * another: a dead one delays only what is its own. `turn` is told whether the round before sent anything.
 */
export async function drain(
  deps: DeliverDeps,
  endpoint: string,
  turn: (worked: boolean) => boolean,
): Promise<number> {
  const queue = deliverQueue(endpoint);
  let sent = 0;
  let worked = false;
  const page = Math.max(...Object.values(deps.rules).map(({ concurrency }) => concurrency));
  while (turn(worked)) {
    const due = await deps.store.deliveries.due(queue, deps.clock(), page);
    if (due.length === 0) return sent;
    const rows = due.slice(0, deps.rules[due[0]!.channel]?.concurrency ?? 1);
    const outcomes = await Promise.all(rows.map((row) => deliverSafely(deps, row)));
    worked = outcomes.some((outcome) => outcome !== 'postponed' && outcome !== 'raced');
    sent += rows.length;
  }
  return sent;
}

/** Throws only if not even that can be stored. */
export async function deliverSafely(deps: DeliverDeps, row: Delivery): Promise<Delivered | 'broken'> {
  try {
    return await deliver(deps, row);
  } catch (error) {
    deps.telemetry.line('error', 'delivery.broken', { delivery: row.id, error, nextTryInMs: BROKEN_WAIT_MS });
    await deps.store.deliveries.save({
      ...row,
      due: { queue: deliverQueue(row.endpoint), at: deps.clock() + BROKEN_WAIT_MS },
    });
    return 'broken';
  }
}

/**
 * At the start of the only process there is: a delivery still claimed belongs to a process that died. It is due now, not
 * only when its claim runs out, and taking it up records that attempt as uncertain.
 */
export async function rescue(deps: Pick<DeliverDeps, 'store' | 'clock'>): Promise<number> {
  let rescued = 0;
  const { deliveries } = deps.store;
  const claimed = pagesOf((query) => deliveries.list({ state: 'sending', ...query }), 200);
  for await (const rows of claimed) {
    await Promise.all(rows.map((row) => deliveries.save(dueNow(row, deps.clock()))));
    rescued += rows.length;
  }
  return rescued;
}
