import { isTargetEvent, type Event, type TargetEvent } from '../jobs/event.ts';
import { isMailbox } from './channel.ts';
import { newDelivery, type Delivery } from './delivery.ts';
import { isAbout } from './endpoint-event.ts';
import { matches } from './pattern.ts';
import { envelope } from './presets.ts';
import type { Subscription, Target } from './subscription.ts';

/** Which subscriptions match an event: one delivery for each of their targets. */
export function route(
  event: Event,
  all: readonly Subscription[],
  now: number,
  works: Works = () => 'ok',
): Delivery[] {
  const seen = envelope(event);
  const { drillTo } = event.metadata;
  const subscriptions = drillTo === undefined ? all : all.filter(({ id }) => id === drillTo);
  const wanting = subscriptions.filter((s) => matches(s.pattern, seen));
  if (isTargetEvent(event)) return aboutTarget(event, wanting, subscriptions, now, works);
  return wanting.flatMap((s) => deliveriesTo(event, s, now));
}

export const deliveriesTo = (event: Event, s: Subscription, now: number): Delivery[] =>
  s.targets.map((target) => newDelivery(event, s, target, now));

/** Whether what is sent there arrives. `off`: it is paused or disabled. */
export type Works = (s: Subscription, target: Target) => 'ok' | 'failing' | 'off';

/**
 * An event about the state of a target, or about what did not arrive there, goes to every subscription that matches, but not
 * through that target. Where it reaches nobody, since none matches or they are out of order too, it goes to every other target
 * that works: alarms that stop are worse than one message too many.
 */
function aboutTarget(
  event: TargetEvent,
  wanting: readonly Subscription[],
  all: readonly Subscription[],
  now: number,
  works: Works,
): Delivery[] {
  const others = (some: readonly Subscription[]) =>
    some.flatMap((s) => othersOf(event, s).map((target) => ({ s, target })));
  const wanted = others(wanting);
  const reached = wanted.some(({ s, target }) => works(s, target) === 'ok');
  const more = reached ? [] : others(all).filter(({ s, target }) => works(s, target) !== 'off');
  const rows = [...wanted, ...more].map(({ s, target }) => newDelivery(event, s, target, now));
  return [...new Map(rows.map((row) => [row.key, row])).values()];
}

/** A subscription gets no message of its own target through itself; of several mail addresses the others get it. */
function othersOf(event: TargetEvent, { id, channel, targets }: Subscription): Target[] {
  if (id === event.data.subscription && !isMailbox(channel)) return [];
  return targets.filter(({ endpoint }) => !isAbout(event, endpoint));
}
