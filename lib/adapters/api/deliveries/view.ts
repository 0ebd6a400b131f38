import { windowOfDelivery } from '../../../core/notify/window.ts';
import { nextTryAt, type Asked, type Attempt, type Delivery } from '../../../core/notify/delivery.ts';
import type { KnownChannel } from '../../channels/registry.ts';
import { iso, isoOrNull } from '../iso.ts';
import type { DeliveryView } from './answers.ts';

// Rows as they are shown: only what is meant for others.

export const attemptView = (attempt: Attempt) => ({ ...attempt, at: iso(attempt.at) });

export const askedView = (asked: readonly Asked[] = []) =>
  asked.map((one) => {
    const { event: _, ...shown } = one;
    return { ...shown, at: iso(one.at) };
  });

export const foldedView = ({ fold, state }: Pick<Delivery, 'fold' | 'state'>) =>
  fold && state === 'folded' ? { folded: { group: fold.group, delivery: fold.into ?? null } } : {};

export const deliveryView = (row: Delivery): DeliveryView => ({
  id: row.id,
  eventId: row.event.metadata.id,
  kind: row.event.kind,
  subject: row.event.subject,
  subscription: row.subscription,
  channel: row.channel as KnownChannel,
  target: row.shown,
  state: row.state,
  reason: row.reason,
  ...foldedView(row),
  attempts: row.attempts.map(attemptView),
  window: windowOfDelivery(row),
  asked: askedView(row.asked),
  createdAt: iso(row.createdAt),
  nextTryAt: isoOrNull(nextTryAt(row)),
});
