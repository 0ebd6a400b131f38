import type { Channels, Store } from '../../ports.ts';
import { writeOnce } from '../../core/change.ts';
import { rulesOf } from '../../core/notify/channel.ts';
import {
  claim,
  drop,
  expired,
  hold,
  isDrill,
  nextTryAt,
  outcomeWord,
  postpone,
  readdress,
  record,
  untried,
  type Delivery,
  type DeliveryReason,
  type Receipt,
} from '../../core/notify/delivery.ts';
import { isPaused, isUnsubscribed, probed, timesHung, type Endpoint } from '../../core/notify/endpoint.ts';
import { closeWindow } from './close-window.ts';
import { gather } from './gather.ts';
import { giveUp } from './give-up.ts';
import { waitsForFormer } from './in-order.ts';
import { judged, type JudgeDeps } from './judged.ts';
import { isLiving, sendLiving, type Busy } from './living.ts';
import { gapOf, turnAt, withTurn } from '../../core/notify/send-pace.ts';
import type { Event } from '../../core/jobs/event.ts';
import { withSingle, type Rollup } from '../../core/notify/windows.ts';
import { isBarred } from '../../core/notify/subscription.ts';
import type { Target } from '../../core/notify/subscription.ts';
import {
  endpointOf,
  eventOf,
  subscriptionOf,
  takesMessages,
  targetOf,
  type WhereDeps,
  type Way,
} from './way.ts';

export interface DeliverDeps extends WhereDeps, JudgeDeps {
  store: WhereDeps['store'] & Pick<Store, 'places'>;
  channels: Channels;
  /** Ends what is being sent, where the time is over. */
  signal?: AbortSignal;
  /**
   * Waits for a place at the receiver, where more is claimed than may be sent at once. False: others have met trouble since the row was
   * taken up, so it is to be seen whether the receiver still takes something.
   */
  place?: () => Promise<boolean>;
  /** The receiver has taken the message; it remains to be recorded. Not called where something went wrong. */
  taken?: () => void;
  /** Hears of what got a time of its own for which nobody has been rung: a window that was opened, or closes earlier. */
  planned?: (row: Delivery) => Promise<void>;
  /** The page of our own that shows what an event is about; left out: there is none. */
  pageOf?: ((event: Event, at: number) => string | undefined) | null;
  /** The next message to this endpoint may go then. */
  paced?: (endpoint: string, until: number) => void;
}

/**
 * What became of taking one delivery up. `raced`: another worker has it. `paced`: its endpoint takes the next message later.
 * `behind`: an earlier event of its job goes first. `returned`: claimed, and not sent after all. `dissolved`: a window that needs no
 * message of its own.
 */
export type Delivered =
  Delivery['state'] | 'postponed' | 'paced' | 'behind' | 'readdressed' | 'raced' | 'returned' | 'dissolved';

/**
 * One delivery, once:
 * 1. claims the row: journal first, so that a death between sending and recording can be seen (`uncertain`); where the
 *    endpoint let us wait the last time, also the turn to try it;
 * 2. sends, once, through its channel;
 * 3. records what came of it on the endpoint (paused, disabled) and on the row (delivered, later, given up, held).
 */
export async function deliver(deps: DeliverDeps, row: Delivery): Promise<Delivered> {
  if (row.state === 'gathering') {
    const window = await closeWindow(deps, row);
    return window.outcome === 'closed' ? deliver(deps, window.row) : window.outcome;
  }
  const subscription = await subscriptionOf(deps, row);
  const target = targetOf(subscription, row);
  if (!target) return end(deps, row, 'subscription_removed', drop);
  const endpoint = await endpointOf(deps, row);
  if (isUnsubscribed(endpoint)) return end(deps, row, 'unsubscribed', drop);
  const drill = isDrill(row);
  const barred = subscription !== undefined && isBarred(subscription);
  const byHand = !barred && (drill || row.resend !== undefined);
  if (subscription?.paused && !byHand) return end(deps, row, 'paused', hold);
  if (target.endpoint !== row.endpoint) {
    const moved = await save(deps, readdress(row, target, deps.clock()));
    return moved === 'raced' ? moved : 'readdressed';
  }
  if (endpoint.state === 'disabled' && !row.probe && !byHand)
    return save(deps, hold(row, row.reason ?? 'gone'));
  const now = deps.clock();
  // Whoever asks for an attempt wants to see whether it answers again. What the endpoint itself asked for is heeded.
  const anyway = row.resend !== undefined && timesHung(endpoint) > 0;
  if (isPaused(endpoint, now) && !anyway) return putOff(deps, row, endpoint.pausedUntil);
  const own = byHand
    ? { outcome: 'single' as const, endpoint, rollup: null }
    : await gather(deps, { row, subscription, target, endpoint });
  if (own.outcome !== 'single') return own.outcome;
  if (subscription?.ordered && !byHand) {
    const behind = await waitsForFormer(deps.store, subscription, row, now);
    if (behind !== null) return putOff(deps, row, behind, 'behind');
  }
  return sendInTurn(deps, row, target, own, byHand);
}

