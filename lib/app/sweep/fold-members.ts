import { change } from '../../core/change.ts';
import { eventId } from '../../core/jobs/event.ts';
import { countedNext, groupSubject, type Group } from '../../core/jobs/group.ts';
import { inPlaceOf, keyOfDelivery, type Delivery } from '../../core/notify/delivery.ts';
import { drop, foldedInto } from '../../core/notify/delivery-steps.ts';
import { isAdHoc } from '../../core/notify/notify.ts';
import { foldQueue, LATEST } from '../../core/row.ts';
import type { Clock, Store } from '../../ports.ts';
import type { SweepDeps } from './deps.ts';

const PAGE = 200;
/** An index may be behind the rows; what came last is found a minute later at the latest. */
const INDEX_LAG_MS = 60_000;

/**
 * A group has ended: a target that would get events of its members gets the message of the group in their place.
 * 1. the delivery of `group.ended` to the same target, unless it is there;
 * 2. the member's delivery refers to that, and waits for nothing more.
 * Killed in between, the next sweep goes on: what still waits is found in its queue. Events of members that a bus brings late
 * come the same way; storing them makes the group due again.
 */
export async function foldMembers({ store, clock, ring }: SweepDeps, group: Group): Promise<void> {
  const waiting = await store.deliveries.due(foldQueue(group.key), LATEST, PAGE);
  if (waiting.length === 0) {
    const last = group.countedAt + INDEX_LAG_MS;
    return void (await store.groups.save(
      clock() < last ? countedNext(group, last) : { ...group, due: null },
    ));
  }
  const id = eventId(groupSubject(group.key), group.createdAt, 'group.ended');
  const stored = await store.events.get(id);
  // An import brings it later: until then nothing is known to stand for what waits.
  if (!stored) return void (await store.groups.save(countedNext(group, clock() + INDEX_LAG_MS)));
  for (const row of waiting) {
    const into = keyOfDelivery(id, row.subscription, row.endpoint);
    if (!(await store.deliveries.get(into))) {
      if (await isNamedNoMore(store, row)) {
        await store.deliveries.save(drop(row, 'subscription_removed'));
        continue;
      }
      const made = await store.deliveries.create([inPlaceOf(row, stored.event, clock())]);
      await ring?.(made.map((one) => one.row));
    }
    await store.deliveries.save(foldedInto(row, into));
  }
  await store.groups.save(countedNext(group, clock()));
}

/** A target that jobs name is known by the row of one of them: one that is gone cannot stand for the others. */
const isNamedNoMore = async ({ jobs }: Pick<Store, 'jobs'>, row: Delivery): Promise<boolean> =>
  isAdHoc(row.subscription) && !(await jobs.get(row.via ?? row.event.subject));

/** Something waits for the message of a group that has ended already. Throws where others keep changing the group: it would wait for ever. */
export async function foldAgain(
  { groups, clock }: { groups: Store['groups']; clock: Clock },
  key: string,
): Promise<void> {
  const { outcome } = await change(groups, key, (row) =>
    row?.state === 'ended' ? countedNext({ ...row, countedAt: clock() }, clock()) : row,
  );
  if (outcome === 'gave_up') throw new Error(`the group ${key} is changed by others all the time`);
}
