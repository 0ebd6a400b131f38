import type { Job } from '../../core/jobs/job.ts';
import { notifySubscriptions } from '../../core/notify/notify.ts';
import { deliveriesTo } from '../../core/notify/route.ts';
import type { Clock, DeliveryStore, Doorbell, Subscriptions } from '../../ports.ts';
import { toldOf } from '../inspect/events.ts';

export interface TellEndDeps {
  deliveries: DeliveryStore;
  subscriptions: Subscriptions;
  /** Without one the rows are found by their time. */
  doorbell?: Doorbell;
  clock: Clock;
}

const ENDS: readonly string[] = ['job.succeeded', 'job.failed', 'job.lost'];

/**
 * Tells those whom a job names (`notify`) of its end, which they may have missed. Event and deliveries have the ids that they
 * have for everybody, so nobody is told twice, however often this is done and whoever dispatches the event meanwhile.
 */
export async function tellEnd(
  deps: TellEndDeps,
  job: Job,
  notify: NonNullable<Job['notify']>,
): Promise<void> {
  const told = await toldOf(deps, job);
  const end = told.findLast(({ event }) => ENDS.includes(event.kind));
  if (!end) return;
  const known = await deps.subscriptions.all();
  const named = notifySubscriptions({ key: job.key, notify }, known, deps.subscriptions.unseal);
  const rows = named.flatMap((one) => deliveriesTo(end.event, one, deps.clock()));
  const stored = await deps.deliveries.create(rows);
  await deps.doorbell?.ring(stored.map(({ row }) => row).filter((row) => row.due !== null));
}
