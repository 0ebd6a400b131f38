import type { Answer, Call } from '../exchange.ts';
import type { Status } from '../status.ts';

export type Body = Record<string, unknown>;

/** What jobs and sub-jobs have in common when they are shown. Times in epoch milliseconds. */
export interface Part {
  jobId: string;
  jobType: string;
  status: Status;
  /** The status as this system spells it. */
  word: string;
  beganAt: number;
  /** Null until it has ended. */
  endedAt: number | null;
  /** Null unless it has failed and was given one. */
  error: { code: string; reason: string } | null;
  entities: Body;
  subJobs: Part[];
}

/** A job as it is to be shown at one moment. */
export interface View extends Part {
  projectId: string;
  now: number;
  /** 0 to 1. */
  progress: number;
}

/** How a service puts an error of its own, which is not one of the gateway before it. */
export type ErrorStyle = (status: number, code: string, message: string, call: Call) => Answer;

/** Where one system differs from another, as its API reference has it. */
export interface System {
  /** The job query; where the id goes into the query string, with that. */
  path: string;
  /** Its list of jobs, where it has one: the path, and the body that shows those of `bodies`, each as `show` has it. */
  list?: { path: string; show: (bodies: Body[]) => Body };
  /** Its spellings of a status, the usual one first. Only those that a job may be configured to use. */
  words: Record<Exclude<Status, 'PENDING_PAYMENT'>, readonly [string, ...string[]]>;
  ids: 'hex' | 'uuid';
  /** The body that shows a job. */
  show: (job: View) => Body;
  error: ErrorStyle;
  /** What it says about an id that it does not know. */
  unknownJob: readonly [status: number, code: string, message: string];
  /** In place of that, where a job it does not know is no error. */
  nothing?: Body;
  /** Whose id `{project_id}` is: an account's, and all that the account has is let in. Left out: a project's. */
  scope?: 'account';
  subJobs: boolean;
  /** The status PENDING_PAYMENT exists. */
  pendingPayment: boolean;
  /** A failed sub-job may explain itself in `entities.errorcode_message`. */
  errorcodeMessage: boolean;
  jobType: string;
  subJobType: string;
  /** What a successful job made, when nothing was scripted. */
  made: (jobId: string, projectId: string) => Body;
  /** The link that the submit call answers beside the job id. */
  submitUri: ((jobId: string, projectId: string) => string) | null;
  /** How long an ended job is remembered, where it is not a day; milliseconds. */
  endedMs?: number;
  /** How long a fresh job is not found, where it takes time; milliseconds. */
  unknownForMs?: number;
}

export const UPPER_CASE: System['words'] = {
  INIT: ['INIT'],
  RUNNING: ['RUNNING'],
  SUCCESS: ['SUCCESS'],
  FAIL: ['FAIL'],
};

/** What most systems have in common. */
export const PLAIN = {
  words: UPPER_CASE,
  ids: 'hex',
  subJobs: true,
  pendingPayment: false,
  errorcodeMessage: false,
  submitUri: null,
} as const;
