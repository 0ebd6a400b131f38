import { createHash } from 'node:crypto';
import { TARGET_EVENTS, type EventKind, type TargetEventKind } from './event-kinds.ts';
import { iso, valuesOf } from './event-fields.ts';
import type { Event } from './event-schema.ts';
import { JOB_EVENTS, type Job, type JobEventKind } from './job.ts';
import { JOB_DATA } from './job-data.ts';
import type { Origin, OriginEventKind } from './origin.ts';
import { ORIGIN_DATA } from './origin-data.ts';
import type { OutboxEntry } from '../row.ts';

export { EVENT_KINDS, PING, type EventKind, type TargetEventKind } from './event-kinds.ts';
export type * from './event-schema.ts';

export type JobEvent = Extract<Event, { kind: JobEventKind }>;

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

export const isTargetEvent = (event: Event): event is TargetEvent =>
  (TARGET_EVENTS as readonly string[]).includes(event.kind);

/** The same subject, generation and kind give the same id: that is how a repeat is recognised. */
export function eventId(subject: string, generation: number, kind: EventKind | 'job.refused'): string {
  return `evt_${digest(subject, generation, kind)}`;
}

/** 128 bits in hex: no dots (Standard Webhooks forbids them in ids), and no accident to fear. */
export const digest = (...parts: (string | number)[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);

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
