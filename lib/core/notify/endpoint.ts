import { withNextEntry } from '../outbox.ts';
import type { OutboxEntry, Row } from '../row.ts';
import { digest, eventId, SUBSCRIPTION_DISABLED, type Event } from '../jobs/event.ts';
import { isMailbox } from './channel.ts';
import type { Delivery, DeliveryReason, Receipt } from './delivery.ts';
import { LONGEST_WAIT_MS, pauseAfter } from './retry.ts';

/** The health of one endpoint, apart from the subscription's definition. Its key is the target's `endpoint`. */
export interface Endpoint extends Row {
  state: 'ok' | 'disabled';
  /** Nothing is sent before this; epoch milliseconds. */
  pausedUntil: number;
  /** How many times in a row it let us wait without an answer. */
  hung?: number;
  subscription: string;
  channel: string;
  shown: string;
  reason: string | null;
  /** When it was disabled; epoch milliseconds. */
  since: number;
  /** While it is disabled: when one message finds out whether it works again; epoch milliseconds. */
  tryAt?: number;
  outbox: OutboxEntry<typeof SUBSCRIPTION_DISABLED>[];
  sequence: number;
}

/** One mailbox is one endpoint, however it is written: no server of today tells capitals apart. */
export const endpointId = (channel: string, address: string): string =>
  `ep_${digest(channel, isMailbox(channel) ? address.toLowerCase() : address)}`;

/** What a mail address with capitals had when these still counted; null for any other target. */
export const formerEndpointId = (channel: string, shown: string): string | null =>
  isMailbox(channel) && shown !== shown.toLowerCase() ? `ep_${digest(channel, shown)}` : null;

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
  outbox: [],
  sequence: 0,
});

/**
 * What one attempt says of the endpoint as a whole. Returns the same row where it says nothing. One that was disabled when
 * the attempt began and took the message works again.
 * @param before The row when the attempt began.
 */
export function judge(row: Endpoint, receipt: Receipt, now: number, before: Endpoint = row): Endpoint {
  if (receipt.kind === 'retry' && receipt.hung) return paused(row, now, timesHung(before));
  const heard = answering(row);
  if (receipt.kind === 'retry' && receipt.afterMs !== undefined) {
    return { ...heard, pausedUntil: Math.max(heard.pausedUntil, now + receipt.afterMs) };
  }
  if (receipt.kind === 'sent' && row.state === 'disabled' && isTheSame(row, before)) return enabled(row);
  if (receipt.kind !== 'never' || !receipt.disable || row.state === 'disabled') return heard;
  return disabled(heard, receipt.reason, now);
}

/** Not one that was disabled while the message was on its way. */
const isTheSame = (row: Endpoint, before: Endpoint): boolean =>
  before.state === 'disabled' && before.since === row.since && !isUnsubscribed(row);

export const timesHung = (row: Endpoint): number => row.hung ?? 0;

/** Messages that waited side by side found out the same thing: together they count once. */
function paused(row: Endpoint, now: number, hungBefore: number): Endpoint {
  if (timesHung(row) > hungBefore) return row;
  const hung = hungBefore + 1;
  return { ...row, hung, pausedUntil: Math.max(row.pausedUntil, now + pauseAfter(hung)) };
}

/** Whatever it said, it does not let us wait: what was paused for that goes on. */
const answering = (row: Endpoint): Endpoint =>
  timesHung(row) === 0 ? row : { ...row, hung: 0, pausedUntil: 0 };

/** Whether nothing is sent there now. What lies further ahead than any pause was written by a clock that has been set back since. */
export function isPaused(row: Endpoint, now: number): boolean {
  const longest = timesHung(row) > 0 ? Math.max(PROBE_MS, pauseAfter(timesHung(row))) : LONGEST_WAIT_MS;
  return row.pausedUntil > now && row.pausedUntil - now <= longest;
}

/** Longer than an exchange by HTTP. A mail may take longer; then a second one finds out the same. */
const PROBE_MS = 30_000;
/** The others wait while one message finds out whether it answers again. */
export const probed = (row: Endpoint, now: number): Endpoint => ({ ...row, pausedUntil: now + PROBE_MS });

function disabled(row: Endpoint, reason: DeliveryReason, now: number): Endpoint {
  const off = { ...row, state: 'disabled' as const, since: now, tryAt: now + TRY_EVERY_MS, reason };
  return withNextEntry(off, SUBSCRIPTION_DISABLED, now);
}

/** How often a disabled endpoint is tried with one of the messages that are kept for it. */
export const TRY_EVERY_MS = 3_600_000;
/** Whether it is time to. Nobody tries an address whose owner wants nothing more. */
export function mayTry(row: Endpoint, now: number): boolean {
  const wait = (row.tryAt ?? row.since + TRY_EVERY_MS) - now;
  // A longer wait was written by a clock that has been set back since.
  return row.state === 'disabled' && !isUnsubscribed(row) && (wait <= 0 || wait > TRY_EVERY_MS);
}
export const trying = (row: Endpoint, now: number): Endpoint => ({ ...row, tryAt: now + TRY_EVERY_MS });

/** Its owner wants nothing more. Returns the same row where that is known. */
export const unsubscribed = (row: Endpoint, now: number): Endpoint =>
  isUnsubscribed(row) ? row : disabled(row, 'unsubscribed', now);

/** Nothing is kept for such an endpoint, and what is known of it is never forgotten. */
export const isUnsubscribed = (row: Endpoint | null): boolean =>
  row?.state === 'disabled' && row.reason === 'unsubscribed';

/** Somebody says that it works again. Its outbox is still published. */
export const enabled = (row: Endpoint): Endpoint => ({ ...row, state: 'ok', pausedUntil: 0, hung: 0 });

const disabledId = (subject: string, endpoint: string, since: number): string =>
  eventId(`${subject}/${endpoint}`, since, SUBSCRIPTION_DISABLED);

type DisabledEvent = Extract<Event, { kind: typeof SUBSCRIPTION_DISABLED }>;
/** Whether this is the endpoint that the event is about, which the event does not name. */
export const isAbout = ({ subject, metadata, data }: DisabledEvent, endpoint: string): boolean =>
  metadata.id === disabledId(subject, endpoint, Date.parse(data.since));

export function endpointEvent(row: Endpoint, entry: Endpoint['outbox'][number]): Event {
  const subject = `subscription/${row.subscription}`;
  return {
    kind: SUBSCRIPTION_DISABLED,
    subject,
    metadata: {
      id: disabledId(subject, row.key, row.since),
      version: 1,
      time: new Date(entry.at).toISOString(),
      sequence: entry.sequence,
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
