import { SUBSCRIPTION_DISABLED, type Event } from '../jobs/event.ts';
import { newDelivery, type Delivery } from './delivery.ts';
import { matches } from './pattern.ts';
import { envelope } from './presets.ts';
import type { Subscription } from './subscription.ts';

/** Which subscriptions want an event: one delivery for each of their targets. */
export function route(event: Event, subscriptions: readonly Subscription[], now: number): Delivery[] {
  const seen = envelope(event);
  return subscriptions
    .filter((s) => !concernsItself(event, s) && matches(s.pattern, seen))
    .flatMap((s) => deliveriesTo(event, s, now));
}

export const deliveriesTo = (event: Event, s: Subscription, now: number): Delivery[] =>
  s.targets.map((target) => newDelivery(event, s, target, now));

/** A subscription is not told through itself that it no longer works. */
const concernsItself = (event: Event, s: Subscription): boolean =>
  event.kind === SUBSCRIPTION_DISABLED && event.data.subscription === s.id;
