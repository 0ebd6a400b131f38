import type { Event } from '../jobs/event.ts';
import type { Clock, DeliveryStore, Doorbell, Subscriptions } from '../ports.ts';
import { route } from './route.ts';

export interface DispatchDeps {
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
  const stored = await deps.deliveries.create(events.flatMap((event) => route(event, subscriptions, now)));
  await deps.doorbell.ring(stored.map((s) => s.row).filter((row) => row.due !== null));
}
