import { eventId } from '../../core/jobs/event.ts';
import { groupSubject, type Group } from '../../core/jobs/group.ts';
import type { Job } from '../../core/jobs/job.ts';
import { membersOf } from '../../core/jobs/member.ts';
import { pagesOf } from '../../core/pages-of.ts';
import { deliverQueue, laterQueue, type Row } from '../../core/row.ts';
import { isEnded, type Delivery } from '../../core/notify/delivery.ts';
import { isUnsubscribed, type Endpoint } from '../../core/notify/endpoint.ts';
import type { Clock, ListQuery, Store, Subscriptions, Table, Telemetry } from '../../ports.ts';

export interface PurgeDeps {
  store: Pick<Store, 'jobs' | 'groups' | 'members' | 'events' | 'deliveries' | 'endpoints'>;
  subscriptions: Subscriptions;
  clock: Clock;
  telemetry: Telemetry;
  /** How long what has ended is kept, in milliseconds. At least a day, or a late repetition would not be recognised. */
  retention: number;
  /** Between two pages others have their turn. */
  rest(ms: number): Promise<void>;
  /** Milliseconds that nobody sets back: how long a page took. */
  ticks: Clock;
}

export interface Purged {
  deliveries: number;
  jobs: number;
  groups: number;
  events: number;
  endpoints: number;
}

/** Rows read between two rests: some milliseconds of work, and one short transaction. */
const PAGE = 100;
/** A rest lasts this many times as long as the page before it: purging takes a tenth of the time, since nobody waits for it. */
const RESTS = 9;

const OVER: readonly Delivery['state'][] = ['delivered', 'failed', 'folded', 'bundled'];

/**
 * Forgets what ended long ago: deliveries first, then jobs and events of which nothing is still on its way, then what was noted about
 * endpoints that nobody uses any more. Nothing that waits is removed; `expire` ends what has waited for too long. Killed in
 * between, the next purge goes on.
 *
 * Nobody waits for it, so it takes its time: a page, and then a rest, which is longer where others have much to do.
 */
export async function purge(deps: PurgeDeps, keepOn: () => boolean = () => true): Promise<Purged> {
  const { store } = deps;
  const end = deps.clock() - deps.retention;
  const subscribed = new Set(
    (await deps.subscriptions.all()).flatMap((s) => s.targets.map((t) => t.endpoint)),
  );
  const rounds = { ...deps, end, keepOn };

  let deliveries = 0;
  for (const state of OVER) {
    deliveries += await forget(rounds, store.deliveries, { state }, (row) => isForgotten(store, row, end));
  }
  let jobs = 0;
  for (const state of ['succeeded', 'failed', 'lost'] as const) {
    jobs += await forget(rounds, store.jobs, { state }, (job) => isOver(store, job, end));
  }
  const groups = await forget(rounds, store.groups, { state: 'ended' }, (group) =>
    isRunOver(store, group, end),
  );
  const events = await forget(rounds, store.events, {}, ({ key }) => hasNoDeliveries(store, key));
  const endpoints = await forget(rounds, store.endpoints, {}, (row) => isUnused(deps, row, subscribed));
  const purged = { deliveries, jobs, groups, events, endpoints };
  if (deliveries + jobs + groups + events + endpoints > 0)
    deps.telemetry.line('info', 'store.purged', { ...purged });
  return purged;
}

/** Removes what is to be forgotten among the rows created before `end`. One that changes meanwhile stays for the next time. */
async function forget<R extends Row>(
  { end, keepOn, rest, ticks }: Pick<PurgeDeps, 'rest' | 'ticks'> & { end: number; keepOn: () => boolean },
  table: Table<R>,
  query: Pick<ListQuery, 'state'>,
  isOver: (row: R) => Promise<boolean>,
): Promise<number> {
  let removed = 0;
  if (!keepOn()) return removed;
  let began = ticks();
  for await (const rows of pagesOf((page) => table.list({ ...query, before: end, ...page }), PAGE)) {
    const over = await Promise.all(rows.map(isOver));
    const gone = await Promise.all(rows.filter((_, i) => over[i]).map((row) => table.remove(row)));
    removed += gone.filter((one) => one === 'removed').length;
    await rest((ticks() - began) * RESTS);
    if (!keepOn()) break;
    began = ticks();
  }
  return removed;
}

/** What a message of a window tells of is kept until that message has arrived, or is given up. */
async function isForgotten({ deliveries }: PurgeDeps['store'], row: Delivery, end: number): Promise<boolean> {
  if (lastTouched(row) >= end) return false;
  const window = row.state === 'bundled' ? await deliveries.get(row.gathered!.window) : null;
  return !window || isEnded(window);
}

/** A delivery that was held for weeks and then let go is young although its row is old. */
const lastTouched = (row: Delivery): number =>
  Math.max(row.createdAt, row.releasedAt ?? 0, row.attempts.at(-1)?.at ?? 0, row.asked?.at(-1)?.at ?? 0);

async function isOver(store: PurgeDeps['store'], job: Job, end: number): Promise<boolean> {
  if (job.outbox.length > 0 || job.detectedAt === null || job.detectedAt >= end) return false;
  // It was reported lost and is still checked, in case it turns up.
  if (job.due !== null) return false;
  // What is left of its deliveries is unfinished, or still young enough to be asked about.
  const ids = job.emitted.map((kind) => eventId(job.key, job.createdAt, kind));
  return (await Promise.all(ids.map((id) => hasNoDeliveries(store, id)))).every(Boolean);
}

/** Its members go first: killed in between, it is found again. */
async function isRunOver(store: PurgeDeps['store'], group: Group, end: number): Promise<boolean> {
  if (group.outbox.length > 0 || group.due !== null || !group.end || group.end.at >= end) return false;
  const ids = group.emitted.map((kind) => eventId(groupSubject(group.key), group.createdAt, kind));
  if (!(await Promise.all(ids.map((id) => hasNoDeliveries(store, id)))).every(Boolean)) return false;
  const members = pagesOf((page) => store.members.list({ prefix: membersOf(group), ...page }), PAGE);
  for await (const rows of members) await Promise.all(rows.map((row) => store.members.remove(row)));
  return true;
}

async function hasNoDeliveries({ deliveries }: PurgeDeps['store'], event: string): Promise<boolean> {
  return (await deliveries.list({ prefix: `${event}/`, limit: 1 })).rows.length === 0;
}

/**
 * A healthy one is made again when it is needed; a disabled one says so as long as somebody subscribes it. That somebody
 * unsubscribed is remembered for ever: a subscription of next year must not reach them either.
 */
async function isUnused(
  { store, clock }: PurgeDeps,
  row: Endpoint,
  subscribed: ReadonlySet<string>,
): Promise<boolean> {
  if (row.outbox.length > 0 || row.pausedUntil > clock() || isUnsubscribed(row)) return false;
  if (row.state === 'disabled' && subscribed.has(row.key)) return false;
  const queues = [deliverQueue(row.key), laterQueue(row.key)];
  const waiting = await Promise.all(queues.map((queue) => store.deliveries.depth(queue)));
  return waiting.every(({ count }) => count === 0);
}
