import { isGroupEvent, isJobEvent, SUMMARY, type Event, type GroupEvent } from '../jobs/event.ts';
import type { GroupCounts } from '../jobs/group-tally.ts';
import { EXPIRE_QUEUE, type Row } from '../row.ts';
import type { SummaryData } from '../jobs/event-schema.ts';
import { added } from './brief.ts';
import type { Delivery } from './delivery.ts';
import { isDrillEvent } from './drill.ts';
import type { Spot } from './spot.ts';
import { CALM_MS } from './windows.ts';

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
  /** Of a group that goes on: how its jobs stood when the message was last changed for that alone, when, and of which version of the group's row. */
  progress?: { counts: GroupCounts; at: number; version: number };
  /** A worker is changing it for that. Left behind by one that died: nobody knows what the message shows. */
  changing?: boolean;
  /** Of windows that follow one another: what all of them say together, and which these are, the newest 100. */
  sum?: SummaryData;
  summed?: string[];
}

const TOLD = 20;
const SUMMED = 100;
/** Nothing comes after so long. What does is posted anew. */
const KEPT_MS = 30 * 24 * 3_600_000;

type Summary = Extract<Event, { kind: typeof SUMMARY }>;
const isSummary = (event: Event): event is Summary => event.kind === SUMMARY;

/**
 * What a message is about that is kept up to date; null: each event has a message of its own. While there is too much, windows follow
 * one another: all of them have one message.
 */
export function livingSubject(event: Event): string | null {
  if (isDrillEvent(event)) return null;
  if (isSummary(event)) return event.data.why === 'rate' ? 'rollup' : null;
  if (isGroupEvent(event)) return event.subject;
  return isJobEvent(event) ? `${event.subject}/${event.data.trackedAt}` : null;
}

/** Puts the events of one message in order. */
const orderOf = (event: Event): number =>
  isSummary(event) ? Date.parse(event.data.until) : event.metadata.sequence;

/** Whether the message is the one to show the event: after a minute of calm the next window has a message of its own. */
export const goesOn = (place: Place, event: Event): boolean =>
  !isSummary(event) || hasTold(place, event) || Date.parse(event.data.since) - place.sequence < CALM_MS;

export const placeKey = (
  { subscription, endpoint }: Pick<Delivery, 'subscription' | 'endpoint'>,
  subject: string,
): string => `${subscription}/${endpoint}/${subject}`;

/** Somebody is about to post the message. `before`: what stood there, which is no message any more. */
export const claimedPlace = (
  key: string,
  before: Place | null,
  delivery: string,
  event: Event,
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
  event: event.metadata.id,
  sequence: orderOf(event),
  shown: false,
  told: [],
  ...(isSummary(event) && { sum: event.data, summed: [event.metadata.id] }),
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
  told: [place.event],
});

/** An event is told of below the message. */
export const withTold = (place: Place, { metadata }: Event): Place => ({
  ...place,
  told: [...place.told.filter((id) => id !== metadata.id), metadata.id].slice(-TOLD),
});

/** The message is about to show an event. The same place where it shows a later one, or this one. */
export function aboutToShow(place: Place, event: Event, now: number): Place {
  const { id } = event.metadata;
  const due = { queue: EXPIRE_QUEUE, at: now + KEPT_MS };
  const sequence = orderOf(event);
  if (isSummary(event)) {
    // A window that comes late is still counted, once.
    const { sum = event.data, summed = [] } = place;
    if (summed.includes(id)) return place;
    const latest = Math.max(sequence, place.sequence);
    const next = { event: id, sequence: latest, shown: false, due };
    return { ...place, ...next, sum: added(sum, event.data), summed: [...summed, id].slice(-SUMMED) };
  }
  if (sequence <= place.sequence) return place;
  const { progress: _, ...rest } = place;
  return { ...rest, event: id, sequence, shown: false, due };
}
/** What the message is to show; null: another event, by its id. */
export function shownBy({ event: id, sum }: Place, event: Event): Event | null {
  if (isSummary(event)) return sum ? { ...event, data: sum } : event;
  return id === event.metadata.id ? event : null;
}
export const nowShown = (place: Place): Place => ({ ...place, shown: true });

/** Whether people have this event: it is told of, and the message shows it, or what came later. */
export function hasTold(place: Place, event: Event): boolean {
  const { id } = event.metadata;
  const isReached = isSummary(event) ? place.summed?.includes(id) === true : orderOf(event) <= place.sequence;
  return place.told.includes(id) && isReached && (place.event !== id || place.shown);
}

/** The message of a group is changed no more often than this: a thousand jobs may end in a minute. */
export const FOLLOW_MS = 10_000;
/** And looked at no less often, while its jobs stand as they did. */
const CALM_FOLLOW_MS = 60_000;

/** When the message is looked at again: the longer nothing has changed, the later. */
export const followedNext = ({ progress, claimedAt }: Place, now: number): number =>
  now + Math.min(CALM_FOLLOW_MS, Math.max(FOLLOW_MS, now - (progress?.at ?? claimedAt)));

/** Whether the jobs of the group stand as the message says, as far as anybody knows. `event`: the one that it shows. */
export const showsCounts = ({ progress, changing }: Place, event: GroupEvent, now: GroupCounts): boolean =>
  !changing && isSame(progress?.counts ?? event.data.counts, now);
const isSame = (one: GroupCounts, other: GroupCounts): boolean =>
  Object.entries(one).every(([name, n]) => other[name as keyof GroupCounts] === n);

/** It is about to show how the jobs of its group stand. */
export const aboutToCount = (place: Place, progress: NonNullable<Place['progress']>): Place => ({
  ...place,
  progress,
  changing: true,
});
/** It is known again what it shows. */
export function countShown(place: Place): Place {
  const { changing: _, ...rest } = place;
  return rest;
}
