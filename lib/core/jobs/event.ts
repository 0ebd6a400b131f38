import { TARGET_EVENTS, type TargetEventKind } from './event-kinds.ts';
import { eventId } from './event-id.ts';
import { iso, valuesOf } from './event-fields.ts';
import type { Event } from './event-schema.ts';
import { GROUP_EVENTS, groupSubject, type Group, type GroupEntry, type GroupEventKind } from './group.ts';
import { GROUP_DATA } from './group-data.ts';
import { JOB_EVENTS, type Job, type JobEventKind } from './job.ts';
import { JOB_DATA } from './job-data.ts';
import type { Origin, OriginEventKind } from './origin.ts';
import { ORIGIN_DATA } from './origin-data.ts';
import type { OutboxEntry } from '../row.ts';

export { digest, eventId } from './event-id.ts';
export { EVENT_KINDS, PING, SUMMARY, type EventKind, type TargetEventKind } from './event-kinds.ts';
export type * from './event-schema.ts';

export type JobEvent = Extract<Event, { kind: JobEventKind }>;

export type GroupEvent = Extract<Event, { kind: GroupEventKind }>;

export type TargetEvent = Extract<Event, { kind: TargetEventKind }>;

/** EventBridge's word for who published. */
export const SOURCE = 'jobchime';
/** The part of an event that a bus carries as `detail`. */
export const toDetail = ({ metadata, data }: Event): Pick<Event, 'metadata' | 'data'> => ({ metadata, data });

export function isJobEvent(event: Event): event is JobEvent;
export function isJobEvent(event: Pick<Event, 'kind'>): boolean;
export function isJobEvent({ kind }: Pick<Event, 'kind'>): boolean {
  return (JOB_EVENTS as readonly string[]).includes(kind);
}

export function isGroupEvent(event: Event): event is GroupEvent;
export function isGroupEvent(event: Pick<Event, 'kind'>): boolean;
export function isGroupEvent({ kind }: Pick<Event, 'kind'>): boolean {
  return (GROUP_EVENTS as readonly string[]).includes(kind);
}

export const isTargetEvent = (event: Event): event is TargetEvent =>
  (TARGET_EVENTS as readonly string[]).includes(event.kind);

const meta = (
  id: string,
  entry: OutboxEntry,
  { correlationId, traceparent }: Partial<Pick<Job, 'correlationId' | 'traceparent'>> = {},
): Event['metadata'] => ({
  id,
  version: 1,
  time: iso(entry.at),
  sequence: entry.sequence,
  ...(correlationId ? { correlationId } : {}),
  ...(traceparent ? { traceparent } : {}),
});

/** Built from the stored row alone, so that publishing again publishes the same. */
export const jobEvent = (row: Job, entry: OutboxEntry<JobEventKind>): Event => ({
  kind: entry.kind,
  subject: row.key,
  metadata: meta(eventId(row.key, row.createdAt, entry.kind), entry, row),
  data: valuesOf(JOB_DATA, { row, kind: entry.kind }),
});

export function originEvent(row: Origin, entry: OutboxEntry<OriginEventKind>): Event {
  const subject = `origin/${row.key}`;
  return {
    kind: entry.kind,
    subject,
    metadata: meta(eventId(subject, row.since, entry.kind), entry),
    data: valuesOf(ORIGIN_DATA, row),
  };
}

export function groupEvent(row: Group, entry: GroupEntry): Event {
  const subject = groupSubject(row.key);
  return {
    kind: entry.kind,
    subject,
    metadata: meta(eventId(subject, row.createdAt, entry.kind), entry),
    data: valuesOf(GROUP_DATA, { row, entry }),
  };
}
