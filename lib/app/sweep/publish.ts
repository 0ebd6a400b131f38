import { spansOfJob } from '../../core/spans.ts';
import { dueToPublish } from '../../core/jobs/due.ts';
import { groupEvent, jobEvent, originEvent, type Event } from '../../core/jobs/event.ts';
import { newEventRow } from '../../core/jobs/event-row.ts';
import { countedNext, type Group } from '../../core/jobs/group.ts';
import type { Job } from '../../core/jobs/job.ts';
import { FOLDED } from '../../core/jobs/member.ts';
import type { Origin } from '../../core/jobs/origin.ts';
import { cleared, type WithOutbox } from '../../core/outbox.ts';
import { LATEST, PUBLISH_QUEUE } from '../../core/row.ts';
import { published } from '../../core/jobs/transition.ts';
import type { Endpoint } from '../../core/notify/endpoint.ts';
import { endpointEvent } from '../../core/notify/endpoint-event.ts';
import type { Bus, Change, Clock, Saved, Store, Table, Telemetry } from '../../ports.ts';
import { tellGroup } from './tell-group.ts';

export interface PublishDeps {
  store: Store;
  bus: Bus;
  clock: Clock;
  telemetry: Telemetry;
}

/** A kind of row that has an outbox: where it is stored, the events of its outbox, and the row once these are published. */
interface OutboxTable<R extends WithOutbox> {
  name: Change<R>['table'];
  table: (store: Store) => Table<R>;
  events: (row: R) => Event[];
  acknowledged: (row: R, kinds: readonly string[]) => R;
  /** Who else is to hear of it, before its outbox is cleared. Null or left out: nobody. */
  also?: (row: R) => ((deps: PublishDeps) => Promise<void>) | null;
}

const jobs: OutboxTable<Job> = {
  name: 'jobs',
  table: (store) => store.jobs,
  events: (row) => row.outbox.map((entry) => jobEvent(row, entry)),
  acknowledged: published,
  also: (row) =>
    row.group && row.outbox.some(({ kind }) => FOLDED.includes(kind))
      ? ({ store, clock }) => tellGroup({ ...store, clock }, row)
      : null,
};
const origins: OutboxTable<Origin> = {
  name: 'origins',
  table: (store) => store.origins,
  events: (row) => row.outbox.map((entry) => originEvent(row, entry)),
  acknowledged: cleared,
};
const endpoints: OutboxTable<Endpoint> = {
  name: 'endpoints',
  table: (store) => store.endpoints,
  events: (row) => row.outbox.map((entry) => endpointEvent(row, entry)),
  acknowledged: cleared,
};

const groups: OutboxTable<Group> = {
  name: 'groups',
  table: (store) => store.groups,
  events: (row) => row.outbox.map((entry) => groupEvent(row, entry)),
  acknowledged: (row, kinds) => {
    const next = cleared(row, kinds, row.due);
    return next.outbox.length > 0 ? next : countedNext(next, next.nextAt);
  },
};

/** How long a row waits after the bus refused its events. */
const REFUSED_WAIT_MS = 10_000;

/**
 * Saves a row that has something in its outbox, and publishes that. Where the bus is part of the store, the row goes there with
 * an empty outbox, together with its events and their deliveries: one write, and nothing to find in between. Elsewhere, and
 * where the subscribers cannot be found, or a group is to hear of it too, the row is saved as it is (by `save`), and what was written is published.
 */
async function emit<R extends WithOutbox>(
  deps: PublishDeps,
  outbox: OutboxTable<R>,
  row: R,
  save: (row: R) => Promise<Saved<R>>,
): Promise<Saved<R>> {
  const change = await changeOf(deps, outbox, row);
  if (!change) {
    const saved = await save(row);
    if (saved.outcome === 'saved') await publishRow(deps, outbox, saved.row);
    return saved;
  }
  const { atOnce } = deps.bus.owning!;
  let saved: Saved<R>;
  try {
    saved = await deps.store.together!({ ...change, stored: (rows) => atOnce?.begin(rows) });
  } finally {
    atOnce?.end(change.deliveries);
  }
  if (saved.outcome === 'raced') return saved;
  // Where it goes to somebody, that line tells of the end as well.
  const sent = new Set(change.deliveries.map(({ event }) => event.metadata.id));
  for (const { event } of change.events)
    logPublished(deps, event, ACCEPTED, sent.has(event.metadata.id) ? 'debug' : 'info');
  await deps.bus.owning!.ring(change.deliveries);
  return saved;
}

