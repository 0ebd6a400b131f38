import { writeOnce } from '../../core/change.ts';
import { rulesOf } from '../../core/notify/channel.ts';
import { drop, hold, readdress } from '../../core/notify/delivery-steps.ts';
import { isDrill, isFollowing, type Delivery } from '../../core/notify/delivery.ts';
import { isPaused, isUnsubscribed, probed, timesHung, type Endpoint } from '../../core/notify/endpoint.ts';
import { gapOf, turnAt, withTurn } from '../../core/notify/send-pace.ts';
import { isBarred, keptFor, type Target } from '../../core/notify/subscription.ts';
import { withSingle, type Rollup } from '../../core/notify/windows.ts';
import { closeWindow } from './close-window.ts';
import type { Delivered, DeliverDeps } from './deliver-deps.ts';
import { follow } from './follow.ts';
import { gather } from './gather.ts';
import { waitsForFormer } from './in-order.ts';
import { end, paced, putOff, save } from './not-sent.ts';
import { claimAndSend } from './send.ts';
import { endpointOf, subscriptionOf, targetOf } from './way.ts';

export type { Delivered, DeliverDeps };

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
  if (isFollowing(row)) return follow(deps, row);
  const subscription = await subscriptionOf(deps, row);
  const target = targetOf(subscription, row);
  if (!target) return end(deps, row, 'subscription_removed', drop);
  const endpoint = await endpointOf(deps, row);
  if (isUnsubscribed(endpoint)) return end(deps, row, 'unsubscribed', drop);
  const drill = isDrill(row);
  const barred = subscription !== undefined && isBarred(subscription);
  const byHand = !barred && (drill || row.resend !== undefined);
  if (subscription?.paused && !byHand) return end(deps, row, keptFor(subscription), hold);
  if (target.endpoint !== row.endpoint) {
    const moved = await save(deps, readdress(row, target, deps.clock()));
    return moved === 'raced' ? moved : 'readdressed';
  }
  if (endpoint.state === 'disabled' && !row.probe && !byHand)
    return save(deps, hold(row, row.reason ?? 'gone'));
  const now = deps.clock();
  // An attempt by hand is to show whether the target answers again. A pause that the endpoint itself asked for still holds.
  const anyway = row.resend !== undefined && timesHung(endpoint) > 0;
  if (isPaused(endpoint, now) && !anyway) return putOff(deps, row, endpoint.pausedUntil);
  // Before it is gathered: the message of its window must not overtake an earlier event that is tried.
  const isInTurn = !subscription?.ordered || byHand;
  const behind = isInTurn ? null : await waitsForFormer(deps.store, subscription, row, now);
  if (behind?.within === null) return putOff(deps, row, behind.until, 'behind');
  const own = byHand
    ? { outcome: 'single' as const, endpoint, rollup: null }
    : await gather(deps, { row, subscription, target, endpoint, ...(behind && { within: behind.within }) });
  if (own.outcome !== 'single') return own.outcome;
  if (behind) return putOff(deps, row, behind.until, 'behind');
  return sendInTurn(deps, row, target, own, byHand);
}

/** As soon as its target takes a message, and counted where the target gets only a number of messages. */
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
