import { deliverQueue, HELD, checkQueue, PUBLISH_QUEUE } from '../../core/row.ts';
import type { Clock, Store, Table } from '../../ports.ts';
import type { Row } from '../../core/row.ts';

/** How the service stands, read from the table: what waits, and for how long it has waited beyond its time. */
export interface Vitals {
  /** Jobs that are watched: outstanding, or reported lost and still checked in case they turn up. */
  outstanding: number;
  /** Of the job whose check is most overdue; milliseconds, 0 where all are in time. */
  checkLagMs: number;
  /** Events that are written and not yet on the bus: how many, and the age of the oldest beyond its time. */
  outboxRows: number;
  outboxAgeMs: number;
  /** Deliveries that are on their way, and those kept back for a paused or disabled target. */
  deliveriesWaiting: number;
  deliveryLagMs: number;
  deliveriesHeld: number;
}

const MAX_QUEUES = 10_000;
/** Later than any time in the table: queues are wanted whether or not something in them is due. */
const ALWAYS = Number.MAX_SAFE_INTEGER;

export async function vitals({
  store,
  clock,
}: {
  store: Pick<Store, 'jobs' | 'origins' | 'deliveries' | 'endpoints' | 'groups'>;
  clock: Clock;
}): Promise<Vitals> {
  const [checks, sends, held, ...outboxes] = await Promise.all([
    depthOf(store.jobs, checkQueue('')),
    depthOf(store.deliveries, deliverQueue('')),
    depthOf(store.deliveries, HELD),
    depthOf(store.jobs, PUBLISH_QUEUE),
    depthOf(store.origins, PUBLISH_QUEUE),
    depthOf(store.endpoints, PUBLISH_QUEUE),
    depthOf(store.groups, PUBLISH_QUEUE),
  ]);
  const now = clock();
  const lag = (earliest: number): number => Math.max(0, now - Math.min(earliest, now));
  return {
    outstanding: checks.count,
    checkLagMs: lag(checks.earliest),
    outboxRows: outboxes.reduce((sum, { count }) => sum + count, 0),
    outboxAgeMs: lag(Math.min(...outboxes.map(({ earliest }) => earliest))),
    deliveriesWaiting: sends.count,
    deliveryLagMs: lag(sends.earliest),
    deliveriesHeld: held.count,
  };
}

async function depthOf<R extends Row>(
  table: Table<R>,
  prefix: string,
): Promise<{ count: number; earliest: number }> {
  const queues = await table.queues(prefix, ALWAYS, MAX_QUEUES);
  const depths = await Promise.all(queues.map((queue) => table.depth(queue)));
  return {
    count: depths.reduce((sum, { count }) => sum + count, 0),
    earliest: Math.min(Infinity, ...depths.map(({ earliest }) => earliest ?? Infinity)),
  };
}
