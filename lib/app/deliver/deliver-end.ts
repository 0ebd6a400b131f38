import { eventId, jobEvent } from '../../core/jobs/event.ts';
import { newEventRow, type EventRow } from '../../core/jobs/event-row.ts';
import type { Job, JobEventKind } from '../../core/jobs/job.ts';
import { notifySubscriptions } from '../../core/notify/notify.ts';
import { deliveriesTo } from '../../core/notify/route.ts';
import type { Clock, DeliveryStore, Doorbell, EventStore, Subscriptions } from '../../ports.ts';

export interface DeliverEndDeps {
  events: Pick<EventStore, 'get' | 'create'>;
  deliveries: DeliveryStore;
  subscriptions: Subscriptions;
  /** Without one the rows are found by their time. */
  doorbell?: Doorbell;
  clock: Clock;
}

const ENDS: readonly string[] = ['job.succeeded', 'job.failed', 'job.lost'];

/**
 * Tells those whom a job names (`notify`) of its end, which they may have missed. Event and deliveries have the ids that they
 * have for everybody, so nobody is told twice, however often this is done and whether or not the event is dispatched meanwhile.
 */
export async function deliverEnd(
  deps: DeliverEndDeps,
  job: Job,
  notify: NonNullable<Job['notify']>,
): Promise<void> {
  const kind = job.emitted.findLast((one) => ENDS.includes(one));
  const end =
    kind && ((await deps.events.get(eventId(job.key, job.createdAt, kind))) ?? (await kept(deps, job, kind)));
  if (!end) return;
  const known = await deps.subscriptions.all();
  const named = notifySubscriptions({ key: job.key, notify }, known, deps.subscriptions.unseal);
  const rows = named.flatMap((one) => deliveriesTo(end.event, one, deps.clock()));
  const stored = await deps.deliveries.create(rows);
  await deps.doorbell?.ring(stored.map(({ row }) => row).filter((row) => row.due !== null));
}

/**
 * An event that was published before events were kept is stored now, as the row tells it. Null while it waits to be published:
 * publishing finds the job's row as it is now, with its recipients.
 */
async function kept({ events }: DeliverEndDeps, job: Job, kind: JobEventKind): Promise<EventRow | null> {
  if (job.outbox.some((waiting) => waiting.kind === kind)) return null;
  const at = job.detectedAt ?? job.createdAt;
  const event = jobEvent(job, { kind, at, sequence: job.emitted.indexOf(kind) + 1 });
  const [stored] = await events.create([newEventRow(event, at)]);
  return stored?.row ?? null;
}
