import { isGroupEvent, isJobEvent, type Event } from '../jobs/event.ts';
import { EXPIRE_QUEUE, type Row } from '../row.ts';
import type { Delivery } from './delivery.ts';
import { isDrillEvent } from './drill.ts';
import type { Spot } from './spot.ts';

/**
 * Where the message of one job or group stands that is kept up to date, for one subscription and target.
 *
 *     claimed   a delivery is about to post it; whether it has, only who claimed it can say
 *     posted    it stands there
 */
export interface Place extends Row {
  state: 'claimed' | 'posted';
  /** The key of the delivery that posts it, and since when; epoch milliseconds. */
  claimedBy: string;
  claimedAt: number;
  /** Null until it is known to be posted. */
  spot: Spot | null;
  /** The newest event that it shows, or is about to: written before it is shown, so that an older one does not replace it. */
  event: string;
  sequence: number;
  /** It shows that event. */
  shown: boolean;
  /** Events that are told of below it, the newest 20. */
  told: string[];
}

const TOLD = 20;
/** Nothing comes after so long. What does is posted anew. */
const KEPT_MS = 30 * 24 * 3_600_000;

/** What a message is about that is kept up to date; null: each event has a message of its own. */
export function livingSubject(event: Event): string | null {
  if (isDrillEvent(event)) return null;
  if (isGroupEvent(event)) return event.subject;
  return isJobEvent(event) ? `${event.subject}/${event.data.trackedAt}` : null;
}

export const placeKey = (
  { subscription, endpoint }: Pick<Delivery, 'subscription' | 'endpoint'>,
  subject: string,
): string => `${subscription}/${endpoint}/${subject}`;

/** Somebody is about to post the message. `before`: what stood there, which is no message any more. */
export const claimedPlace = (
  key: string,
  before: Place | null,
  delivery: string,
  { metadata }: Event,
  now: number,
): Place => ({
  key,
  version: before?.version ?? 0,
  state: 'claimed',
  createdAt: before?.createdAt ?? now,
  due: { queue: EXPIRE_QUEUE, at: now + KEPT_MS },
  claimedBy: delivery,
  claimedAt: now,
  spot: null,
  event: metadata.id,
  sequence: metadata.sequence,
  shown: false,
  told: [],
});

/**
 * Whether another delivery is posting the message right now. After the time that a claim lasts its worker is dead, and nobody knows
 * whether it has posted: then the next one posts anew rather than guessing.
 */
export const isBeingPosted = (place: Place, delivery: string, now: number, claimMs: number): boolean =>
  place.state === 'claimed' && place.claimedBy !== delivery && Math.abs(now - place.claimedAt) < claimMs;

export const postedAt = (place: Place, spot: Spot): Place => ({
  ...place,
  state: 'posted',
  spot,
  shown: true,
});

/** An event is told of below the message. */
export const withTold = (place: Place, { metadata }: Event): Place => ({
  ...place,
  told: [...place.told.filter((id) => id !== metadata.id), metadata.id].slice(-TOLD),
});

/** The message is about to show an event. The same place where it shows a later one, or this one. */
export function aboutToShow(place: Place, { metadata: { id, sequence } }: Event, now: number): Place {
  const isNews = sequence > place.sequence;
  return isNews
    ? { ...place, event: id, sequence, shown: false, due: { queue: EXPIRE_QUEUE, at: now + KEPT_MS } }
    : place;
}
export const nowShown = (place: Place): Place => ({ ...place, shown: true });

/** Whether people have this event: the message shows it, or it is told of below. */
export const hasTold = (place: Place, { metadata: { id } }: Event): boolean =>
  place.event === id ? place.shown : place.told.includes(id);
