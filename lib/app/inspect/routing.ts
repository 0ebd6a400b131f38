import { jobEvent, type Event } from '../../core/jobs/event.ts';
import type { Delivery } from '../../core/notify/delivery.ts';
import { rulesOf } from '../../core/notify/channel.ts';
import { isPaused, isUnsubscribed, newEndpoint, type Endpoint } from '../../core/notify/endpoint.ts';
import { headline } from '../../core/notify/headline.ts';
import { describe } from '../../core/notify/message.ts';
import { isAdHoc, notifySubscriptions } from '../../core/notify/notify.ts';
import { briefOf, isFailure } from '../../core/notify/brief.ts';
import { mutedUntil } from '../../core/notify/mute.ts';
import { mayBeGathered } from '../../core/notify/window.ts';
import {
  beforeQuiet,
  fewAfter,
  isUrgent,
  rolledUp,
  rollupOf,
  timedWindow,
  type Gathering,
} from '../../core/notify/windows.ts';
import { explainMismatch } from '../../core/notify/pattern.ts';
import { envelope } from '../../core/notify/presets.ts';
import type { Route, RouteTarget, Routing } from '../../core/notify/routing.ts';
import { resumeCommand, verifyCommand, type Subscription } from '../../core/notify/subscription.ts';
import type { Store, Subscriptions } from '../../ports.ts';
import { deliveriesFor } from '../deliver/dispatch.ts';
import type { FoldDeps } from '../deliver/fold.ts';
import { endpointRow } from '../deliver/endpoint-row.ts';
import { hasMessage } from '../deliver/living.ts';
import { eventsOf } from './events.ts';

interface RoutingDeps {
  store: Pick<Store, 'jobs' | 'events' | 'endpoints' | 'places'>;
  subscriptions: Subscriptions;
  /** How groups stand for their members; its rules are those of the channels. */
  folding: FoldDeps;
}

/** The event with this id; null: it is not kept. */
export const eventNamed = async ({ store }: Pick<RoutingDeps, 'store'>, id: string): Promise<Event | null> =>
  (await store.events.get(id))?.event ?? null;

/** The newest event of a job, published or about to be; null: there is none. */
export async function newestOf({ store }: Pick<RoutingDeps, 'store'>, key: string): Promise<Event | null> {
  const job = await store.jobs.get(key);
  const waiting = job?.outbox.at(-1);
  return job && waiting ? jobEvent(job, waiting) : ((await eventsOf(store, key))?.at(-1) ?? null);
}

/**
 * Where an event goes at a time, by the same steps that a real one takes: the rows that dispatching it would store, and what
 * delivering them would find. Nothing is stored and nothing is sent.
 */
export async function routing(deps: RoutingDeps, event: Event, at: number): Promise<Routing> {
  const { store, subscriptions, folding } = deps;
  const known = await subscriptions.all();
  const clock = () => at;
  const rows = await deliveriesFor({ ...store, subscriptions, clock, folding }, [event]);
  const job = await store.jobs.get(event.subject);
  const named = job ? notifySubscriptions(job, known, subscriptions.unseal) : [];
  const all = [...new Map([...known, ...named].map((one) => [one.id, one])).values()];
  const routes = all.map(async (one): Promise<Route> => {
    const mismatch = explainMismatch(one.pattern, envelope(event));
    const own = rows.filter(({ subscription }) => subscription === one.id);
    const reached = own.length > 0;
    return {
      subscription: one.id,
      name: one.name,
      channel: one.channel,
      by: reached ? byWhat(one, mismatch, named) : null,
      mismatch,
      says: reached ? headline(describe(event, one.targets[0]?.reader)) : null,
      targets: await Promise.all(own.map((row) => fateOf(deps, one, row, event, at))),
    };
  });
  return { event, at, routes: await Promise.all(routes) };
}

function byWhat({ id }: Subscription, mismatch: string | null, named: readonly Subscription[]): Route['by'] {
  if (mismatch === null && !isAdHoc(id)) return 'pattern';
  return named.some((one) => one.id === id) ? 'notify' : 'alarm';
}

