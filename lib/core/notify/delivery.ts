import { digest, PING, type Event } from '../jobs/event.ts';
import { refOf, type EventRef } from '../jobs/event-row.ts';
import { deliverQueue, laterQueue, type Row } from '../row.ts';
import type { WindowReason } from '../jobs/summary-data.ts';
import type { Brief } from './brief.ts';
import type { Spot } from './spot.ts';
import type { ChannelName, Subscription, Target } from './subscription.ts';

/** Why an attempt, or a delivery as a whole, came out as it did: a closed list, also the log field and metric label. */
export const DELIVERY_REASONS = [
  'ok',
  'accepted',
  'timeout',
  'unreachable',
  'rate_limited',
  'server_error',
  'client_error',
  'auth_error',
  'redirected',
  'blocked_address',
  'rejected',
  'gone',
  'bounced',
  'uncertain',
  'paused',
  'unverified',
  'subscription_removed',
  'too_old',
  'unsubscribed',
  'expired',
] as const;
export type DeliveryReason = (typeof DELIVERY_REASONS)[number];

/** What a channel answers after sending once. The caller owns retries, log and disabling. */
export type Receipt =
  /** `accepted`: the service that took it does not say whether it arrives. `spot`: where it stands, if it can be changed there. */
  | { kind: 'sent'; reason?: 'accepted'; detail: string; spot?: Spot }
  /** `hung`: no answer came in all the time there was. */
  | { kind: 'retry'; reason: DeliveryReason; detail: string; afterMs?: number; hung?: true }
  /** `lost`: the message that was to be changed or answered is gone, or cannot be changed any more. */
  | { kind: 'never'; reason: DeliveryReason; detail: string; disable: boolean; lost?: true };

/**
 * `gathered`: it waits in a window; `bundled`: it is told of in the message of that window, whose delivery says what became of it.
 * `gathering`: the delivery of a window that is open.
 */
export const DELIVERY_STATES = [
  'pending',
  'sending',
  'retrying',
  'delivered',
  'failed',
  'held',
  'folded',
  'gathering',
  'gathered',
  'bundled',
] as const;
export type DeliveryState = (typeof DELIVERY_STATES)[number];

export interface Attempt {
  /** Epoch milliseconds. */
  at: number;
  ms: number | null;
  reason: DeliveryReason | null;
  detail: string;
  /** False where the endpoint only asked to wait, and where somebody asked for this attempt. */
  counts: boolean;
}

/** For people: of what was only accepted nobody knows that it arrived. */
export const outcomeWord = <S extends string>({
  state,
  reason,
}: {
  state: S;
  reason?: string | null | undefined;
}): S | 'accepted' => (state === 'delivered' && reason === 'accepted' ? 'accepted' : state);

/** Somebody asked for a delivery beyond what its schedule says. */
export interface Asked {
  /** Epoch milliseconds. */
  at: number;
  /** The name of a token, or `command line`. */
  by: string;
  how: 'redeliver' | 'recover' | 'replay';
  /** The recovery that it was a part of. */
  recovery?: string;
  /** Of the message of a window: the event by which that recovery found it, and for which it is counted there. */
  event?: string;
}

export interface Gathered {
  /** The key of its delivery. */
  window: string;
  why: WindowReason;
  /** Of what is muted: by which mute. */
  mute?: string;
  brief: Brief;
}
export interface WindowOf {
  why: WindowReason;
  /** This many are let out one by one; null: all are. */
  few: number | null;
  /** Of a mute its id. */
  mute?: string;
  /** Where jobs name its target: the subjects of all that it tells of, once it is closed. */
  named?: string[];
  /** The marks of all that the message tells of, once the window is closed. */
  members?: string[];
}

