import { hexOf, uuidOf } from './ids.ts';

/** The three systems served, told apart by the first part of the path. */
export const SYSTEM_NAMES = ['huawei-ecs', 'huawei-elb', 'otc-ecs'] as const;
export type SystemName = (typeof SYSTEM_NAMES)[number];

/** Where one system differs from another, as its API reference has it. */
export interface System {
  /** The version in the path of the job query. */
  version: 'v1' | 'v1.0';
  /** Where sub-jobs sit: beside `sub_jobs_total` in `entities`, or beside `entities` itself. */
  subJobs: 'entities' | 'top';
  /** The status PENDING_PAYMENT exists. */
  pendingPayment: boolean;
  /** A failed sub-job may explain itself in `entities.errorcode_message`. */
  errorcodeMessage: boolean;
  /** Before the end, `error_code` and `fail_reason` are missing (seen on ECS) or null (ELB lists them as mandatory). */
  errorsWhileRunning: 'absent' | 'null';
  jobType: string;
  subJobType: string;
  /** What a successful job made, when nothing was scripted. */
  made: (jobId: string, projectId: string) => Record<string, unknown>;
  /** The link that the submit call answers beside the job id. */
  submitUri: ((jobId: string, projectId: string) => string) | null;
}

const ECS: System = {
  version: 'v1',
  subJobs: 'entities',
  pendingPayment: false,
  errorcodeMessage: true,
  errorsWhileRunning: 'absent',
  jobType: 'createServer',
  subJobType: 'createSingleServer',
  made: (jobId) => ({ server_id: uuidOf('server', jobId) }),
  submitUri: null,
};

const ELB: System = {
  version: 'v1.0',
  subJobs: 'top',
  pendingPayment: false,
  errorcodeMessage: false,
  errorsWhileRunning: 'null',
  jobType: 'createELB',
  subJobType: 'createSingleELB',
  made: (jobId, projectId) => ({
    elb: {
      id: hexOf('elb', jobId),
      name: `elb-${hexOf('elb', jobId).slice(0, 4)}`,
      type: 'External',
      status: 'ACTIVE',
      bandwidth: 1,
      vip_address: '10.154.53.4',
      tenant_id: projectId,
      admin_state_up: true,
      vpc_id: uuidOf('vpc', projectId),
    },
  }),
  // As on the real one, the link says v1 although the query answers only at v1.0.
  submitUri: (jobId, projectId) => `/v1/${projectId}/jobs/${jobId}`,
};

export const SYSTEMS: Record<SystemName, System> = {
  'huawei-ecs': { ...ECS, pendingPayment: true },
  'huawei-elb': ELB,
  'otc-ecs': ECS,
};
