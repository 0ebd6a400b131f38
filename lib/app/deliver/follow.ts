import { writeOnce } from '../../core/change.ts';
import { rulesOf } from '../../core/notify/channel.ts';
import type { Delivery, Receipt } from '../../core/notify/delivery.ts';
import { followed } from '../../core/notify/delivery-steps.ts';
import { isPaused, timesHung, type Endpoint } from '../../core/notify/endpoint.ts';
import { FOLLOW_MS, followedNext, placeKey, showsCounts, type Place } from '../../core/notify/place.ts';
import { gapOf, turnAt, withTurn } from '../../core/notify/send-pace.ts';
import type { Target } from '../../core/notify/subscription.ts';
import { eventId, isGroupEvent, type GroupEvent } from '../../core/jobs/event.ts';
import { groupOfSubject, groupSubject, type Group } from '../../core/jobs/group.ts';
import { countedNow } from '../../core/jobs/group-data.ts';
import { counted } from '../sweep/count-group.ts';
import type { Message } from '../../ports.ts';
import type { Delivered, DeliverDeps } from './deliver-deps.ts';
import { judged } from './judged.ts';
import { show, showCount } from './living.ts';
import { paced, save } from './not-sent.ts';
import { endpointOf, subscriptionOf, targetOf } from './way.ts';

/**
 * The message of a group that goes on shows how many of its jobs have ended, and which failed. The delivery that posted it stays due
 * until the group has ended, which is told by an event of its own:
 * 1. the row says when somebody else is to look, should this worker die;
 * 2. the place says that the message is being changed, and for which counts;
 * 3. the message is changed. Killed before the place says so, it is changed again, which does no harm;
 * 4. the row says when to look again.
 * Where the event of the end is told of elsewhere, later or to nobody, the message shows the end all the same.
 * However many jobs end, that is one change in `FOLLOW_MS`. Nobody is notified of one, so nothing is lost where it is late.
 */
export async function follow(deps: DeliverDeps, row: Delivery): Promise<Delivered> {
  const way = await wayOf(deps, row);
  if (!way) return save(deps, followed(row, null));
  const { target, endpoint, place, group, shown } = way;
  const now = deps.clock();
  if (isPaused(endpoint, now) || timesHung(endpoint) > 0)
    return later(deps, row, Math.max(endpoint.pausedUntil, now + FOLLOW_MS));
  const event = await toShow(deps, place, group, shown);
  if (!event)
    return shown.kind === 'group.ended'
      ? save(deps, followed(row, null))
      : later(deps, row, followedNext(place, now));

  const rules = rulesOf(deps.rules, row.channel);
  const gap = gapOf(endpoint, rules);
  const waits = turnAt(endpoint, gap, now);
  if (waits !== null) return paced(deps, row, waits);
  const turn = withTurn(endpoint, gap, now);
  if (
    turn !== endpoint &&
    !(await writeOnce(deps.store.endpoints, endpoint.version > 0 ? endpoint : null, turn))
  )
    return paced(deps, row, now + gap);
  const taken = await deps.store.deliveries.save(followed(row, now + rules.claimMs), row);
  if (taken.outcome === 'raced') return 'raced';
  await deps.place?.();
  const page = deps.pageOf?.(event, now);
  const message = {
    deliveryId: row.id,
    event,
    subscription: row.subscription,
    target,
    at: now,
    ...(page !== undefined && { page }),
    ...(deps.signal && { signal: deps.signal }),
  };
  const progress = { counts: event.data.counts, at: now, version: group.version };
  const send = (one: Message): Promise<Receipt> => deps.channels[row.channel]!.send(one);
  // What a count left half changed shows the end by the way of a count, which says when it is known again.
  const receipt =
    event.kind === 'group.ended' && !place.changing
      ? await show(deps, place, message, send)
      : await showCount(deps, place, message, progress, send);
  deps.telemetry.line(receipt.kind === 'sent' ? 'debug' : 'warn', 'message.changed', {
    delivery: row.id,
    subject: row.event.subject,
    subscription: row.subscription,
    channel: row.channel,
    target: row.shown,
    outcome: receipt.kind,
    detail: receipt.detail,
  });
  if (receipt.kind === 'never') {
    if (receipt.disable) await judged(deps, endpoint, receipt, deps.clock(), null);
    return save(deps, followed(taken.row, null));
  }
  if (receipt.kind === 'sent' && group.state === 'ended') return save(deps, followed(taken.row, null));
  const wait = receipt.kind === 'retry' ? (receipt.afterMs ?? RETRY_MS) : 0;
  return later(deps, taken.row, deps.clock() + Math.max(wait, FOLLOW_MS));
}

/** Until what could not be changed is tried again. */
const RETRY_MS = 60_000;

async function later(deps: DeliverDeps, row: Delivery, at: number): Promise<'followed' | 'raced'> {
  return (await save(deps, followed(row, at))) === 'raced' ? 'raced' : 'followed';
}

interface Way {
  target: Target;
  endpoint: Endpoint;
  place: Place;
  group: Group;
  /** What the message shows, but for how the jobs stand. */
  shown: GroupEvent;
}

/** Null: there is no such message any more, or another delivery has posted it, or it is not to be changed. */
async function wayOf(deps: DeliverDeps, row: Delivery): Promise<Way | null> {
  const { places, groups, events } = deps.store;
  const { subject, metadata, kind } = row.event;
  const subscription = await subscriptionOf(deps, row);
  const target = targetOf(subscription, row);
  if (target?.endpoint !== row.endpoint || subscription?.paused) return null;
  const endpoint = await endpointOf(deps, row);
  const place = await places.get(placeKey(row, subject));
  if (endpoint.state !== 'ok' || place?.state !== 'posted' || place.claimedBy !== row.key) return null;
  const group = await groups.get(groupOfSubject(subject));
  const shown = (await events.get(place.event))?.event;
  const isIts = group && metadata.id === eventId(subject, group.createdAt, kind);
  return isIts && shown && isGroupEvent(shown) ? { target, endpoint, place, group, shown } : null;
}

/** Null: the message shows how its group stands, or the event of its end is not published yet. */
async function toShow(
  { store, clock }: DeliverDeps,
  place: Place,
  group: Group,
  shown: GroupEvent,
): Promise<GroupEvent | null> {
  if (group.state === 'ended') {
    // What was left half changed: by a worker that died, or since Slack did not take it.
    if (shown.kind === 'group.ended') return place.changing || !place.shown ? shown : null;
    const { key, createdAt } = group;
    const end = (await store.events.get(eventId(groupSubject(key), createdAt, 'group.ended')))?.event;
    return end && isGroupEvent(end) ? end : null;
  }
  if (!place.changing && place.progress?.version === group.version) return null;
  const { told } = await counted(store, group);
  return showsCounts(place, shown, told.counts) ? null : countedNow(shown, told, clock());
}
