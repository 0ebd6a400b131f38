import { untried } from '../../core/notify/asked.ts';
import { postpone } from '../../core/notify/delivery-steps.ts';
import type { Delivery, DeliveryReason } from '../../core/notify/delivery.ts';
import type { Delivered, DeliverDeps } from './deliver-deps.ts';
import { giveUp } from './give-up.ts';

// What becomes of a delivery that is not sent now.

/** For a reason that lies with the subscription. What somebody asked for is only not done; the row stays what it was. */
export async function end<R extends DeliveryReason>(
  deps: DeliverDeps,
  row: Delivery,
  reason: R,
  how: (row: Delivery, reason: R) => Delivery,
): Promise<Delivered> {
  return save(deps, row.resend ? untried(row, reason, NOT_SENT, deps.clock()) : how(row, reason));
}
const NOT_SENT = 'asked for, and not sent';

export async function putOff(
  deps: DeliverDeps,
  row: Delivery,
  until: number,
  how: 'postponed' | 'behind' = 'postponed',
): Promise<Delivered> {
  const next = postpone(row, until);
  const outcome = await (next.state === 'failed' && !row.resend ? abandon(deps, next) : save(deps, next));
  return outcome === 'raced' || outcome === 'failed' ? outcome : how;
}

/** It waited for too long, and its target hears of that. */
export async function abandon(deps: DeliverDeps, ended: Delivery): Promise<Delivery['state'] | 'raced'> {
  return (await giveUp(deps, ended)).outcome === 'saved' ? ended.state : 'raced';
}

export async function save(deps: DeliverDeps, next: Delivery): Promise<Delivery['state'] | 'raced'> {
  const saved = await deps.store.deliveries.save(next);
  return saved.outcome === 'saved' ? next.state : 'raced';
}

/** The row stays as it is: it is due, and others may go before it. */
export function paced(deps: DeliverDeps, row: Delivery, until: number): 'paced' {
  deps.paced?.(row.endpoint, until);
  return 'paced';
}
