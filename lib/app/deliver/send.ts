import { rulesOf } from '../../core/notify/channel.ts';
import { claim, expired, followed, record } from '../../core/notify/delivery-steps.ts';
import { isDrill, nextTryAt, outcomeWord, type Delivery, type Receipt } from '../../core/notify/delivery.ts';
import type { Endpoint } from '../../core/notify/endpoint.ts';
import { spansOfAttempt } from '../../core/spans.ts';
import { isGroupEvent, type Event } from '../../core/jobs/event.ts';
import { FOLLOW_MS } from '../../core/notify/place.ts';
import type { Target } from '../../core/notify/subscription.ts';
import type { Delivered, DeliverDeps } from './deliver-deps.ts';
import { judged } from './judged.ts';
import { isLiving, sendLiving, type Busy } from './living.ts';
import { abandon, end, putOff, save } from './not-sent.ts';
import { eventOf, takesMessages, type Way } from './way.ts';

/** Claims a delivery whose turn it is, and sends it. */
export async function claimAndSend(
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
  const claimed = await deps.store.deliveries.save(claim(row, claimedAt, claimMs), row);
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
  let next = record(row, receipt, now, schedule);
  // The endpoint first: killed in between, the row is still claimed, and the next worker finds out the same.
  // An attempt that we aborted ourselves says nothing of the target.
  const isAborted = deps.signal?.aborted === true && receipt.kind === 'retry';
  if (!isDrill(row) && !row.resend && !isAborted)
    await judged(deps, endpoint, receipt, now, next.state === 'failed' ? next : null);
  if (receipt.kind === 'sent' && follows(deps, row, event, target)) next = followed(next, now + FOLLOW_MS);
  const outcome = await save(deps, next);
  if (outcome === 'delivered' && next.due !== null) await deps.planned?.(next);
  const last = next.attempts.at(-1);
  deps.telemetry.spans?.(() =>
    spansOfAttempt(event, {
      delivery: row.id,
      attempt: next.attempts.length,
      channel: row.channel,
      subscription: row.subscription,
      target: row.shown,
      reason: last?.reason ?? '',
      isSent: receipt.kind === 'sent',
      from: at,
      to: now,
    }),
  );
  deps.telemetry.line(receipt.kind === 'sent' ? 'info' : 'warn', 'delivery.attempted', {
    delivery: row.id,
    eventId: row.event.metadata.id,
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

/** Whether it may be the one whose message shows how its group goes on. */
const follows = (deps: DeliverDeps, row: Delivery, event: Event, target: Target): boolean =>
  isGroupEvent(event) && event.kind !== 'group.ended' && isLiving(deps, row, { event, target });

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
