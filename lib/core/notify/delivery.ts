import { truncate, MAX } from '../jobs/bounds.ts';
import { spread } from '../jobs/due.ts';
import { digest, PING, type Event } from '../jobs/event.ts';
import { refOf, type EventRef } from '../jobs/event-row.ts';
import { deliverQueue, foldQueue, gatheredQueue, heldQueue, laterQueue, type Row } from '../row.ts';
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
  'subscription_removed',
  'too_old',
  'unsubscribed',
  'expired',
] as const;
export type DeliveryReason = (typeof DELIVERY_REASONS)[number];

/** What a channel answers after sending once. The caller owns retries, log and disabling. */
export type Receipt =
  /** `accepted`: whoever took it does not say whether it arrives. `spot`: where it stands, if it can be changed there. */
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
  /** So many are let out one by one; null: all are. */
  few: number | null;
  /** Of a mute its id. */
  mute?: string;
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
  /** When it was last let go after it was held, be it for good; epoch milliseconds. */
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

/** Not sent: the message of the group tells of it. */
export const folded = (row: Delivery, group: string): Delivery => ({
  ...row,
  state: 'folded',
  fold: { group },
  due: { queue: foldQueue(group), at: row.createdAt },
});
/** That message is on its way to the same target. */
export const foldedInto = (row: Delivery, into: string): Delivery => ({
  ...row,
  fold: { ...row.fold!, into },
  due: null,
});
/** Another event, to the same target for the same subscription. */
export const inPlaceOf = (row: Delivery, event: Event, now: number): Delivery =>
  via(
    newDelivery(event, { id: row.subscription, channel: row.channel }, row, now),
    row.via ?? row.event.subject,
  );
/** A job may name the subscription, which is then found in its row. */
export const via = (row: Delivery, job: string): Delivery => ({ ...row, via: job });

const withDue = (d: Delivery, at: number): Delivery => ({
  ...d,
  due: { queue: queueOf(d), at },
});
/** Where it waits for its turn. Nothing of a job comes after its success, so what waits behind it is never older news. */
export const queueOf = ({ event, endpoint }: { event: Pick<EventRef, 'kind'>; endpoint: string }): string =>
  isGoodNews(event) ? laterQueue(endpoint) : deliverQueue(endpoint);
export const isGoodNews = ({ kind }: Pick<EventRef, 'kind'>): boolean => kind === 'job.succeeded';
const ended = (d: Delivery, state: DeliveryState, reason: DeliveryReason): Delivery => ({
  ...d,
  state,
  reason,
  due: null,
});

/**
 * Takes the row up: journal first, then send. A row found in `sending` belongs to a worker that died between the two
 * or after both, nobody can know: that attempt is recorded as `uncertain`.
 */
export function claim(row: Delivery, now: number, claimMs: number): Delivery {
  const open: Attempt = { at: now, ms: null, reason: null, detail: '', counts: !row.resend };
  return withDue({ ...row, state: 'sending', attempts: withAttempt(row, open) }, now + claimMs);
}

const withAttempt = (row: Delivery, attempt: Attempt): Attempt[] =>
  [...closedAttempts(row), attempt].slice(-20);
/** One that a dead worker left open is closed. */
const closedAttempts = (row: Delivery): Attempt[] =>
  row.state === 'sending' ? closeOpen(row, 'uncertain') : row.attempts;

const closeOpen = (row: Delivery, reason: DeliveryReason): Attempt[] =>
  row.attempts.map((a) =>
    a.reason === null ? { ...a, reason, detail: 'the worker died while sending' } : a,
  );

/** `schedule`: the waits between attempts in milliseconds; one attempt more than waits. */
export function record(row: Delivery, receipt: Receipt, now: number, schedule: readonly number[]): Delivery {
  const reason = receipt.kind === 'sent' ? (receipt.reason ?? 'ok') : receipt.reason;
  const counts = !row.resend && !(receipt.kind === 'retry' && receipt.afterMs !== undefined);
  const attempts = row.attempts.map((a) =>
    a.reason === null
      ? { ...a, ms: now - a.at, reason, detail: truncate(receipt.detail, MAX.text), counts }
      : a,
  );
  if (row.resend && receipt.kind !== 'sent') return givenBack(row, attempts);
  const { resend: _, ...known } = withoutProbe(row);
  const next: Delivery = { ...known, attempts, reason, spent: row.spent + (counts ? 1 : 0) };
  if (receipt.kind === 'sent') return ended(next, 'delivered', reason);
  if (receipt.kind === 'never')
    return isWorthKeeping(row, receipt) ? hold(next, reason) : ended(next, 'failed', reason);
  const wait = receipt.afterMs ?? schedule[next.spent - 1];
  if (wait === undefined) return ended(next, 'failed', reason);
  if (isTooOld(row, now + wait)) return ended(next, 'failed', 'too_old');
  // What the endpoint asked for is a lower bound; our own waits are spread so that retries do not come as a crowd.
  return withDue({ ...next, state: 'retrying' }, receipt.afterMs ? now + wait : spread(row.key, now, wait));
}

/** A drill is worth nothing later. */
const isWorthKeeping = (row: Delivery, receipt: Receipt): boolean =>
  receipt.kind === 'never' && receipt.disable && !isDrill(row);
