import type { JobSeen } from '../jobs/observation.ts';

/** What a status word means. */
export type Meaning = JobSeen['kind'];

/** Where something stands in a JSON value, as a dotted path: `entities.sub_jobs`, `jobs.0`; empty for the value itself. */
export type Place = string;

/**
 * How one service spells its jobs. Data alone: a further service is one more entry, and nothing asks which one it is.
 */
export interface Dialect {
  /** The service's name in the events. */
  service: string;
  /** Of the job query, below the endpoint; the query string too where the service wants one. */
  path: string;
  /** Where the job stands in the answer. */
  job: Place;
  /** Where sub-jobs stand in a job, and again in a sub-job. */
  subJobs: Place;
  /** Where the rest stands, in a job as in a sub-job. */
  fields: {
    id: Place;
    type: Place;
    status: Place;
    beganAt: Place;
    endedAt: Place;
    entities: Place;
    code: Place;
    /** All places in which words on a failure were seen. */
    reasons: readonly Place[];
  };
  /** In lower case, since services spell the same word differently. A word that is not here is not understood. */
  status: Readonly<Record<string, Meaning>>;
}

/** Documented for all three systems. */
const STATUS = { init: 'running', running: 'running', success: 'succeeded', fail: 'failed' } as const;

const ECS: Dialect = {
  service: 'ecs',
  path: '/v1/{project_id}/jobs/{job_id}',
  job: '',
  subJobs: 'entities.sub_jobs',
  fields: {
    id: 'job_id',
    type: 'job_type',
    status: 'status',
    beganAt: 'begin_time',
    endedAt: 'end_time',
    entities: 'entities',
    code: 'error_code',
    reasons: ['fail_reason', 'entities.errorcode_message'],
  },
  status: STATUS,
};

/** The classic load balancer. The `uri` that its submit call answers says v1, but the query is at v1.0. */
const ELB: Dialect = {
  ...ECS,
  service: 'elb',
  path: '/v1.0/{project_id}/jobs/{job_id}',
  subJobs: 'sub_jobs',
};

/** By cloud and dialect. Yearly and monthly orders, and so PENDING_PAYMENT, are documented for Huawei Cloud's ECS only. */
const DIALECTS: Readonly<Record<string, Readonly<Record<string, Dialect>>>> = {
  huawei: { ecs: { ...ECS, status: { ...STATUS, pending_payment: 'awaiting_payment' } }, elb: ELB },
  otc: { ecs: ECS, elb: ELB },
};

/** Every name that an origin's `dialect` may have. */
export const DIALECT_NAMES: readonly string[] = [...new Set(Object.values(DIALECTS).flatMap(Object.keys))];

export const dialectOf = (cloud: string, name: string): Dialect | undefined => DIALECTS[cloud]?.[name];

/** The URL of the job query. Both ids must be valid ones: they are put in as they are. */
export function jobUrl(dialect: Dialect, endpoint: string, projectId: string, jobId: string): URL {
  const path = dialect.path.replace('{project_id}', projectId).replace('{job_id}', jobId);
  return new URL(endpoint.replace(/\/+$/, '') + path);
}

/** What stands at `place`; undefined where the way there ends. */
export function at(value: unknown, place: Place): unknown {
  if (place === '') return value;
  return place.split('.').reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
