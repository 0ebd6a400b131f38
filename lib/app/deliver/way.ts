import { isMailbox, rulesOf, type AllRules } from '../../core/notify/channel.ts';
import type { Delivery } from '../../core/notify/delivery.ts';
import { isPaused, newEndpoint, timesHung, type Endpoint } from '../../core/notify/endpoint.ts';
import { isAdHoc, notifySubscriptions } from '../../core/notify/notify.ts';
import { gapOf } from '../../core/notify/send-pace.ts';
import { rollupOf } from '../../core/notify/windows.ts';
import type { Subscription, Target } from '../../core/notify/subscription.ts';
import type { Event } from '../../core/jobs/event.ts';
import { groupOfSubject, isOfGroup } from '../../core/jobs/group.ts';
import { membersOf } from '../../core/jobs/member.ts';
import { pagesOf } from '../../core/pages-of.ts';
import type { Clock, Store, Subscriptions } from '../../ports.ts';
import { endpointRow } from './endpoint-row.ts';

/** What it takes to know where a delivery goes. */
export interface WhereDeps {
  store: Pick<Store, 'jobs' | 'events' | 'deliveries' | 'endpoints' | 'groups' | 'members'>;
  subscriptions: Subscriptions;
  clock: Clock;
}

export interface Way {
  target: Target;
  endpoint: Endpoint;
}

export const takesMessages = async (deps: WhereDeps, row: Delivery): Promise<boolean> =>
  takes(await endpointOf(deps, row), deps.clock());
const takes = (endpoint: Endpoint, now: number): boolean =>
  endpoint.state === 'ok' && timesHung(endpoint) === 0 && !isPaused(endpoint, now);

/** Where a new delivery goes that can go out as it is; null where something else may be to be done with it first. */
export async function wayOf(deps: WhereDeps & { rules: AllRules }, row: Delivery): Promise<Way | null> {
  const subscription = await subscriptionOf(deps, row);
  const target = targetOf(subscription, row);
  if (target?.endpoint !== row.endpoint || subscription?.paused || subscription?.fault) return null;
  if (subscription?.ordered) return null;
  // What may have to be gathered goes by the table, too.
  if (subscription && (await mayHaveToWait(deps, subscription))) return null;
  const endpoint = await endpointOf(deps, row);
  // Where the last message did not arrive, the next one takes no place from those that arrive.
  const isFree = !endpoint.outage && gapOf(endpoint, rulesOf(deps.rules, row.channel)) === 0;
  return isFree && takes(endpoint, deps.clock()) ? { target, endpoint } : null;
}

async function mayHaveToWait(
  { subscriptions, rules }: WhereDeps & { rules: AllRules },
  subscription: Subscription,
): Promise<boolean> {
  const { digest, quiet } = subscription.windows ?? {};
  if (digest || quiet || rollupOf(subscription, rulesOf(rules, subscription.channel))) return true;
  return ((await subscriptions.mutes?.()) ?? []).length > 0;
}

/** Null where it is no longer kept. A row of an earlier version carries its event itself. */
export async function eventOf({ store }: WhereDeps, { event }: Delivery): Promise<Event | null> {
  if ('data' in event) return event as Event;
  return (await store.events.get(event.metadata.id))?.event ?? null;
}

/** One that was named when jobs were tracked is there as long as the row of one of them. */
export async function subscriptionOf(deps: WhereDeps, row: Delivery): Promise<Subscription | undefined> {
  const known = await deps.subscriptions.all();
  const isMeant = ({ id }: Subscription): boolean => id === row.subscription;
  if (!isAdHoc(row.subscription)) return known.find(isMeant);
  for await (const key of jobsOf(deps, row)) {
    const job = await deps.store.jobs.get(key);
    const named = job && notifySubscriptions(job, known, deps.subscriptions.unseal).find(isMeant);
    if (named) return named;
  }
  return undefined;
}

/** The jobs that a delivery tells of, by their keys: each may name whom it is for. */
async function* jobsOf(
  { store: { groups, members } }: WhereDeps,
  { via, event, window }: Delivery,
): AsyncGenerator<string> {
  for (const subject of new Set([via ?? event.subject, event.subject, ...(window?.named ?? [])])) {
    yield subject;
    const group = isOfGroup(subject) ? await groups.get(groupOfSubject(subject)) : null;
    if (!group) continue;
    const pages = pagesOf((page) => members.list({ prefix: membersOf(group), ...page }), PAGE);
    for await (const rows of pages) yield* rows.map(({ job }) => job);
  }
}
const PAGE = 200;

export function targetOf(subscription: Subscription | undefined, row: Delivery): Target | null {
  if (!subscription || subscription.channel !== row.channel) return null;
  const same = subscription.targets.find((target) => isSame(target, row));
  // A changed URL takes over what waits for the old one; a changed list of mail addresses says who wants no more mail.
  return same ?? (isMailbox(subscription.channel) ? null : (subscription.targets[0] ?? null));
}

/** A mailbox that is written in other capitals now is still the same. */
const isSame = (target: Target, row: Delivery): boolean =>
  target.endpoint === row.endpoint ||
  (isMailbox(row.channel) && target.shown.toLowerCase() === row.shown.toLowerCase());

export const endpointOf = async (deps: WhereDeps, row: Delivery): Promise<Endpoint> =>
  (await endpointRow(deps.store.endpoints, row.channel, row)) ?? newEndpoint(row, deps.clock());