/** Null where the steps are to be taken one by one. */
async function changeOf<R extends WithOutbox>(
  { store, bus: { owning }, clock }: PublishDeps,
  { name, events, acknowledged, also }: OutboxTable<R>,
  row: R,
): Promise<Change<R> | null> {
  if (!owning || !store.together || also?.(row)) return null;
  const built = events(row);
  const next = acknowledged(
    row,
    built.map(({ kind }) => kind),
  );
  try {
    const rows = await owning.deliveries(built, row);
    const deliveries = (await owning.atOnce?.claim(rows, built)) ?? rows;
    return { table: name, row: next, events: built.map((event) => newEventRow(event, clock())), deliveries };
  } catch {
    // The row is saved anyway and published later; the publisher reports what is wrong.
    return null;
  }
}

const ACCEPTED = { outcome: 'accepted' } as const;

/**
 * 1. builds the events from the stored row alone, and stores each unless it is there: what is published is what was written;
 * 2. hands them to the bus;
 * 3. tells the group of a job, which counts what it hears once;
 * 4. clears exactly the kinds that the bus took. Killed before that, the next sweep publishes them again under the same
 *    ids. Losing the race to clear means that somebody else published the same: nothing to do.
 */
async function publishRow<R extends WithOutbox>(
  deps: PublishDeps,
  outbox: OutboxTable<R>,
  row: R,
): Promise<void> {
  const built = outbox.events(row).map((event) => newEventRow(event, deps.clock()));
  const events = (await deps.store.events.create(built)).map((stored) => stored.row.event);
  const acks = await deps.bus.publish(events);
  const taken = events.filter((_, i) => acks[i]?.outcome === 'accepted').map((event) => event.kind);
  const isLeft = taken.length < events.length;
  events.forEach((event, i) => logPublished(deps, event, acks[i]));
  if (taken.length > 0) await outbox.also?.(row)?.(deps);
  const next = taken.length > 0 ? outbox.acknowledged(row, taken) : row;
  await outbox
    .table(deps.store)
    .save(isLeft ? { ...next, due: dueToPublish(deps.clock() + REFUSED_WAIT_MS) } : next);
}

/** Of a job that ended: how long after that it was seen. */
function detectionOf({ data }: Event): { origin?: string; detectedMs?: number } {
  if (!('job' in data) || data.detectedAt === null || data.endedAt === null) return {};
  return { origin: data.job.origin, detectedMs: Date.parse(data.detectedAt) - Date.parse(data.endedAt) };
}

function logPublished(
  deps: PublishDeps,
  event: Event,
  ack: Awaited<ReturnType<Bus['publish']>>[number] | undefined,
  level: 'info' | 'debug' = 'info',
): void {
  const fields = {
    id: event.metadata.id,
    kind: event.kind,
    subject: event.subject,
    ...detectionOf(event),
    outcome: ack?.outcome,
  };
  if (ack?.outcome === 'accepted') {
    deps.telemetry.spans?.(() => spansOfJob(event));
    return deps.telemetry.line(level, 'event.published', fields);
  }
  // Repeated under its id either way; but what is uncertain may be on its way.
  deps.telemetry.line('warn', ack?.outcome === 'uncertain' ? 'event.uncertain' : 'event.refused', {
    ...fields,
    detail: ack?.detail,
    nextTryInMs: REFUSED_WAIT_MS,
  });
}

/** Saves a job that has something in its outbox, and publishes that. `save`: how, where that is a step of its own. */
export const emitJob = (
  deps: PublishDeps,
  row: Job,
  save: (row: Job) => Promise<Saved<Job>>,
): Promise<Saved<Job>> => emit(deps, jobs, row, save);
export const emitOrigin = (deps: PublishDeps, row: Origin): Promise<Saved<Origin>> =>
  emit(deps, origins, row, (next) => deps.store.origins.save(next));

export const emitGroup = (deps: PublishDeps, row: Group): Promise<Saved<Group>> =>
  emit(deps, groups, row, (next) => deps.store.groups.save(next));

export const publishJob = (deps: PublishDeps, row: Job): Promise<void> => publishRow(deps, jobs, row);

/** What was written but not published: a process died in between, or the bus refused it. At most `limit` rows of a kind. */
export async function publishDue(deps: PublishDeps, limit: number): Promise<number> {
  const counts = await Promise.all([
    publishTable(deps, jobs, limit),
    publishTable(deps, origins, limit),
    publishTable(deps, endpoints, limit),
    publishTable(deps, groups, limit),
  ]);
  return counts.reduce((sum, n) => sum + n, 0);
}

async function publishTable<R extends WithOutbox>(
  deps: PublishDeps,
  outbox: OutboxTable<R>,
  limit: number,
): Promise<number> {
  const now = deps.clock();
  const waiting = await outbox.table(deps.store).due(PUBLISH_QUEUE, LATEST, limit);
  // What is due later than any wait ends was put there by a clock that has been set back since.
  const rows = waiting.filter(({ due }) => due!.at <= now || due!.at > now + 2 * REFUSED_WAIT_MS);
  await Promise.all(rows.map((row) => publishRow(deps, outbox, row)));
  return rows.length;
}
