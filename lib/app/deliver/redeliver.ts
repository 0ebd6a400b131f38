import { change, stop } from '../../core/change.ts';
import type { Delivery } from '../../core/notify/delivery.ts';
import { askedAgain } from '../../core/notify/asked.ts';
import { isUnsubscribed } from '../../core/notify/endpoint.ts';
import type { Doorbell, Telemetry } from '../../ports.ts';
import { endpointOf, eventOf, subscriptionOf, targetOf, type WhereDeps } from './way.ts';

export interface RedeliverDeps extends WhereDeps {
  doorbell: Doorbell;
  telemetry: Telemetry;
}

/** Why a delivery cannot be sent again. */
export type Unsendable =
  | 'sending'
  | 'subscription_removed'
  | 'unsubscribed'
  | 'locked'
  | 'unverified'
  | 'expired';
export type Redelivered =
  | { outcome: 'asked'; row: Delivery }
  | { outcome: 'refused'; why: Unsendable }
  | { outcome: 'not_found' | 'gave_up' };

/**
 * Asks for one more attempt at a delivery, whatever has become of it: under its own id, with the address and the keys of
 * today, also to a disabled target or for a paused subscription, and with no consequence for either. The row says so before
 * anything is sent, so after a death anywhere the next worker that finds the row due makes the attempt. Asked twice before it
 * was made, it is made once.
 */
export async function redeliver(deps: RedeliverDeps, key: string, by: string): Promise<Redelivered> {
  const now = deps.clock();
  const changed = await change(deps.store.deliveries, key, async (row) => {
    if (!row) return row;
    const why = await unsendable(deps, row);
    return why ? stop(why) : askedAgain(row, by, now);
  });
  if (changed.outcome === 'stopped') return { outcome: 'refused', why: changed.why };
  if (changed.outcome === 'gave_up') return { outcome: 'gave_up' };
  const row = changed.outcome === 'removed' ? null : changed.row;
  if (!row) return { outcome: 'not_found' };
  deps.telemetry.line('info', 'delivery.asked_again', {
    delivery: row.id,
    eventId: row.event.metadata.id,
    subject: row.event.subject,
    subscription: row.subscription,
    channel: row.channel,
    target: row.shown,
    askedBy: by,
  });
  await deps.doorbell.ring([row]);
  return { outcome: 'asked', row };
}

async function unsendable(deps: WhereDeps, row: Delivery): Promise<Unsendable | null> {
  if (row.state === 'sending') return 'sending';
  const subscription = await subscriptionOf(deps, row);
  if (!targetOf(subscription, row)) return 'subscription_removed';
  const fault = subscription?.fault;
  if (fault === 'locked' || fault === 'unverified') return fault;
  if (isUnsubscribed(await endpointOf(deps, row))) return 'unsubscribed';
  return (await eventOf(deps, row)) ? null : 'expired';
}
