import { registryOf, type Service } from './dialect.ts';

/** Documented for all services of the ECS family. */
const STATUS = { init: 'running', running: 'running', success: 'succeeded', fail: 'failed' } as const;
/** Of yearly and monthly orders, which only Huawei Cloud has, and documents for ECS and BMS. */
const ORDERED = { ...STATUS, pending_payment: 'awaiting_payment' } as const;

const FIELDS = {
  id: 'job_id',
  type: 'job_type',
  status: 'status',
  beganAt: 'begin_time',
  endedAt: 'end_time',
  code: 'error_code',
  reasons: ['fail_reason', 'entities.errorcode_message'],
  entities: 'entities',
  worksOn: [],
} as const;

/** Both clouds document these in the answers of their inventory of resources (RMS, Config). */
const SERVERS = {
  list: '/ecm/?region={region}#/ecs/manager/vmList',
  one: { page: '/ecm/?region={region}#/ecs/manager/ecsDetail?instanceId={id}', id: 'server_id' },
} as const;
const BALANCERS = { list: '/vpc/?region={region}#/elb/list' } as const;
const CLUSTERS = { list: '/cce2.0/?region={region}' } as const;

const ECS: Service = {
  service: 'ecs',
  host: 'ecs',
  path: '/v1/{project_id}/jobs/{job_id}',
  job: '',
  subJobs: 'entities.sub_jobs',
  fields: FIELDS,
  status: STATUS,
  clouds: { huawei: { status: ORDERED, console: SERVERS }, otc: { console: SERVERS } },
};

const BOTH = { huawei: {}, otc: {} };
/** Sub-jobs of these may explain themselves in the words of an error of the query. */
const WORDY = { ...FIELDS, code: ['error_code', 'code'], reasons: [...FIELDS.reasons, 'message'] };

/**
 * Every service that Jobchime understands. One more is one more entry here, and its answers in `tests/adapters/clouds/fixtures/`.
 */
