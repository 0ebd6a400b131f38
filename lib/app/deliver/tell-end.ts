import { eventId } from '../../core/jobs/event.ts';
import type { Job } from '../../core/jobs/job.ts';
import { notifySubscriptions } from '../../core/notify/notify.ts';
import { deliveriesTo } from '../../core/notify/route.ts';
import type { Clock, DeliveryStore, Doorbell, EventStore, Subscriptions } from '../../ports.ts';

export interface TellEndDeps {
  events: Pick<EventStore, 'get'>;
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
  const kind = job.announced.findLast((one) => ENDS.includes(one));
  const end = kind && (await deps.events.get(eventId(job.key, job.createdAt, kind)));
  // Nothing is stored of it yet: whoever publishes it finds the job's row as it is now, with whom to tell.
  if (!end) return;
  const known = await deps.subscriptions.all();
  const named = notifySubscriptions({ key: job.key, notify }, known, deps.subscriptions.unseal);
  const rows = named.flatMap((one) => deliveriesTo(end.event, one, deps.clock()));
  const stored = await deps.deliveries.create(rows);
  await deps.doorbell?.ring(stored.map(({ row }) => row).filter((row) => row.due !== null));
}