/** Somebody tries the target: that says nothing of its health and does not ask for it, nor whether it is paused. */
export const isDrill = ({ event }: Delivery): boolean => event.kind === PING;

const withoutProbe = (row: Delivery): Delivery => (row.probe ? { ...row, probe: false } : row);

const isTooOld = (row: Delivery, at: number): boolean =>
  at - (row.resend?.at ?? row.releasedAt ?? row.createdAt) > TOO_OLD_MS;

/** The endpoint is paused: later, no attempt spent. One that is paused again and again does not keep a message for ever. */
export function postpone(row: Delivery, until: number): Delivery {
  if (!isTooOld(row, until)) return withDue(row, until);
  return row.resend ? givenBack(row) : ended(row, 'failed', 'too_old');
}
/** Its worker died. Taking it up says that nobody knows what became of the attempt. */
export const rescued = (row: Delivery, now: number): Delivery => withDue(row, now);
/** The endpoint is disabled or the subscription paused: kept until somebody resumes it, in the order of its making. */
export const hold = (row: Delivery, reason: DeliveryReason): Delivery => ({
  ...withoutProbe(row),
  state: 'held',
  reason,
  attempts: closedAttempts(row),
  due: { queue: heldQueue(row.subscription, row.endpoint), at: row.createdAt },
});
/** Goes out again, before what is younger, with its whole schedule before it. */
export const release = (row: Delivery, now: number): Delivery => ({
  ...withDue(row, row.createdAt),
  state: row.attempts.length > 0 ? 'retrying' : 'pending',
  reason: null,
  spent: 0,
  releasedAt: now,
});
/** Somebody asked for it: it goes out at a time of its own, behind what is due now. */
export const letGo = (row: Delivery, now: number, at: number, probe: boolean): Delivery =>
  withDue({ ...(probe ? releaseToTry(row, now) : release(row, now)) }, at);
/** The same, to find out whether its disabled endpoint works again: the others are kept until then. */
export const releaseToTry = (row: Delivery, now: number): Delivery => ({ ...release(row, now), probe: true });
/** When it is taken up next; null where nothing is planned. */
export const nextTryAt = (row: Delivery): number | null =>
  isKept(row) && row.state !== 'gathered' ? null : (row.due?.at ?? null);
/** Whether it waits for nobody but who lets it go. */
export const isKept = ({ state, resend }: Delivery): boolean =>
  (state === 'held' || state === 'folded' || state === 'gathered') && !resend;
/** The subscription has a new target: the delivery follows it there, under its own id. */
export const readdress = (row: Delivery, target: Target, now: number): Delivery =>
  withDue({ ...row, endpoint: target.endpoint, shown: target.shown }, now);
/** It was taken, and came back: it did not arrive after all. The same row where that is known, and where it goes out again. */
export function cameBack(row: Delivery, detail: string): Delivery {
  if (row.reason === 'bounced' || row.state === 'held' || row.state === 'pending' || row.resend) return row;
  const attempts = closedAttempts(row).map((attempt, i, { length }) =>
    i < length - 1 ? attempt : { ...attempt, reason: 'bounced' as const, detail: truncate(detail, MAX.text) },
  );
  return ended({ ...withoutProbe(row), attempts }, 'failed', 'bounced');
}
/** Its subscription is gone. */
export const drop = (row: Delivery, reason: 'subscription_removed' | 'unsubscribed'): Delivery =>
  ended(row, 'failed', reason);
/** It was held for longer than anybody needs it. */
export const expired = (row: Delivery, now: number): Delivery => ({
  ...ended(row, 'failed', 'expired'),
  releasedAt: now,
});

/** That somebody asked for it; what is left of it when the row is the same again. */
export const withAsked = (row: Delivery, asked: Asked): Delivery => ({
  ...row,
  asked: [...(row.asked ?? []), asked].slice(-10),
});

/**
 * Somebody asks for one more attempt, now, whatever the row has come to: it stays what it is until that arrives. Of a row that
 * is being sent nothing can be changed, and one attempt answers to all who asked before it was made: the same row.
 */
export function askedAgain(row: Delivery, by: string, now: number): Delivery {
  if (row.state === 'sending' || row.resend) return row;
  // A window that is open is closed: that sends what it has.
  if (row.state === 'gathering') return withAsked(withDue(row, now), { at: now, by, how: 'redeliver' });
  const { state, reason, due } = row;
  const resend = { at: now, state, reason, dueAt: due?.at ?? null };
  return withAsked({ ...withDue(row, now), resend }, { at: now, by, how: 'redeliver' });
}

/** It was asked for, and could not even be tried. */
export const untried = (row: Delivery, reason: DeliveryReason, detail: string, now: number): Delivery =>
  givenBack(row, withAttempt(row, { at: now, ms: null, reason, detail, counts: false }));

/** What it was before somebody asked. */
function givenBack(row: Delivery, attempts = closedAttempts(row)): Delivery {
  const { resend, ...rest } = row;
  const { state, reason, dueAt } = resend!;
  const queue =
    state === 'held'
      ? heldQueue(row.subscription, row.endpoint)
      : state === 'folded'
        ? foldQueue(row.fold!.group)
        : state === 'gathered'
          ? gatheredQueue(row.gathered!.window)
          : queueOf(row);
  return { ...rest, state, reason, attempts, due: dueAt === null ? null : { queue, at: dueAt } };
}
