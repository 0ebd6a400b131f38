import { isJobEvent, type Event } from '../../core/jobs/event.ts';
import type { Clock, DeliveryStore, Doorbell, JobStore, Subscriptions } from '../../ports.ts';
import type { Delivery } from '../../core/notify/delivery.ts';
import { notifySubscriptions } from '../../core/notify/notify.ts';
import { deliveriesTo, route } from '../../core/notify/route.ts';
import type { Subscription } from '../../core/notify/subscription.ts';

export interface DispatchDeps {
  jobs: Pick<JobStore, 'get'>;
  deliveries: DeliveryStore;
  subscriptions: Subscriptions;
  doorbell: Doorbell;
  clock: Clock;
}

/**
 * Turns events into delivery rows. When this returns, every row is stored: the events can be acknowledged. A row that was
 * there already still rings, since whoever wrote it may have died before ringing.
 */
export async function dispatch(deps: DispatchDeps, events: readonly Event[]): Promise<void> {
  const subscriptions = await deps.subscriptions.all();
  const now = deps.clock();
  const wanted = await Promise.all(events.map((event) => deliveriesOf(deps, event, subscriptions, now)));
  const stored = await deps.deliveries.create(wanted.flat());
  await deps.doorbell.ring(stored.map((s) => s.row).filter((row) => row.due !== null));
}

/** To everybody whose pattern wants the event, and to those whom its job names; to each of them once. */
async function deliveriesOf(
  deps: DispatchDeps,
  event: Event,
  subscriptions: readonly Subscription[],
  now: number,
): Promise<Delivery[]> {
  const routed = route(event, subscriptions, now);
  const notify = isJobEvent(event) ? (await deps.jobs.get(event.subject))?.notify : undefined;
  if (!notify) return routed;
  const named = notifySubscriptions(notify, subscriptions).flatMap((s) => deliveriesTo(event, s, now));
  return [...new Map([...routed, ...named].map((row) => [row.key, row])).values()];
}
