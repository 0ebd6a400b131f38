import { PUBLISH_QUEUE, type News, type Row } from '../row.ts';
import { digest, eventId, SUBSCRIPTION_DISABLED, type Event } from '../jobs/event.ts';
import type { Delivery, DeliveryReason, Receipt } from './delivery.ts';

/** The health of one endpoint, apart from the subscription's definition. Its key is the target's `endpoint`. */
export interface Endpoint extends Row {
  state: 'ok' | 'disabled';
  /** Nothing is sent before this; epoch milliseconds. */
  pausedUntil: number;
  subscription: string;
  channel: string;
  shown: string;
  reason: string | null;
  /** When it was disabled; epoch milliseconds. */
  since: number;
  unpublished: News<typeof SUBSCRIPTION_DISABLED>[];
  sequence: number;
}

export const endpointId = (channel: string, address: string): string => `ep_${digest(channel, address)}`;

export const newEndpoint = (
  d: Pick<Delivery, 'endpoint' | 'subscription' | 'channel' | 'shown'>,
  now: number,
): Endpoint => ({
  key: d.endpoint,
  version: 0,
  state: 'ok',
  createdAt: now,
  due: null,
  pausedUntil: 0,
  subscription: d.subscription,
  channel: d.channel,
  shown: d.shown,
  reason: null,
  since: 0,
  unpublished: [],
  sequence: 0,
});

/** What one attempt says of the endpoint as a whole. Returns the same row where it says nothing. */
export function judge(row: Endpoint, receipt: Receipt, now: number): Endpoint {
  if (receipt.kind === 'retry' && receipt.afterMs !== undefined) {
    return { ...row, pausedUntil: Math.max(row.pausedUntil, now + receipt.afterMs) };
  }
  if (receipt.kind !== 'never' || !receipt.disable || row.state === 'disabled') return row;
  return disabled(row, receipt.reason, now);
}

function disabled(row: Endpoint, reason: DeliveryReason, now: number): Endpoint {
  const sequence = row.sequence + 1;
  return {
    ...row,
    state: 'disabled',
    since: now,
    reason,
    sequence,
    unpublished: [...row.unpublished, { kind: SUBSCRIPTION_DISABLED, at: now, sequence }],
    due: { queue: PUBLISH_QUEUE, at: now },
  };
}

/** Its owner wants nothing more. Returns the same row where that is known. */
export const unsubscribed = (row: Endpoint, now: number): Endpoint =>
  isUnsubscribed(row) ? row : disabled(row, 'unsubscribed', now);

/** Nothing is kept for such an endpoint, and what is known of it is never forgotten. */
export const isUnsubscribed = (row: Endpoint | null): boolean =>
  row?.state === 'disabled' && row.reason === 'unsubscribed';

/** Somebody says that it works again. What is still to be told of the last spell is told all the same. */
export const enabled = (row: Endpoint): Endpoint => ({ ...row, state: 'ok', pausedUntil: 0 });

export function publishedEndpoint(row: Endpoint, kinds: readonly string[]): Endpoint {
  const unpublished = row.unpublished.filter((news) => !kinds.includes(news.kind));
  return { ...row, unpublished, due: unpublished.length > 0 ? row.due : null };
}

export function endpointEvent(row: Endpoint, news: Endpoint['unpublished'][number]): Event {
  const subject = `subscription/${row.subscription}`;
  return {
    kind: SUBSCRIPTION_DISABLED,
    subject,
    metadata: {
      id: eventId(`${subject}/${row.key}`, row.since, SUBSCRIPTION_DISABLED),
      version: 1,
      time: new Date(news.at).toISOString(),
      sequence: news.sequence,
    },
    data: {
      subscription: row.subscription,
      channel: row.channel,
      target: row.shown,
      reason: row.reason ?? 'gone',
      since: new Date(row.since).toISOString(),
    },
  };
}