/** One event on its way to one target. The row is the truth; whatever wakes a worker is only a doorbell. */
export interface Delivery extends Row {
  state: DeliveryState;
  /** Stable over all attempts: `webhook-id`, and the receiver's idempotency key. */
  id: string;
  /** Of a window that is closed the event itself: it is nowhere else. */
  event: EventRef;
  subscription: string;
  channel: ChannelName;
  endpoint: string;
  shown: string;
  reason: DeliveryReason | null;
  /** The newest 20. */
  attempts: Attempt[];
  /** Attempts that count against the schedule. */
  spent: number;
  /** It was let go to find out whether its disabled endpoint works again; until that is known. */
  probe?: boolean;
  /** When it was last let go after it was held, be it for good, or after it waited in a window; epoch milliseconds. */
  releasedAt?: number;
  /** The newest 10. */
  asked?: Asked[];
  /** A job that may name its subscription, where its event is not that job's. */
  via?: string;
  /** Its group tells of it: which, and in which delivery, as soon as that is there. */
  fold?: { group: string; into?: string };
  /** The window that it waits in, or whose message tells of it. */
  gathered?: Gathered;
  /** It has been in a window already, and goes on its own now. */
  alone?: true;
  /** Of the message of a window. */
  window?: WindowOf;
  /** Until the one attempt that somebody asked for has been made: what the row is again where that does not arrive. */
  resend?: { at: number; state: DeliveryState; reason: DeliveryReason | null; dueAt: number | null };
}

/** An endpoint may ask us to wait as often as it likes, but not for ever. */
export const TOO_OLD_MS = 7 * 24 * 3_600_000;

/** Deliveries of one event share a prefix: that is how they are found. */
export const deliveryKey = (eventId: string, deliveryId: string): string => `${eventId}/${deliveryId}`;

const deliveryId = (eventId: string, subscription: string, endpoint: string): string =>
  `dlv_${digest(eventId, subscription, endpoint)}`;
/** Of the delivery of this event to this target. */
export const keyOfDelivery = (eventId: string, subscription: string, endpoint: string): string =>
  deliveryKey(eventId, deliveryId(eventId, subscription, endpoint));
/** Nothing more is tried by itself. */
export const isEnded = ({ state }: Delivery): boolean =>
  state === 'delivered' || state === 'failed' || state === 'folded';

export function newDelivery(
  event: Event,
  subscription: Pick<Subscription, 'id' | 'channel'>,
  target: Pick<Target, 'endpoint' | 'shown'>,
  now: number,
): Delivery {
  const id = deliveryId(event.metadata.id, subscription.id, target.endpoint);
  return {
    key: deliveryKey(event.metadata.id, id),
    version: 0,
    state: 'pending',
    createdAt: now,
    due: { queue: queueOf({ event, endpoint: target.endpoint }), at: now },
    id,
    event: refOf(event),
    subscription: subscription.id,
    channel: subscription.channel,
    endpoint: target.endpoint,
    shown: target.shown,
    reason: null,
    attempts: [],
    spent: 0,
  };
}

/** Another event, to the same target for the same subscription. */
export const inPlaceOf = (row: Delivery, event: Event, now: number): Delivery =>
  via(
    newDelivery(event, { id: row.subscription, channel: row.channel }, row, now),
    row.via ?? row.event.subject,
  );
/** A job may name the subscription, which is then found in its row. */
export const via = (row: Delivery, job: string): Delivery => ({ ...row, via: job });

/** It is taken up at this time, in its turn. */
export const withDue = (d: Delivery, at: number): Delivery => ({
  ...d,
  due: { queue: queueOf(d), at },
});
/** Where it waits for its turn. Nothing of a job comes after its success, so what waits behind it is never older. */
export const queueOf = ({ event, endpoint }: { event: Pick<EventRef, 'kind'>; endpoint: string }): string =>
  isSuccess(event) ? laterQueue(endpoint) : deliverQueue(endpoint);
export const isSuccess = ({ kind }: Pick<EventRef, 'kind'>): boolean => kind === 'job.succeeded';
/** Somebody tries the target: that says nothing of its health and does not ask for it, nor whether it is paused. */
export const isDrill = ({ event }: Delivery): boolean => event.kind === PING;

/** When it is taken up next; null where nothing is planned. */
export const nextTryAt = (row: Delivery): number | null =>
  isFollowing(row) || (isKept(row) && row.state !== 'gathered') ? null : (row.due?.at ?? null);
/** It has arrived, and its message is changed while its group goes on. */
export const isFollowing = ({ state, due, resend }: Delivery): boolean =>
  state === 'delivered' && due !== null && !resend;
/** Whether it waits for nobody but who lets it go. */
export const isKept = ({ state, resend }: Delivery): boolean =>
  (state === 'held' || state === 'folded' || state === 'gathered') && !resend;
