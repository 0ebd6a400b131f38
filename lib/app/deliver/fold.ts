import type { Event } from '../../core/jobs/event.ts';
import { FOLDED, memberKey } from '../../core/jobs/member.ts';
import type { JobEventKind } from '../../core/jobs/job.ts';
import type { AllRules } from '../../core/notify/channel.ts';
import { via, type Delivery } from '../../core/notify/delivery.ts';
import { folded } from '../../core/notify/delivery-steps.ts';
import { notifySubscriptions } from '../../core/notify/notify.ts';
import { matches } from '../../core/notify/pattern.ts';
import { envelope } from '../../core/notify/presets.ts';
import { deliveriesTo } from '../../core/notify/route.ts';
import type { Subscription } from '../../core/notify/subscription.ts';
import type { Store, Subscriptions } from '../../ports.ts';
import { foldAgain } from '../sweep/fold-members.ts';

export interface FoldDeps {
  groups: Store['groups'];
  members: Pick<Store['members'], 'get'>;
  events: Pick<Store['events'], 'get'>;
  rules: AllRules;
}

/** Whether the messages of groups stand for those of their members. Where it does not say, its channel does. */
const folds = ({ fold, channel }: Subscription, rules: AllRules): boolean =>
  (fold ?? rules[channel]?.fold ?? 'none') === 'group';

/**
 * What is sent of the event of a member: to those who are told of groups, the group's own message in its place. Its delivery is
 * still stored, and waits for that message. What the message does not count, since the group had ended before, is sent, and
 * what outlived its command, since somebody has to take it over.
 */
export async function withoutFolded(
  { groups, members, rules }: FoldDeps,
  event: Event,
  rows: readonly Delivery[],
  known: readonly Subscription[],
): Promise<Delivery[]> {
  const key = groupOf(event);
  const folding = new Set(known.filter((one) => folds(one, rules)).map(({ id }) => id));
  const isFolded = ({ subscription }: Delivery): boolean => folding.has(subscription);
  if (key === null || !rows.some(isFolded)) return [...rows];
  const group = await groups.get(key);
  const isCounted =
    group?.state !== 'ended' ||
    (await members.get(memberKey(group, event.subject)))?.events.includes(event.metadata.id);
  return rows.map((row) => (group && isCounted && isFolded(row) ? folded(row, key) : row));
}

const groupOf = ({ kind, data }: Event): string | null =>
  FOLDED.includes(kind as JobEventKind) && 'job' in data && !data.outlived
    ? (data.job.group?.key ?? null)
    : null;

/** What a group says of its first failed member goes to the targets that would have got the member's own event. */
export async function insteadOfFirst(
  { events, rules }: FoldDeps,
  { jobs, subscriptions }: { jobs: Pick<Store['jobs'], 'get'>; subscriptions: Subscriptions },
  event: Event,
  all: readonly Subscription[],
  now: number,
): Promise<Delivery[]> {
  const first = 'first' in event.data ? event.data.first : undefined;
  const stored = first?.event === undefined ? null : await events.get(first.event);
  if (!first || !stored) return [];
  const seen = envelope(stored.event);
  const job = await jobs.get(first.key);
  const named = job?.notify ? notifySubscriptions(job, all, subscriptions.unseal) : [];
  const wanting = [...all.filter((one) => matches(one.pattern, seen)), ...named];
  const rows = wanting.filter((one) => folds(one, rules)).flatMap((one) => deliveriesTo(event, one, now));
  return rows.map((row) => via(row, first.key));
}

/** A bus may bring the event of a member after the end of its group. */
export async function afterTheEnd(
  { groups }: FoldDeps,
  clock: () => number,
  rows: readonly Delivery[],
): Promise<void> {
  const waiting = rows.flatMap(({ fold, due }) => (fold && due !== null ? [fold.group] : []));
  for (const key of new Set(waiting)) await foldAgain({ groups, clock }, key);
}
