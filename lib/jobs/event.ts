import { createHash } from 'node:crypto';
import * as z from 'zod';
import { JOB_EVENTS, type Job, type JobEventKind } from './job.ts';
import { ORIGIN_EVENTS, type Origin, type OriginEventKind } from './origin.ts';
import type { News } from './row.ts';

/** The contract of the bus: what `events/` documents is generated from these schemas. */
const time = z.iso.datetime().describe('UTC, ISO 8601');
const text = z.string().nullable();

const metadata = z.object({
  id: z.string().describe('Deterministic: the same fact has the same id however often it is published'),
  version: z.literal(1),
  time: time.describe('When the fact was found out'),
  sequence: z.int().positive().describe('Order of the events of one subject'),
  correlationId: z.string().optional(),
});

const job = z.object({
  key: z.string().describe('origin/projectId/jobId'),
  origin: z.string(),
  service: z.string(),
  cloud: z.string(),
  region: z.string(),
  projectId: z.string(),
  jobId: z.string(),
  jobType: text,
  name: z.string().optional(),
  labels: z.record(z.string(), z.string()),
  requestedBy: z.string().optional(),
});

const failedSubJob = z.object({ jobId: text, jobType: text, code: text, reason: text });
const error = z.object({
  code: text,
  reason: text,
  hint: z.string().optional().describe('What to do about it, where the code is well known'),
  subJobs: z.array(failedSubJob).describe('Failed sub-jobs only'),
  subJobsOmitted: z.int().nonnegative().describe('Failed sub-jobs left out to bound the size'),
});

const counts = z.object({
  total: z.int().nonnegative(),
  succeeded: z.int().nonnegative(),
  failed: z.int().nonnegative(),
  running: z.int().nonnegative(),
});

export const jobData = z.object({
  job,
  status: text.describe("The cloud's own word"),
  outcome: z
    .enum(['succeeded', 'failed', 'expired', 'payment_expired', 'unknown', 'gave_up'])
    .nullable()
    .describe('How it ended, null while outstanding; the last four say why a lost job is lost'),
  error: error.nullable(),
  subJobs: counts,
  beganAt: time.nullable(),
  endedAt: time.nullable(),
  trackedAt: time,
  detectedAt: time.nullable().describe('When the end was found out'),
  entities: z
    .record(z.string(), z.unknown())
    .describe("The cloud's own description of what the job worked on"),
});
export type JobData = z.infer<typeof jobData>;

export const originData = z.object({
  origin: z.string(),
  reason: z.string().describe('The kind of trouble: denied, misrouted, unavailable, malformed or throttled'),
  detail: z.string(),
  since: time.describe('Start of the spell'),
  outstanding: z.int().nonnegative().describe('Jobs that wait for this origin'),
});
export type OriginData = z.infer<typeof originData>;

export const subscriptionData = z.object({
  subscription: z.string(),
  channel: z.string(),
  target: z.string().describe('Shortened so that it gives nothing away'),
  reason: z.string(),
  since: time,
});
export type SubscriptionData = z.infer<typeof subscriptionData>;

export const pingData = z.object({
  subscription: z.string(),
  requestedBy: z.string().describe('Name of the token that asked for it'),
});
export type PingData = z.infer<typeof pingData>;

const eventOf = <K extends string, D extends z.ZodType>(kind: K, data: D) =>
  z.object({ kind: z.literal(kind), subject: z.string(), metadata, data });

const [succeeded, failed, lost, overdue, paymentPending] = JOB_EVENTS;
const [unreachable, recovered, atRisk] = ORIGIN_EVENTS;
export const SUBSCRIPTION_DISABLED = 'subscription.disabled';
/** A drill: it goes to the one subscription that it tries, whatever that subscription wants otherwise. */
export const PING = 'ping';

/** One fact on its way. `kind` is the bus's detail-type; `subject` is the key of what it is about. */
export const event = z.discriminatedUnion('kind', [
  eventOf(succeeded, jobData),
  eventOf(failed, jobData),
  eventOf(lost, jobData),
  eventOf(overdue, jobData),
  eventOf(paymentPending, jobData),
  eventOf(unreachable, originData),
  eventOf(recovered, originData),
  eventOf(atRisk, originData),
  eventOf(SUBSCRIPTION_DISABLED, subscriptionData),
  eventOf(PING, pingData),
]);
export type Event = z.infer<typeof event>;
export type EventKind = Event['kind'];
export const EVENT_KINDS: readonly EventKind[] = [
  ...JOB_EVENTS,
  ...ORIGIN_EVENTS,
  SUBSCRIPTION_DISABLED,
  PING,
];
export type JobEvent = Extract<Event, { kind: JobEventKind }>;

/** EventBridge's word for who published. */
export const SOURCE = 'jobchime';
/** The part of an event that a bus carries as `detail`. */
export const toDetail = ({ metadata, data }: Event): Pick<Event, 'metadata' | 'data'> => ({ metadata, data });

export const isJobEvent = (e: Event): e is JobEvent => (JOB_EVENTS as readonly string[]).includes(e.kind);

/** The same subject, generation and kind give the same id: that is how a repeat is recognised. */
export function eventId(subject: string, generation: number, kind: EventKind): string {
  return `evt_${digest(subject, generation, kind)}`;
}

/** 128 bits in hex: no dots (Standard Webhooks forbids them in ids), and no accident to fear. */
export const digest = (...parts: (string | number)[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);

const iso = (at: number): string => new Date(at).toISOString();
const isoOrNull = (at: number | null): string | null => (at === null ? null : iso(at));

const meta = (id: string, news: News, correlationId?: string | null): Event['metadata'] => ({
  id,
  version: 1,
  time: iso(news.at),
  sequence: news.sequence,
  ...(correlationId ? { correlationId } : {}),
});

/** Built from the stored row alone, so that publishing again publishes the same. */
export function jobEvent(row: Job, news: News<JobEventKind>): Event {
  return {
    kind: news.kind,
    subject: row.key,
    metadata: meta(eventId(row.key, row.createdAt, news.kind), news, row.correlationId),
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
      },
      status: row.status,
      outcome: row.state === 'outstanding' ? null : row.state === 'lost' ? row.lostReason : row.state,
      error: row.report?.error ?? null,
      subJobs: row.report?.subJobs ?? { total: 0, succeeded: 0, failed: 0, running: 0 },
      beganAt: row.report?.beganAt ?? null,
      endedAt: row.report?.endedAt ?? null,
      trackedAt: iso(row.createdAt),
      detectedAt: isoOrNull(row.detectedAt),
      entities: row.report?.entities ?? {},
    },
  };
}

export function originEvent(row: Origin, news: News<OriginEventKind>): Event {
  const subject = `origin/${row.key}`;
  return {
    kind: news.kind,
    subject,
    metadata: meta(eventId(subject, row.since, news.kind), news),
    data: {
      origin: row.key,
      reason: row.reason ?? 'unavailable',
      detail: row.detail,
      since: iso(row.since),
      outstanding: row.outstanding,
    },
  };
}
