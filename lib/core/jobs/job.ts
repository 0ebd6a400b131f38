import type { Report } from './observation.ts';
import { checkQueue, type OutboxEntry, type Row } from '../row.ts';

/** What somebody hands in to be watched. */
export interface JobSpec {
  origin: string;
  projectId: string;
  jobId: string;
  name?: string;
  labels?: Record<string, string>;
  requestedBy?: string;
  correlationId?: string;
  /** The trace that it is part of, as W3C Trace Context has it. */
  traceparent?: string;
  /** Epoch milliseconds after which an outstanding job is reported as overdue, once. */
  deadlineAt?: number;
  /** Targets of this job's messages beyond the subscriptions: `slack:NAME`, `mailto:...`, `https://...`. */
  notify?: string[];
  /** The name of the group that it is a member of. */
  group?: string;
  /** So many jobs close the group. */
  expect?: number;
  /** The command that started it has ended, and does not wait for it. */
  outlived?: boolean;
}

/** What the events say of the origin a job belongs to; copied into the row, since an event is built from the row alone. */
export interface OriginInfo {
  origin: string;
  service: string;
  cloud: string;
  region: string;
  /** The page of the service in the cloud's console, where that is known. */
  consoleUrl?: string;
}

/** What the row of a job says of the group it is a member of. */
export interface GroupRef {
  key: string;
  name: string;
  run: number;
}

/** The URL of a target, as a job's row keeps it: who knows such a URL can often post there. */
export interface SealedUrl {
  /** As in `Target`. */
  endpoint: string;
  shown: string;
  sealed: string;
}
/** Whom a job names, as its row keeps it. */
export type Named = string | SealedUrl;

export type JobState = 'outstanding' | Outcome;
export type Outcome = 'succeeded' | 'failed' | 'lost';
export type LostReason = 'expired' | 'payment_expired' | 'unknown' | 'gave_up';

export const JOB_EVENTS = [
  'job.succeeded',
  'job.failed',
  'job.lost',
  'job.overdue',
  'job.payment_pending',
  'job.unreachable',
] as const;
export type JobEventKind = (typeof JOB_EVENTS)[number];

/**
 * A tracked job. `createdAt` is its generation: part of every event id, so the same job id tracked anew after
 * a removal emits its events anew, and anything repeated within one generation is recognised.
 */
export interface Job extends Row, OriginInfo {
  state: JobState;
  projectId: string;
  jobId: string;
  name: string | null;
  labels: Record<string, string>;
  requestedBy: string | null;
  correlationId: string | null;
  /** Only where it was handed in with one. */
  traceparent?: string;
  deadlineAt: number | null;
  /** See `JobSpec`; only where somebody was named. */
  notify?: Named[];
  /** When it was last checked; epoch milliseconds. Behind by minutes where checks without a change are not written. */
  checkedAt: number | null;
  /** When to check again; `due` says so too, except while the outbox waits to be published. */
  nextCheckAt: number;
  /** The cloud's own word at the last answer that had one. */
  status: string | null;
  /** What the job was when it was last seen: decides between `expired` and `unknown` once it is gone. */
  seen: 'never' | 'running' | 'awaiting_payment';
  /** When the cloud last said how it stands; epoch milliseconds. Behind by minutes, as `checkedAt` is. */
  seenAt?: number;
  /** When it was last seen waiting for payment: its clock does not start before that. Epoch milliseconds. */
  unpaidAt?: number;
  /** Answers in a row that the job is not known; `count` goes up to what confirms it. */
  notFound: { count: number; since: number } | null;
  /** Checks of it that failed in a row, if its last one did. */
  failing?: Failing | null;
  /** Why it was reported as lost; kept when it is found after all. */
  lostReason: LostReason | null;
  report: Report | null;
  /** How long such jobs usually took when its last event was written; only where enough was known. */
  usual?: Usual;
  /** The deadline that it missed; only of one that was reported as overdue. Epoch milliseconds. */
  overdueSince?: number;
  /** Epoch milliseconds at which its end was found out. */
  detectedAt: number | null;
  /** The command that started it has ended before it: nobody but us tells what became of it. */
  outlived?: true;
  /** What it is a member of, for good. */
  group?: GroupRef;
  outbox: OutboxEntry<JobEventKind>[];
  /** Every kind ever put into `outbox`; its length is the sequence. A job that is lost may turn up and end after all. */
  emitted: JobEventKind[];
  /** Changes of observation, oldest first, the newest 20. */
  history: { at: number; reason: string; detail: string }[];
}

/** How long such jobs took, in milliseconds: a tenth took no longer than `p10`, half no longer than `p50`. */
export interface Usual {
  p10: number;
  p50: number;
  p90: number;
  /** Jobs that this is learnt from; of old ones only a part counts. */
  count: number;
}

/** Counts no further than anything depends on it: a count that goes on would be a write at each check. */
export interface Failing {
  count: number;
  /** Of the first one; epoch milliseconds. */
  since: number;
  /** After how many of them another job had been answered since the one before: then the trouble is this job's alone. */
  alone: number;
}

/** Ids are opaque, but they enter URLs and keys: this covers every form the clouds are known to use. */
export const ID = /^[A-Za-z0-9][A-Za-z0-9-]{0,63}$/;
export const ORIGIN_NAME = /^[a-z0-9][a-z0-9-]{0,39}$/;

/** Where to look at what a job works on, in the cloud's console: at the resource, or at all of its kind. */
export const consoleUrlOf = (row: Job): string | null => row.report?.consoleUrl ?? row.consoleUrl ?? null;

/** Job ids are unique only within one system and project. */
export const jobKey = (spec: Pick<JobSpec, 'origin' | 'projectId' | 'jobId'>): string =>
  `${spec.origin}/${spec.projectId}/${spec.jobId}`;
/** The project in a job's key: no part of it has a slash. */
export const projectIn = (key: string): string => key.split('/')[1] ?? '';

/** A new outstanding job, due for its first check at `firstCheckAt`. Not stored yet: version 0. */
export function newJob(
  spec: Omit<JobSpec, 'notify' | 'group' | 'expect'> & Pick<Job, 'notify'>,
  info: OriginInfo,
  now: number,
  firstCheckAt: number,
): Job {
  return {
    key: jobKey(spec),
    version: 0,
    state: 'outstanding',
    createdAt: now,
    due: { queue: checkQueue(spec.origin), at: firstCheckAt },
    ...info,
    projectId: spec.projectId,
    jobId: spec.jobId,
    name: spec.name ?? null,
    labels: spec.labels ?? {},
    requestedBy: spec.requestedBy ?? null,
    correlationId: spec.correlationId ?? null,
    ...(spec.traceparent && { traceparent: spec.traceparent }),
    deadlineAt: spec.deadlineAt ?? null,
    ...(spec.notify && spec.notify.length > 0 && { notify: spec.notify }),
    ...(spec.outlived && { outlived: true as const }),
    checkedAt: null,
    nextCheckAt: firstCheckAt,
    status: null,
    seen: 'never',
    notFound: null,
    lostReason: null,
    report: null,
    detectedAt: null,
    outbox: [],
    emitted: [],
    history: [],
  };
}
