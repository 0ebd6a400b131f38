import { change, writeOnce } from '../../core/change.ts';
import { rulesOf, type AllRules } from '../../core/notify/channel.ts';
import type { Delivery, Receipt } from '../../core/notify/delivery.ts';
import {
  aboutToCount,
  aboutToShow,
  claimedPlace,
  countShown,
  goesOn,
  hasTold,
  isBeingPosted,
  livingSubject,
  nowShown,
  placeKey,
  postedAt,
  shownBy,
  withTold,
  type Place,
} from '../../core/notify/place.ts';
import type { Event } from '../../core/jobs/event.ts';
import type { Target } from '../../core/notify/subscription.ts';
import type { Clock, Message, Store } from '../../ports.ts';

export interface LivingDeps {
  store: Pick<Store, 'events' | 'places'>;
  clock: Clock;
  rules: AllRules;
}
type Send = (message: Message) => Promise<Receipt>;

/** Another worker is posting the message of the same job or group at this moment. */
export type Busy = 'busy';

/** Places that are taken over, or lost, while one message is on its way. */
const TRIES = 4;

/** Whether the message of an event is one that is kept up to date, where its target lets messages be changed. */
export const isLiving = (
  { rules }: Pick<LivingDeps, 'rules'>,
  row: Delivery,
  { event, target }: Pick<Message, 'event' | 'target'>,
): boolean =>
  livingSubject(event) !== null && rulesOf(rules, row.channel).living?.(target.address()) === true;

/** Whether a message stands at the target that is to show the event. */
export async function hasMessage(
  deps: LivingDeps,
  row: Delivery,
  target: Target,
  event: Event,
): Promise<boolean> {
  const subject = livingSubject(event);
  if (subject === null || !rulesOf(deps.rules, row.channel).living?.(target.address())) return false;
  const place = await deps.store.places.get(placeKey(row, subject));
  return place?.state === 'posted' && goesOn(place, event);
}

/**
 * Sends one event to where one message tells of its job or group:
 * 1. the first event is posted. Its place is claimed before, and stored after; killed between the two, nobody knows whether it stands
 *    there: the next attempt posts anew, and the delivery says `uncertain`;
 * 2. what comes later is told in the thread below, which is what people are notified of, and then the message itself shows it.
 *    Changing it to what it shows already does no harm, so that may be repeated;
 * 3. an event older than what the message shows is told below it, and changes nothing.
 */
export async function sendLiving(
  deps: LivingDeps,
  row: Delivery,
  message: Message,
  send: Send,
): Promise<Receipt | Busy> {
  const { places } = deps.store;
  const { event } = message;
  const key = placeKey(row, livingSubject(event)!);
  const { claimMs } = rulesOf(deps.rules, row.channel);
  for (let n = 0; n < TRIES; n += 1) {
    const now = deps.clock();
    const place = await places.get(key);
    if (place?.state === 'posted' && goesOn(place, event)) {
      const receipt = await keepUp(deps, row, place, message, send);
      if (!isLost(receipt)) return receipt;
      await forget(deps, place);
    } else if (place && isBeingPosted(place, row.key, now, claimMs)) {
      return 'busy';
    } else {
      const claimed = await writeOnce(places, place, claimedPlace(key, place, row.key, event, now));
      if (claimed?.outcome === 'saved') return post(deps, claimed.row, message, send);
    }
  }
  return 'busy';
}

async function post(
  { store: { places } }: LivingDeps,
  place: Place,
  message: Message,
  send: Send,
): Promise<Receipt> {
  const receipt = await send({ ...message, living: { how: 'post' } });
  // Raced: another worker took the claim over, and has posted, too.
  if (receipt.kind === 'sent' && receipt.spot) await places.save(postedAt(place, receipt.spot));
  else await places.remove(place);
  return receipt;
}

