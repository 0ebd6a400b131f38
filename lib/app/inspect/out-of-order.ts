import { formerEndpointId, isUnsubscribed, type Endpoint } from '../../core/notify/endpoint.ts';
import { isAdHoc } from '../../core/notify/notify.ts';
import {
  resumeCommand,
  verifyCommand,
  type Subscription,
  type Target,
} from '../../core/notify/subscription.ts';
import { HELD, heldQueue } from '../../core/row.ts';
import type { Clock, Store, Subscriptions } from '../../ports.ts';

/** A target, or a subscription as a whole, to which nothing is sent now. */
export interface OutOfOrder {
  subscription: string;
  channel: string;
  /** Never a secret, but perhaps a mail address. */
  target: string;
  state: 'disabled' | 'unsubscribed' | 'paused' | 'locked' | 'unverified' | 'invalid';
  reason: string | null;
  /** Epoch milliseconds; null where that is not known. */
  since: number | null;
  /** Deliveries that are kept. */
  held: number;
  /** The command that lets them go; null where none does. */
  resume: string | null;
}

/** At most this many are named; where more are out of order, somebody has noticed. */
const MOST = 100;

/** Everything to which nothing is sent now, and how much is kept for it: a view of the service's state must show it. */
export async function outOfOrder({
  store,
  subscriptions,
  clock,
}: {
  store: Pick<Store, 'deliveries' | 'endpoints'>;
  subscriptions: Subscriptions;
  clock: Clock;
}): Promise<OutOfOrder[]> {
  const { deliveries, endpoints } = store;
  const all = await subscriptions.all();
  const disabled = new Map(
    (await endpoints.list({ state: 'disabled', limit: MOST })).rows.map((row) => [row.key, row]),
  );
  const rowOf = ({ channel }: Subscription, { endpoint, shown }: Target): Endpoint | undefined => {
    const before = disabled.get(formerEndpointId(channel, shown) ?? '');
    return disabled.get(endpoint) ?? (before && isUnsubscribed(before) ? before : undefined);
  };
  const depth = async (subscription: string, endpoint: string): Promise<number> =>
    (await deliveries.depth(heldQueue(subscription, endpoint))).count;
  const total = async (subscription: string): Promise<number> => {
    const queues = await deliveries.queues(`${HELD}${subscription}/`, clock(), MOST);
    const depths = await Promise.all(queues.map((queue) => deliveries.depth(queue)));
    return depths.reduce((sum, { count }) => sum + count, 0);
  };

  /** What is wrong with the subscription as a whole. */
  async function whole(s: Subscription): Promise<OutOfOrder[]> {
    const state = s.fault ?? (s.paused ? 'paused' : null);
    if (!state) return [];
    const target = s.targets.map(({ shown }) => shown).join(', ');
    const command = { paused: resumeCommand, unverified: verifyCommand, locked: null, invalid: null }[state];
    const resume = command?.(s.id) ?? null;
    const held = await total(s.id);
    return [
      { subscription: s.id, channel: s.channel, target, state, reason: null, since: null, held, resume },
    ];
  }

  /** One of its targets. What is kept is counted with the subscription where that is paused. */
  async function single(id: string, row: Endpoint, isPaused: boolean): Promise<OutOfOrder> {
    const { channel, shown: target, reason, since } = row;
    const held = isPaused ? 0 : await depth(id, row.key);
    const state = isUnsubscribed(row) ? 'unsubscribed' : 'disabled';
    // One that only a job names has no name to resume; it is tried by itself.
    const resume = isAdHoc(id) ? null : resumeCommand(id);
    return { subscription: id, channel, target, state, reason, since, held, resume };
  }

  const known = all.map(async (s) => [
    ...(await whole(s)),
    ...(await Promise.all(
      s.targets
        .flatMap((target) => rowOf(s, target) ?? [])
        .map((row) => single(s.id, row, s.paused ?? false)),
    )),
  ]);
  const named = [...disabled.values()]
    .filter((row) => isAdHoc(row.subscription) && !isUnsubscribed(row))
    .map((row) => single(row.subscription, row, false));
  return [...(await Promise.all(known)).flat(), ...(await Promise.all(named))].slice(0, MOST);
}
