import { createHash } from 'node:crypto';
import type { EventKind } from './event-kinds.ts';
import type { Event, JobData } from './event-schema.ts';
import { truncate, MAX } from './bounds.ts';
import { consoleUrlOf, JOB_EVENTS, type Job, type JobEventKind } from './job.ts';
import type { JobError } from './observation.ts';
import type { Origin, OriginEventKind } from './origin.ts';
import type { OutboxEntry } from '../row.ts';

export { EVENT_KINDS, PING, SUBSCRIPTION_DISABLED, type EventKind } from './event-kinds.ts';
export type * from './event-schema.ts';

export type JobEvent = Extract<Event, { kind: JobEventKind }>;

/** EventBridge's word for who published. */
export const SOURCE = 'jobchime';
/** The part of an event that a bus carries as `detail`. */
export const toDetail = ({ metadata, data }: Event): Pick<Event, 'metadata' | 'data'> => ({ metadata, data });

export function isJobEvent(event: Event): event is JobEvent;
export function isJobEvent(event: Pick<Event, 'kind'>): boolean;
export function isJobEvent({ kind }: Pick<Event, 'kind'>): boolean {
  return (JOB_EVENTS as readonly string[]).includes(kind);
}

/** The same subject, generation and kind give the same id: that is how a repeat is recognised. */
export function eventId(subject: string, generation: number, kind: EventKind | 'job.refused'): string {
  return `evt_${digest(subject, generation, kind)}`;
}

/** 128 bits in hex: no dots (Standard Webhooks forbids them in ids), and no accident to fear. */
export const digest = (...parts: (string | number)[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);

const iso = (at: number): string => new Date(at).toISOString();
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

const meta = (id: string, entry: OutboxEntry, correlationId?: string | null): Event['metadata'] => ({
  id,
  version: 1,
  time: iso(entry.at),
  sequence: entry.sequence,
  ...(correlationId ? { correlationId } : {}),
});

/** Built from the stored row alone, so that publishing again publishes the same. */
export function jobEvent(row: Job, entry: OutboxEntry<JobEventKind>): Event {
  const consoleUrl = consoleUrlOf(row);
  return {
    kind: entry.kind,
    subject: row.key,
    metadata: meta(eventId(row.key, row.createdAt, entry.kind), entry, row.correlationId),
    data: {
      job: {
        key: row.key,
        origin: row.origin,
        service: row.service,
        cloud: row.cloud,
        region: row.region,
        projectId: row.projectId,
        jobId: row.jobId,
        jobType: row.report?.jobType ?? null,
        ...(row.name ? { name: row.name } : {}),
        labels: row.labels,
        ...(row.requestedBy ? { requestedBy: row.requestedBy } : {}),
        ...(consoleUrl ? { consoleUrl } : {}),
      },
      status: row.status,
      outcome: outcomeOf(row, entry.kind),
      error: entry.kind === 'job.unreachable' ? troubleOf(row) : (row.report?.error ?? null),
      subJobs: row.report?.subJobs ?? { total: 0, succeeded: 0, failed: 0, running: 0 },
      beganAt: row.report?.beganAt ?? null,
      endedAt: row.report?.endedAt ?? null,
      trackedAt: iso(row.createdAt),
      detectedAt: isoOrNull(row.detectedAt),
      ...(row.usual && { usual: row.usual }),
      entities: row.report?.entities ?? {},
    },
  };
}

function outcomeOf(row: Job, kind: JobEventKind): JobData['outcome'] {
  if (kind === 'job.lost' || row.state === 'lost') return row.lostReason;
  return row.state === 'outstanding' ? null : row.state;
}

/** The trouble with asking, as the row remembers it: while its news waits, nobody asks. */
function troubleOf({ history }: Job): JobError {
  const { reason = '', detail = '' } = history.at(-1) ?? {};
  return { code: null, reason: truncate(`${reason}: ${detail}`, MAX.text), subJobs: [], subJobsOmitted: 0 };
}

export function originEvent(row: Origin, entry: OutboxEntry<OriginEventKind>): Event {
  const subject = `origin/${row.key}`;
  return {
    kind: entry.kind,
    subject,
    metadata: meta(eventId(subject, row.since, entry.kind), entry),
    data: {
      origin: row.key,
      reason: row.reason ?? 'unavailable',
      detail: row.detail,
      since: iso(row.since),
      outstanding: row.outstanding,
    },
  };
}
