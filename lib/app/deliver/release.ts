import { change } from '../../core/change.ts';
import { HELD } from '../../core/row.ts';
import type { Clock, Doorbell, Store, Subscriptions } from '../../ports.ts';
import { release, releaseToTry } from '../../core/notify/delivery-steps.ts';
import {
  enabled,
  formerEndpointId,
  isUnsubscribed,
  mayTry,
  trying,
  type Endpoint,
} from '../../core/notify/endpoint.ts';
import { isAdHoc } from '../../core/notify/notify.ts';
import type { ChannelName, Subscription, Target } from '../../core/notify/subscription.ts';

export interface ReleaseDeps {
  store: Pick<Store, 'deliveries' | 'endpoints'>;
  subscriptions: Subscriptions;
  doorbell: Doorbell;
  clock: Clock;
}

/** Pairs of subscription and endpoint looked at in one round; far more than are ever held at once. */
const MAX_QUEUES = 1_000;

/**
 * Lets go what is held for no reason any more: the subscription was resumed, its endpoint enabled. What belongs to a
 * subscription that is gone goes too, and delivering finds that out. Part of every tick, so resuming only has
 * to say so: neither a death in between nor a worker that held one more row meanwhile leaves anything behind. Of what is
 * held for a disabled endpoint the oldest goes out once an hour: it may have been repaired without a word to us.
 */
export async function releaseHeld(deps: ReleaseDeps, limit: number): Promise<number> {
  const { deliveries } = deps.store;
  const queues = await deliveries.queues(HELD, deps.clock(), MAX_QUEUES);
  if (queues.length === 0) return 0;
  const subscriptions = new Map((await deps.subscriptions.all()).map((s) => [s.id, s]));
  let released = 0;
  for (const queue of queues) {
    const [id = '', endpoint = ''] = queue.slice(HELD.length).split('/');
    const held = await whyHeld(deps, id, subscriptions.get(id), endpoint);
    if (held === 'paused' || (held && !(await takeTurn(deps, held)))) continue;
    const rows = await deliveries.due(queue, deps.clock(), held ? 1 : limit);
    const free = held ? releaseToTry : release;
    const saved = await Promise.all(rows.map((row) => deliveries.save(free(row, deps.clock()))));
    await deps.doorbell.ring(saved.flatMap((one) => (one.outcome === 'saved' ? [one.row] : [])));
    released += rows.length;
  }
  return released;
}

/** Null: for no reason any more. An endpoint: because that is disabled. */
async function whyHeld(
  deps: ReleaseDeps,
  id: string,
  subscription: Subscription | undefined,
  endpoint: string,
): Promise<'paused' | Endpoint | null> {
  if (!subscription && !isAdHoc(id)) return null;
  const row = await deps.store.endpoints.get(endpoint);
  // Nobody waits for it, paused or not.
  if (isUnsubscribed(row)) return null;
  if (subscription?.paused) return 'paused';
  // With another target the health of the former one no longer matters. One that a job names has no other.
  const current = subscription?.targets.some((target) => target.endpoint === endpoint) ?? true;
  return current && row?.state === 'disabled' ? row : null;
}

/** One of those who look at the same time may try it. Killed before it does, it is tried an hour later. */
async function takeTurn({ store, clock }: ReleaseDeps, row: Endpoint): Promise<boolean> {
  const now = clock();
  return mayTry(row, now) && (await store.endpoints.save(trying(row, now))).outcome === 'saved';
}

/**
 * Enables the endpoints of a subscription. One whose owner unsubscribed is not broken: it stays disabled unless
 * `alsoUnsubscribed` says otherwise. `gave_up`: others kept changing one of them; doing it again does the rest.
 */
export async function enable(
  { endpoints }: Pick<Store, 'endpoints'>,
  { channel, targets }: Meant,
  { alsoUnsubscribed }: EnableOptions,
): Promise<'done' | 'gave_up'> {
  const former = targets.flatMap(({ shown }) => formerEndpointId(channel, shown) ?? []);
  for (const endpoint of [...targets.map((target) => target.endpoint), ...former]) {
    const { outcome } = await change(endpoints, endpoint, (row) => {
      const isWell = !row || (row.state === 'ok' && row.pausedUntil === 0);
      return isWell || (!alsoUnsubscribed && isUnsubscribed(row)) ? row : enabled(row);
    });
    if (outcome === 'gave_up') return outcome;
  }
  return 'done';
}

/** A subscription, as far as it says where to. */
export interface Meant {
  channel: ChannelName;
  targets: readonly Pick<Target, 'endpoint' | 'shown'>[];
}
export interface EnableOptions {
  /** Whether to enable endpoints, too, whose owner unsubscribed. */
  alsoUnsubscribed: boolean;
}

/** How many deliveries wait for a subscription to be resumed. */
export async function heldFor(
  { deliveries }: Pick<Store, 'deliveries'>,
  subscription: string,
  now: number,
): Promise<number> {
  const queues = await deliveries.queues(`${HELD}${subscription}/`, now, MAX_QUEUES);
  const depths = await Promise.all(queues.map((queue) => deliveries.depth(queue)));
  return depths.reduce((sum, { count }) => sum + count, 0);
}
