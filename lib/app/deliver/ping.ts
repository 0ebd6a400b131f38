import { eventId, PING, type Event } from '../../core/jobs/event.ts';
import type { Clock, DeliveryStore, Doorbell, EventStore } from '../../ports.ts';
import { newEventRow } from '../../core/jobs/event-row.ts';
import { newDelivery, type Delivery } from '../../core/notify/delivery.ts';
import type { Subscription } from '../../core/notify/subscription.ts';

/**
 * Tries a subscription: a message to each of its targets, delivered as all others are, with retries and log. Answers with
 * the deliveries, which tell what comes of it.
 */
export async function ping(
  deps: { events: Pick<EventStore, 'create'>; deliveries: DeliveryStore; doorbell: Doorbell; clock: Clock },
  subscription: Subscription,
  requestedBy: string,
): Promise<Delivery[]> {
  const now = deps.clock();
  const event = pingEvent(subscription.id, requestedBy, now);
  const rows = subscription.targets.map((target) => newDelivery(event, subscription, target, now));
  await deps.events.create([newEventRow(event, now)]);
  const stored = (await deps.deliveries.create(rows)).map((one) => one.row);
  await deps.doorbell.ring(stored);
  return stored;
}

export function pingEvent(subscription: string, requestedBy: string, now: number): Event {
  const subject = `subscription/${subscription}`;
  return {
    kind: PING,
    subject,
    metadata: { id: eventId(subject, now, PING), version: 1, time: new Date(now).toISOString(), sequence: 1 },
    data: { subscription, requestedBy },
  };
}