async function keepUp(
  deps: LivingDeps,
  row: Delivery,
  place: Place,
  message: Message,
  send: Send,
): Promise<Receipt> {
  const { event } = message;
  const isAsked = row.resend !== undefined;
  if (!isAsked && hasTold(place, event)) return { kind: 'sent', detail: 'its message shows it already' };
  let receipt: Receipt | null = null;
  if (isAsked || !place.told.includes(event.metadata.id)) {
    receipt = await send({ ...message, living: { how: 'reply', spot: place.spot! } });
    if (receipt.kind !== 'sent') return receipt;
    await alter(deps, place, (it) => withTold(it, event));
  }
  const shown = await show(deps, place, message, send);
  // It is told of, and what comes next is posted anew.
  if (isLost(shown)) await forget(deps, place);
  return isLost(shown) ? (receipt ?? { kind: 'sent', detail: 'told below a message that is gone' }) : shown;
}

/** Has the message show the event, unless it shows a later one; and then that one, should it have come meanwhile. */
export async function show(
  deps: LivingDeps,
  { key, spot }: Place,
  message: Message,
  send: Send,
): Promise<Receipt> {
  let place = await alter(deps, { key, spot }, (it) => aboutToShow(it, message.event, deps.clock()));
  let receipt: Receipt = { kind: 'sent', detail: 'its message shows a later event' };
  /** What this worker had the message show last. Where the place says another by then, this change may have come after that one. */
  let last: string | null = null;
  for (let n = 0; n < TRIES && place && (last === null ? !place.shown : place.event !== last); n += 1) {
    const { event: id } = place;
    const event = shownBy(place, message.event) ?? (await deps.store.events.get(id))?.event;
    if (!event) return receipt;
    receipt = await send({ ...message, event, living: { how: 'update', spot: spot! } });
    if (receipt.kind !== 'sent') return receipt;
    last = id;
    place = await alter(deps, { key, spot }, (it) => (it.event === id ? nowShown(it) : it));
  }
  return receipt;
}

/**
 * Has a message that shows `before.event` show how the jobs of its group stand: `message.event`; and then a later event, should one have
 * come meanwhile.
 */
export async function showCount(
  deps: LivingDeps,
  before: Place,
  message: Message,
  progress: NonNullable<Place['progress']>,
  send: Send,
): Promise<Receipt> {
  let last = before.event;
  const marked = await alter(deps, before, (it) => (it.event === last ? aboutToCount(it, progress) : it));
  let receipt: Receipt = { kind: 'sent', detail: 'its message shows a later event' };
  let event: Event | undefined = marked?.event === last ? message.event : undefined;
  for (let n = 0; n < TRIES && event; n += 1) {
    receipt = await send({ ...message, event, living: { how: 'update', spot: before.spot! } });
    if (isLost(receipt)) await forget(deps, before);
    if (receipt.kind !== 'sent') return receipt;
    const place = await alter(deps, before, (it) => (it.event === last ? countShown(it) : it));
    if (!place || place.event === last) return receipt;
    // This change may have come after that of the later event.
    last = place.event;
    event = (await deps.store.events.get(last))?.event;
  }
  return receipt;
}

/** Only while the message stands where it stood. Null: it does not. */
async function alter(
  { store: { places } }: LivingDeps,
  { key, spot }: Pick<Place, 'key' | 'spot'>,
  how: (place: Place) => Place,
): Promise<Place | null> {
  const isSame = (it: Place | null): it is Place =>
    it?.spot?.ts === spot?.ts && it?.spot?.channel === spot?.channel;
  const changed = await change(places, key, (it) => (isSame(it) ? how(it) : it));
  if (changed.outcome === 'gave_up') throw new Error(`${key} is changed by others all the time`);
  return 'row' in changed && isSame(changed.row) ? changed.row : null;
}

/** The message is gone, or cannot be changed any more. */
async function forget({ store: { places } }: LivingDeps, { key, spot }: Place): Promise<void> {
  await change(places, key, (it) => (it?.spot?.ts === spot?.ts ? null : it));
}

const isLost = (receipt: Receipt): boolean => receipt.kind === 'never' && receipt.lost === true;