const WAITS = {
  mute: 'it is muted',
  quiet_hours: 'its quiet hours are on',
  digest: 'its digest tells of it together with others',
  rate: 'too many messages came in the last minutes: one message tells of it together with others',
} as const;

/** In the order in which a delivery is judged when it is taken up. */
async function fateOf(
  deps: RoutingDeps,
  subscription: Subscription,
  row: Delivery,
  event: Event,
  at: number,
): Promise<RouteTarget> {
  const { store } = deps;
  const { id, paused, fault, channel, ordered } = subscription;
  const { shown } = row;
  const endpoint = await endpointRow(store.endpoints, channel, row);
  const held = (why: string): RouteTarget => ({ shown, fate: 'held', why, at: null });
  if (isUnsubscribed(endpoint)) return { shown, fate: 'dropped', why: 'its owner unsubscribed', at: null };
  if (fault === 'locked') return held('its secrets are missing or cannot be opened');
  if (fault === 'unverified')
    return held(`its receiver has not answered the challenge: ${verifyCommand(id)}`);
  if (paused) return held(`it is paused: ${resumeCommand(id)}`);
  if (endpoint?.state === 'disabled') return held(`its target is disabled: ${resumeCommand(id)}`);
  const timed = await timedWindowOf(deps, subscription, event, at);
  if (timed && mayBeGathered(row))
    return {
      shown,
      fate: 'waits',
      why: timed.mute ? `it is muted (${timed.mute})` : WAITS[timed.why],
      at: timed.closesAt,
    };
  if (endpoint && isPaused(endpoint, at))
    return {
      shown,
      fate: 'waits',
      why: 'its target asked to wait, or did not answer',
      at: endpoint.pausedUntil,
    };
  if (row.state === 'folded')
    return { shown, fate: 'waits', why: `the message of group ${row.fold!.group} tells of it`, at: null };
  const rolled = await rollupOfMany(deps, subscription, row, event, at, endpoint);
  if (rolled) return { shown, fate: 'waits', why: WAITS.rate, at: rolled.closesAt };
  if (ordered) return { shown, fate: 'sent', why: 'behind earlier events of the same job', at };
  return { shown, fate: 'sent', why: null, at };
}

const seenOf = (event: Event, at: number) => ({
  kind: event.kind,
  isFailure: isFailure(briefOf(event)),
  since: at,
  alone: false,
});

async function timedWindowOf(
  { subscriptions, folding: { rules } }: RoutingDeps,
  subscription: Subscription,
  event: Event,
  at: number,
): Promise<Gathering | null> {
  const { id, channel, windows = {} } = subscription;
  const rollup = rollupOf(subscription, rulesOf(rules, channel));
  const mutes = (await subscriptions.mutes?.()) ?? [];
  const seen = { ...seenOf(event, at), few: fewAfter(windows, rollup), windows };
  return mutedUntil(mutes, event, id, seen, at) ?? timedWindow(windows, rollup, seen, at);
}

/** What its target got in the last minutes decides whether one event more is told of singly. */
async function rollupOfMany(
  { store, folding: { rules } }: RoutingDeps,
  subscription: Subscription,
  row: Delivery,
  event: Event,
  at: number,
  endpoint: Endpoint | null,
): Promise<Gathering | null> {
  const rollup = rollupOf(subscription, rulesOf(rules, row.channel));
  const target = subscription.targets.find((one) => one.endpoint === row.endpoint);
  if (!rollup || !target || !mayBeGathered(row) || isUrgent(event)) return null;
  if (await hasMessage({ store, rules, clock: () => at }, row, target, event)) return null;
  const seen = seenOf(event, at);
  const rolled = rolledUp(endpoint ?? newEndpoint(row, at), rollup, seen, at);
  return rolled && beforeQuiet(rolled.gathering, subscription.windows ?? {}, seen);
}