/** As soon as its target takes a message, and counted where the target gets only so many. */
async function sendInTurn(
  deps: DeliverDeps,
  row: Delivery,
  target: Target,
  { endpoint, rollup }: { endpoint: Endpoint; rollup: Rollup | null },
  byHand: boolean,
): Promise<Delivered> {
  const now = deps.clock();
  const gap = gapOf(endpoint, rulesOf(deps.rules, row.channel));
  const waits = turnAt(endpoint, gap, now);
  if (waits !== null) return paced(deps, row, waits);
  const isProbe = timesHung(endpoint) > 0 && !byHand;
  if (!isProbe && gap === 0 && !rollup) return claimAndSend(deps, row, target, endpoint);
  const counted = rollup ? withSingle(endpoint, rollup, now) : endpoint;
  const turn = withTurn(isProbe ? probed(counted, now) : counted, gap, now);
  const taken = await writeOnce(deps.store.endpoints, endpoint.version > 0 ? endpoint : null, turn);
  // Somebody else was counted meanwhile: how many there are now decides.
  if (!taken && !isProbe && gap === 0) return deliver(deps, row);
  if (taken && gap > 0) deps.paced?.(row.endpoint, now + gap);
  if (taken?.outcome === 'saved') return claimAndSend(deps, row, target, taken.row);
  // Somebody else has the turn.
  return isProbe ? putOff(deps, row, turn.pausedUntil) : paced(deps, row, now + gap);
}

/** The row stays as it is: it is due, and others may go before it. */
function paced(deps: DeliverDeps, row: Delivery, until: number): 'paced' {
  deps.paced?.(row.endpoint, until);
  return 'paced';
}

/** For a reason that lies with the subscription. What somebody asked for is only not done; the row stays what it was. */
async function end<R extends DeliveryReason>(
  deps: DeliverDeps,
  row: Delivery,
  reason: R,
  how: (row: Delivery, reason: R) => Delivery,
): Promise<Delivered> {
  return save(deps, row.resend ? untried(row, reason, NOT_SENT, deps.clock()) : how(row, reason));
}
const NOT_SENT = 'asked for, and not sent';

async function putOff(
  deps: DeliverDeps,
  row: Delivery,
  until: number,
  how: 'postponed' | 'behind' = 'postponed',
): Promise<Delivered> {
  const next = postpone(row, until);
  const outcome = await (next.state === 'failed' && !row.resend ? abandon(deps, next) : save(deps, next));
  return outcome === 'raced' || outcome === 'failed' ? outcome : how;
}

async function claimAndSend(
  deps: DeliverDeps,
  row: Delivery,
  target: Target,
  endpoint: Endpoint,
): Promise<Delivered> {
  const event = await eventOf(deps, row);
  if (!event) {
    const late = expired(row, deps.clock());
    return row.resend ? end(deps, row, 'expired', () => late) : abandon(deps, late);
  }
  const { claimMs } = rulesOf(deps.rules, row.channel);
  const claimedAt = deps.clock();
  const claimed = await deps.store.deliveries.save(claim(row, claimedAt, claimMs));
  if (claimed.outcome === 'raced') return 'raced';
  return sendClaimed(deps, { row: claimed.row, before: row, claimedAt, event, target, endpoint });
}

/** A delivery that this process has claimed, and what it takes to send it. */
export interface Claimed extends Way {
  /** As it is stored. */
  row: Delivery;
  /** As it was before. */
  before: Delivery;
  claimedAt: number;
  event: Event;
}
export async function sendClaimed(deps: DeliverDeps, claimed: Claimed): Promise<Delivered> {
  const { row, before, claimedAt } = claimed;
  const { claimMs } = rulesOf(deps.rules, row.channel);
  const isAsBefore = (await deps.place?.()) ?? true;
  // An attempt takes half of its claim at most, one by mail four fifths: after this wait, too, it ends before its claim does.
  const isFresh = Math.abs(deps.clock() - claimedAt) <= claimMs / 8;
  if (isFresh && (isAsBefore || isTrial(row) || (await takesMessages(deps, row)))) return send(deps, claimed);
  const returned = await save(deps, { ...before, version: row.version });
  return returned === 'raced' ? 'raced' : 'returned';
}

