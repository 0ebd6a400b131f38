import type { WindowReason } from '../jobs/summary-data.ts';
import { digest, SUMMARY, type Event } from '../jobs/event.ts';
import { gatheredQueue } from '../row.ts';
import { briefOf, summed, type Brief } from './brief.ts';
import { newDelivery, queueOf, type Delivery } from './delivery.ts';
import { isAdHoc } from './notify.ts';
import type { Subscription, Target } from './subscription.ts';
import type { Gathering } from './windows.ts';

// A window is the delivery of its message: open, it waits for its time; closed, it goes the way of every delivery. What is
// gathered for it are deliveries that refer to it. It is closed by one write, which says who is in it and what is said of them.

/** In one message. More than that are gathered anew: the row that names them has to fit into any store. */
export const MAX_MEMBERS = 5_000;

/** `nth`: where the window of this id is closed already, the next of them. */
export function newWindow(
  { why, id, closesAt, few, mute }: Gathering,
  of: { subscription: Subscription; target: Target; job: string | null },
  nth: number,
  now: number,
): Delivery {
  const { subscription, target, job } = of;
  const subject = `subscription/${subscription.id}`;
  const event = {
    kind: SUMMARY,
    subject,
    metadata: { id: `evt_${digest(SUMMARY, subscription.id, target.endpoint, why, id, nth)}` },
  };
  const row = newDelivery(event as Event, subscription, target, now);
  return {
    ...row,
    state: 'gathering',
    due: { queue: queueOf(row), at: closesAt },
    ...(job !== null && { via: job }),
    window: { why, few, ...(mute !== undefined && { mute }) },
  };
}

/** Its time comes earlier. The same row where it does not. */
export const closingAt = (window: Delivery, at: number): Delivery =>
  window.due!.at <= at ? window : { ...window, due: { queue: window.due!.queue, at } };

/** It waits for the end of the window. */
export const gathered = (row: Delivery, { key, due, window }: Delivery, brief: Brief): Delivery => ({
  ...row,
  state: 'gathered',
  due: { queue: gatheredQueue(key), at: due!.at },
  gathered: {
    window: key,
    why: window!.why,
    ...(window!.mute !== undefined && { mute: window!.mute }),
    brief,
  },
});

/** Whether the window can take it in: nobody has asked for it since. */
export const isMember = ({ state, resend }: Delivery): boolean => state === 'gathered' && !resend;

/** The window is closed: these are in it, and that is what the message says for ever. */
export function closed(window: Delivery, members: readonly Delivery[], now: number): Delivery {
  const event = summaryEvent(
    {
      subject: window.event.subject,
      id: window.event.metadata.id,
      subscription: window.subscription,
      why: window.window!.why,
      since: window.createdAt,
    },
    members.map((row) => row.gathered!.brief),
    now,
  );
  return {
    ...window,
    state: 'pending',
    event,
    releasedAt: now,
    due: { queue: queueOf(window), at: now },
    window: {
      ...window.window!,
      ...(isAdHoc(window.subscription) && { named: [...new Set(members.flatMap(namingOf))] }),
      members: members.map(markOf),
    },
  };
}

/** By whom its target is named: a job, or those of a group. */
const namingOf = ({ via, event }: Delivery): string[] => [...(via === undefined ? [] : [via]), event.subject];

interface SummaryOf {
  subject: string;
  id: string;
  subscription: string;
  why: WindowReason;
  /** Epoch milliseconds. */
  since: number;
}
function summaryEvent(
  { subject, id, subscription, why, since }: SummaryOf,
  briefs: readonly Brief[],
  now: number,
): Event {
  const until = new Date(now).toISOString();
  return {
    kind: SUMMARY,
    subject,
    metadata: { id, version: 1, time: until, sequence: 1 },
    data: { subscription, why, since: new Date(since).toISOString(), until, ...summed(briefs) },
  };
}

/** What the message of a window would say of these events. */
export function summaryOf(
  events: readonly Event[],
  { subscription, why }: Pick<SummaryOf, 'subscription' | 'why'>,
  now: number,
): Event {
  const since = Math.min(now, ...events.map(({ metadata }) => Date.parse(metadata.time)));
  const id = `evt_${digest(SUMMARY, subscription, why, now)}`;
  const of = { subject: `subscription/${subscription}`, id, subscription, why, since };
  return summaryEvent(of, events.map(briefOf), now);
}

/** 48 bits: among some thousands of a window no two are alike. */
const markOf = ({ id }: Delivery): string =>
  Buffer.from(id.slice('dlv_'.length, 'dlv_'.length + 12), 'hex').toString('base64url');

/** Which of the gathered a closed window tells of. */
export function toldBy(window: Delivery): (row: Delivery) => boolean {
  const marks = new Set(window.window!.members);
  return (row) => marks.has(markOf(row));
}

/** The message of its window tells of it. */
export const bundled = (row: Delivery): Delivery => ({ ...row, state: 'bundled', due: null });

/** Whether this many are let out one by one instead of being told of in one message. */
export const areFew = ({ window }: Delivery, members: number): boolean =>
  window!.few === null || members <= window!.few;

/** It is in no window any more. `alone`: it is not to be gathered again for the same reason. */
export function letOut(row: Delivery, now: number, alone = false): Delivery {
  const { gathered: _, ...rest } = row;
  const out: Delivery = { ...rest, state: 'pending', due: { queue: queueOf(row), at: now }, releasedAt: now };
  return alone ? { ...out, alone: true } : out;
}

/** Deliveries that may go into a window: they are new, and nobody has asked for them. */
export const mayBeGathered = (row: Delivery): boolean =>
  row.state === 'pending' &&
  row.attempts.length === 0 &&
  row.event.kind !== SUMMARY &&
  !row.resend &&
  !row.probe &&
  !row.asked?.length;

/** What people see of a window on a delivery. */
export interface DeliveryWindow {
  why: WindowReason;
  /** The id of the delivery whose message tells of it; null on that one itself. */
  delivery: string | null;
  mute: string | null;
}
export function windowOfDelivery({ window, gathered }: Delivery): DeliveryWindow | null {
  if (window) return { why: window.why, delivery: null, mute: window.mute ?? null };
  if (!gathered) return null;
  const { why, mute = null } = gathered;
  return { why, delivery: gathered.window.slice(gathered.window.indexOf('/') + 1), mute };
}
