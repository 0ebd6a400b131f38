/**
 * What one check of a job learned: a closed list. The kind branches the code, is the log field and the metric label.
 */
export type Observation = JobSeen | NotFound | Trouble | NotChecked;

/** The cloud answered with a status it documents. */
export interface JobSeen {
  kind: 'running' | 'succeeded' | 'failed' | 'awaiting_payment';
  /** The cloud's own word, for instance `SUCCESS`. */
  status: string;
  report: Report;
}

/**
 * The cloud does not know the job.
 * `confirmed`: the service itself said so (400 `Common.0011`), which proves that the route is right.
 * `unconfirmed`: a 404 without such words; it counts only when another job was answered on the same route after this job's first
 * 404 (`routeConfirmed`).
 */
export interface NotFound {
  kind: 'not_found';
  proof: 'confirmed' | 'unconfirmed';
  routeConfirmed: boolean;
  detail: string;
}

/** The check failed, not the job. It never settles a job and never uses up its chances. */
export interface Trouble {
  kind: TroubleKind;
  /** Redacted words for the log: the HTTP status, the gateway's code, what the network said. */
  detail: string;
  /** How long the cloud asks us to wait, in milliseconds. */
  retryAfterMs?: number;
  /** Of `throttled`: the limit that the cloud names, in calls a second. */
  limitPerSecond?: number;
  /** Of `denied`: signatures are refused because this machine's clock is ahead by so much, or behind; milliseconds. */
  clockAheadMs?: number;
  /** Another job was answered on the same route since this one was checked last: the trouble is this job's alone. */
  routeConfirmed?: boolean;
}
export const TROUBLES = ['throttled', 'denied', 'misrouted', 'unavailable', 'malformed'] as const;
export type TroubleKind = (typeof TROUBLES)[number];

/** The origin is in trouble, over budget or gone from the config: the job was due, only the clock was read. */
export interface NotChecked {
  kind: 'not_checked';
  detail: string;
  /** Epoch milliseconds: when asking makes sense again. */
  until: number;
}

/** What the cloud says of the job itself, in one shape for every dialect. Texts are redacted, not yet bounded. */
export interface Report {
  jobType: string | null;
  /** ISO 8601 in UTC, or null where the cloud sent none or one that does not parse. */
  beganAt: string | null;
  endedAt: string | null;
  error: JobError | null;
  subJobs: SubJobCounts;
  /** The cloud's own `entities`, opaque, without the sub-jobs. */
  entities: Record<string, unknown>;
  /** The page of the one resource it worked on, in the cloud's console. */
  consoleUrl?: string;
}

export interface JobError {
  code: string | null;
  /** The most telling words found in the parent, its children and what they embed. */
  reason: string | null;
  /** What to do about it, for codes that are well known; our own words. */
  hint?: string;
  /** Failed sub-jobs only. */
  subJobs: FailedSubJob[];
  /** Failed sub-jobs left out of the list above to bound its size. */
  subJobsOmitted: number;
}

export interface FailedSubJob {
  jobId: string | null;
  jobType: string | null;
  code: string | null;
  reason: string | null;
}

export interface SubJobCounts {
  total: number;
  succeeded: number;
  failed: number;
  running: number;
}

export const isTrouble = (o: Observation): o is Trouble => (TROUBLES as readonly string[]).includes(o.kind);
