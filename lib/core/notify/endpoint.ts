import { digest } from '../jobs/event.ts';
import { DEFAULT_POLICY } from '../jobs/policy.ts';
import { isMailbox, type ChannelRules } from './channel.ts';
import type { Delivery, Receipt } from './delivery.ts';
import { counted, report, withFailure, withSuccess, type Patience, type WithOutage } from './outage.ts';
import { paced, type Paced } from './send-pace.ts';
import type { Counted } from './windows.ts';
import { LONGEST_WAIT_MS, pauseAfter } from './retry.ts';

/** The health of one endpoint, apart from the subscription's definition. Its key is the target's `endpoint`. */
export interface Endpoint extends WithOutage, Paced, Counted {
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
}

/** One mailbox is one endpoint, however it is written: no server of today distinguishes capitals. */
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

/** What goes with a receipt. */
export interface Attempted {
  /** The row when the attempt began. */
  before?: Endpoint;
  /** The delivery, where this was its last attempt and it did not arrive. */
  ended?: Delivery | null;
  patience?: Patience;
  /** Of its channel. */
  rules?: Pick<ChannelRules, 'rate'>;
}

/**
 * What one attempt says of the endpoint as a whole. Returns the same row where it says nothing. One that was disabled when
 * the attempt began and took the message works again; one at which nothing arrives for days is disabled.
 */
export function judge(row: Endpoint, receipt: Receipt, now: number, attempted: Attempted = {}): Endpoint {
  const { before = row, ended = null, patience = DEFAULT_POLICY, rules = {} } = attempted;
  const heard = paced(paused(row, receipt, now, before), receipt, now, before, rules);
  if (receipt.kind === 'sent') {
    if (row.state === 'ok') return withSuccess(heard, now);
    return isTheSame(row, before) ? withSuccess(enabled(row), now) : heard;
  }
  if (isUnsubscribed(row)) return heard;
  const isFinal = receipt.kind === 'never' && receipt.disable;
  const refused = receipt.kind === 'never';
  const failing = withFailure(heard, { reason: receipt.reason, ended, refused }, now, patience);
  if (row.state === 'disabled') return failing;
  if (isFinal) return disabled(failing, receipt.reason, now);
  const lasted = now - (failing.outage?.since ?? now);
  return lasted >= patience.disableAfter ? disabled(failing, FAILING, now, receipt.reason) : failing;
}

/** Why an endpoint is disabled at which nothing arrived for days. */
const FAILING = 'failing';

/** What the answer says of how soon to come again. */
function paused(row: Endpoint, receipt: Receipt, now: number, before: Endpoint): Endpoint {
  if (receipt.kind === 'retry' && receipt.hung) return letWait(row, now, timesHung(before));
  const heard = answering(row);
  return receipt.kind === 'retry' && receipt.afterMs !== undefined
    ? { ...heard, pausedUntil: Math.max(heard.pausedUntil, now + receipt.afterMs) }
    : heard;
}

/** Not one that was disabled while the message was on its way. */
const isTheSame = (row: Endpoint, before: Endpoint): boolean =>
  before.state === 'disabled' && before.since === row.since && !isUnsubscribed(row);

export const timesHung = (row: Endpoint): number => row.hung ?? 0;

/** Messages that waited side by side found out the same thing: together they count once. */
function letWait(row: Endpoint, now: number, hungBefore: number): Endpoint {
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

function disabled(row: Endpoint, reason: string, now: number, cause?: string): Endpoint {
  const { row: told, givenUp } = counted(row);
  const off = { ...told, state: 'disabled' as const, since: now, tryAt: now + TRY_EVERY_MS, reason };
  const more = { ...(cause !== undefined && { cause }), ...(givenUp > 0 && { givenUp }) };
  return report(off, 'subscription.disabled', now, { reason, since: now, ...more });
}

/** How often a disabled endpoint is tried with one of the messages that are kept for it. */
export const TRY_EVERY_MS = 3_600_000;
/** Whether it is time to. An address whose owner unsubscribed is not tried, nor one from which mails come back: that is not known at once. */
export function mayTry(row: Endpoint, now: number): boolean {
  const wait = (row.tryAt ?? row.since + TRY_EVERY_MS) - now;
  // A longer wait was written by a clock that has been set back since.
  const isTried = !isUnsubscribed(row) && row.reason !== BOUNCED;
  return row.state === 'disabled' && isTried && (wait <= 0 || wait > TRY_EVERY_MS);
}
export const trying = (row: Endpoint, now: number): Endpoint => ({ ...row, tryAt: now + TRY_EVERY_MS });

/** Its owner unsubscribed, or reported a mail as spam, which means the same. Returns the same row where that is known. */
export const unsubscribed = (
  row: Endpoint,
  now: number,
  reason: (typeof WANTS_NONE)[number] = 'unsubscribed',
): Endpoint => (isUnsubscribed(row) ? row : disabled(row, reason, now));
const WANTS_NONE = ['unsubscribed', 'complained'] as const;

/** Nothing is kept for such an endpoint, and what is known of it is never forgotten. */
export const isUnsubscribed = (row: Endpoint | null): boolean =>
  row?.state === 'disabled' && (WANTS_NONE as readonly (string | null)[]).includes(row.reason);

/** A mail that had been taken came back for good. Returns the same row where that is known. */
export const bounced = (row: Endpoint, now: number): Endpoint =>
  isUnsubscribed(row) || (row.state === 'disabled' && row.reason === BOUNCED)
    ? row
    : disabled(row, BOUNCED, now);
const BOUNCED = 'bounced';

/**
 * Somebody says that it works again, and the days of failures are counted anew. What is still to be told of the last outage is
 * still told; that it is over is told when a message arrives.
 */
export const enabled = (row: Endpoint): Endpoint => ({
  ...row,
  state: 'ok',
  pausedUntil: 0,
  hung: 0,
  ...(row.outage && { outage: null }),
});
