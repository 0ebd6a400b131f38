import { keptFor } from '../../core/notify/subscription.ts';
import type { Delivery, DeliveryReason } from '../../core/notify/delivery.ts';
import { hold, letGo } from '../../core/notify/delivery-steps.ts';
import { isUnsubscribed, type Endpoint } from '../../core/notify/endpoint.ts';
import { nextSlot, type Recovery, type Skipped } from '../../core/notify/recovery.ts';
import { endpointOf, subscriptionOf, targetOf, type WhereDeps } from './way.ts';

/** What a recovery does to one delivery. `kept`: it waits until its subscription is resumed, or its target works again. */
export type Placed = { outcome: 'sent' | 'kept'; row: Delivery } | { outcome: Skipped };

export interface Placing {
  place(row: Delivery): Promise<Placed>;
  /** What the next page has to know. */
  state(): Pick<Recovery, 'slotAt' | 'tried'>;
}

/**
 * Says where the deliveries of a recovery go: each has a time of its own, so that they go out at the rate that was asked for.
 * A person paused a subscription on purpose: what is for it is kept. Of what is for a disabled target one message goes out and
 * finds out whether it works again; the others are kept, and the worker that sees it work lets them go.
 */
export function createPlacing(
  deps: WhereDeps,
  from: Pick<Recovery, 'slotAt' | 'tried' | 'perSecond'>,
): Placing {
  const now = deps.clock();
  const tried = new Set(from.tried);
  const endpoints = new Map<string, Promise<Endpoint>>();
  let { slotAt } = from;

  const known = (row: Delivery): Promise<Endpoint> => {
    const found = endpoints.get(row.endpoint) ?? endpointOf(deps, row);
    endpoints.set(row.endpoint, found);
    return found;
  };
  function goes(row: Delivery, probe: boolean): Placed {
    const { at, after } = nextSlot(slotAt, from.perSecond, now);
    slotAt = after;
    return { outcome: 'sent', row: letGo(row, now, at, probe) };
  }

  return {
    async place(row) {
      if (row.resend) return { outcome: 'being_sent' };
      const subscription = await subscriptionOf(deps, row);
      const target = targetOf(subscription, row);
      if (!target) return { outcome: 'subscription_removed' };
      const { endpoint, shown } = target;
      const there = endpoint === row.endpoint ? row : { ...row, endpoint, shown };
      const health = await known(there);
      if (isUnsubscribed(health)) return { outcome: 'unsubscribed' };
      if (subscription?.paused) return { outcome: 'kept', row: kept(there, keptFor(subscription)) };
      if (health.state !== 'disabled') return goes(there, false);
      if (tried.has(endpoint))
        return { outcome: 'kept', row: kept(there, (health.reason ?? 'gone') as DeliveryReason) };
      tried.add(endpoint);
      return goes(there, true);
    },
    state: () => ({ slotAt, tried: [...tried] }),
  };
}

/** One that is kept already stays as it is. */
const kept = (row: Delivery, reason: DeliveryReason): Delivery =>
  row.state === 'held' && row.due?.queue.endsWith(row.endpoint) ? row : hold(row, reason);