export const SERVICES = {
  ecs: ECS,

  /** Classic load balancers. The `uri` that the submit call answers says v1, but the query is at v1.0. */
  elb: {
    ...ECS,
    service: 'elb',
    host: 'elb',
    path: '/v1.0/{project_id}/jobs/{job_id}',
    subJobs: 'sub_jobs',
    clouds: { huawei: { console: BALANCERS }, otc: {} },
  },

  /**
   * Load balancers of today: copying and recovering. Those who wait for such jobs take COMPLETE for the good end. While
   * ROLLBACKING it has failed already, but is not done with undoing; after a CANCEL it has ended and has not done its work.
   */
  'elb-v3': {
    ...ECS,
    service: 'elb',
    host: 'elb',
    path: '/v3/{project_id}/elb/jobs/{job_id}',
    // A page may have 2,000; this many fit into an answer that is read.
    list: { path: '/v3/{project_id}/elb/jobs?limit=500', jobs: 'jobs' },
    job: 'job',
    subJobs: 'sub_jobs',
    fields: { ...FIELDS, reasons: ['error_msg'], worksOn: ['resource_id'] },
    status: {
      ...STATUS,
      rollbacking: 'running',
      complete: 'succeeded',
      rollback_fail: 'failed',
      cancel: 'failed',
    },
    clouds: { huawei: { console: BALANCERS } },
  },

  /** A disk's job may wait for its turn, and is listened to while another system works on it. */
  evs: {
    ...ECS,
    service: 'evs',
    host: 'evs',
    status: { ...STATUS, waiting_execute: 'running', listening: 'running' },
    clouds: {
      huawei: {
        console: {
          list: '/ecm/?region={region}#/evs/manager/volumelist',
          one: {
            page: '/ecm/?region={region}#/evs/manager/volumelist/detail?volumeid={id}',
            id: 'volume_id',
          },
        },
      },
      otc: {},
    },
  },
  bms: {
    ...ECS,
    service: 'bms',
    host: 'bms',
    fields: WORDY,
    clouds: {
      huawei: {
        status: ORDERED,
        console: { list: '/ecm/?region={region}#/bms/manager/bmsInfo/vmList' },
      },
      otc: {},
    },
  },
  sdrs: { ...ECS, service: 'sdrs', host: 'sdrs', fields: WORDY, clouds: BOTH },
  /** What a job made stands at `entities.entities.entities`. */
  deh: { ...ECS, service: 'deh', host: 'deh', clouds: { huawei: {} } },
  /** Public addresses are part of VPC. Its table says that `entities` is a list, its example that it is an object. */
  eip: {
    ...ECS,
    service: 'eip',
    host: 'vpc',
    clouds: {
      huawei: {
        console: {
          list: '/vpc/?region={region}#/vpc/vpcmanager/eips',
          one: {
            page: '/vpc/?region={region}#/vpc/vpcmanager/eipDetailNew?eipId={id}',
            id: 'publicip_id',
          },
        },
      },
    },
  },

  ims: {
    ...ECS,
    service: 'ims',
    host: 'ims',
    subJobs: 'entities.sub_jobs_result',
    fields: {
      ...FIELDS,
      id: ['job_id', 'subJobId'],
      code: ['error_code', 'entities.error_code', 'entities.addition_error_code', 'entities.alarm_code'],
      reasons: [...FIELDS.reasons, 'entities.error', 'entities.addition_error_msg'],
    },
    clouds: {
      huawei: { console: { list: '/ecm/?region={region}#/ims/manager/imageList/selfImage' } },
      otc: {},
    },
  },

  rds: {
    ...ECS,
    service: 'rds',
    host: 'rds',
    path: '/v3/{project_id}/jobs?id={job_id}',
    job: 'job',
    fields: {
      ...FIELDS,
      id: 'id',
      type: 'name',
      beganAt: 'created',
      endedAt: 'ended',
      reasons: ['fail_reason'],
      worksOn: ['instance'],
    },
    status: { running: 'running', completed: 'succeeded', failed: 'failed' },
    clouds: { huawei: { console: { list: '/rds/?region={region}#/rds/management/list' } }, otc: {} },
  },

  dcs: {
    ...ECS,
    service: 'dcs',
    host: 'dcs',
    path: '/v2/{project_id}/jobs/{job_id}',
    clouds: { huawei: { console: { list: '/dcs/?region={region}#/dcs/manager/cacheList' } }, otc: {} },
  },

  'sfs-turbo': {
    ...ECS,
    service: 'sfs-turbo',
    host: 'sfs-turbo',
    path: '/v1/{project_id}/sfs-turbo/jobs/{job_id}',
    subJobs: 'sub_jobs',
    status: { waiting: 'running', running: 'running', success: 'succeeded', failed: 'failed' },
    clouds: BOTH,
  },

  /** In the manner of Kubernetes, sub-jobs too, and theirs. */
  cce: {
    ...ECS,
    service: 'cce',
    host: 'cce',
    path: '/api/v3/projects/{project_id}/jobs/{job_id}',
    subJobs: 'spec.subJobs',
    fields: {
      id: 'metadata.uid',
      type: 'spec.type',
      status: 'status.phase',
      beganAt: 'metadata.creationTimestamp',
      endedAt: 'metadata.updateTimestamp',
      code: [],
      reasons: ['status.reason'],
      entities: 'spec.extendParam',
      worksOn: ['spec.clusterUID', 'spec.resourceID', 'spec.resourceName'],
    },
    status: { initializing: 'running', running: 'running', success: 'succeeded', failed: 'failed' },
    clouds: { huawei: { console: CLUSTERS }, otc: { console: CLUSTERS } },
  },
} as const satisfies Record<string, Service>;

export const { names: DIALECT_NAMES, dialectOf } = registryOf(SERVICES);