/** It is to find out how its target is, whatever is known of that. */
const isTrial = (row: Delivery): boolean => isDrill(row) || row.resend !== undefined || row.probe === true;

/** Another worker posts the message of the same job at this moment; a post takes no longer than some seconds. */
const BUSY_MS = 2_000;

async function send(
  deps: DeliverDeps,
  { row, before, event, target, endpoint }: Claimed,
): Promise<Delivered> {
  const at = deps.clock();
  const receipt = await sendOnce(deps, row, event, target, at);
  if (receipt === 'busy') return putOff(deps, { ...before, version: row.version }, deps.clock() + BUSY_MS);
  if (receipt.kind === 'sent') deps.taken?.();
  const now = deps.clock();
  const { schedule } = rulesOf(deps.rules, row.channel);
  const next = record(row, receipt, now, schedule);
  // The endpoint first: killed in between, the row is still claimed, and whoever takes it up next finds out the same.
  // An attempt that we aborted ourselves says nothing of the target.
  const isAborted = deps.signal?.aborted === true && receipt.kind === 'retry';
  if (!isDrill(row) && !row.resend && !isAborted)
    await judged(deps, endpoint, receipt, now, next.state === 'failed' ? next : null);
  const outcome = await save(deps, next);
  const last = next.attempts.at(-1);
  deps.telemetry.line(receipt.kind === 'sent' ? 'info' : 'warn', 'delivery.attempted', {
    delivery: row.id,
    event: row.event.metadata.id,
    kind: row.event.kind,
    subject: row.event.subject,
    subscription: row.subscription,
    channel: row.channel,
    target: row.shown,
    outcome: outcomeWord({ state: outcome, reason: last?.reason }),
    reason: last?.reason,
    detail: last?.detail,
    attempt: next.spent,
    attempts: schedule.length + 1,
    ...(row.resend && { askedBy: row.asked?.at(-1)?.by }),
    ms: now - at,
    ...(receipt.kind === 'sent' && !isDrill(row) && !row.resend && latencyOf(event, now)),
    nextTryAt: nextTryAt(next),
  });
  return outcome;
}

/** Of a job that ended: how long after that, and after it was seen, its message has arrived. */
function latencyOf({ data }: Event, now: number): { sinceDetectedMs?: number; sinceEndedMs?: number } {
  if (!('job' in data) || data.detectedAt === null) return {};
  return {
    sinceDetectedMs: now - Date.parse(data.detectedAt),
    ...(data.endedAt !== null && { sinceEndedMs: now - Date.parse(data.endedAt) }),
  };
}

async function sendOnce(
  deps: DeliverDeps,
  row: Delivery,
  event: Event,
  target: Target,
  at: number,
): Promise<Receipt | Busy> {
  try {
    const { id, subscription } = row;
    const { signal } = deps;
    const page = deps.pageOf?.(event, at);
    const more = { ...(page !== undefined && { page }), ...(signal && { signal }) };
    const message = { deliveryId: id, event, subscription, target, at, ...more };
    const channel = deps.channels[row.channel]!;
    if (!isLiving(deps, row, message)) return await channel.send(message);
    return await sendLiving(deps, row, message, (one) => channel.send(one));
  } catch (error) {
    // A channel answers, it does not throw: this is a bug of ours, and nobody knows whether the message went out.
    deps.telemetry.line('error', 'channel.broken', { delivery: row.id, channel: row.channel, error });
    return { kind: 'retry', reason: 'uncertain', detail: 'the channel broke while sending' };
  }
}

/** It waited for too long, and its target hears of that. */
async function abandon(deps: DeliverDeps, ended: Delivery): Promise<Delivery['state'] | 'raced'> {
  return (await giveUp(deps, ended)).outcome === 'saved' ? ended.state : 'raced';
}

async function save(deps: DeliverDeps, next: Delivery): Promise<Delivery['state'] | 'raced'> {
  const saved = await deps.store.deliveries.save(next);
  return saved.outcome === 'saved' ? next.state : 'raced';
}
