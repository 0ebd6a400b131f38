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

const RDS = {
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
} as const satisfies Service;

/** In the manner of Kubernetes, sub-jobs too, and theirs. */
const CCE = {
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
} as const satisfies Service;

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
    traced: { services: ['ELB'], version: /^v?3/i },
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
    traced: { services: ['EIP', 'VPC'] },
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
    ...RDS,
    clouds: { huawei: { console: { list: '/rds/?region={region}#/rds/management/list' } }, otc: {} },
  },
  /** TaurusDB, called GaussDB for MySQL before; on OTC its host still is. */
  taurusdb: {
    ...RDS,
    service: 'taurusdb',
    host: 'gaussdb',
    status: { ...RDS.status, pending: 'running' },
    clouds: { huawei: {}, otc: { host: 'gaussdb-mysql' } },
  },
  gaussdb: { ...RDS, service: 'gaussdb', host: 'gaussdb-opengauss', clouds: { huawei: {} } },
  dds: { ...RDS, service: 'dds', host: 'dds', clouds: BOTH },
  /** It answers a list, which is empty where it does not know the job. */
  geminidb: {
    ...RDS,
    service: 'geminidb',
    host: 'gaussdb-nosql',
    job: 'jobs.*',
    fields: { ...RDS.fields, beganAt: 'start_time', endedAt: 'end_time' },
    clouds: { huawei: {} },
  },
  ddm: {
    ...RDS,
    service: 'ddm',
    host: 'ddm',
    path: '/v3/{project_id}/jobs/{job_id}',
    fields: { ...RDS.fields, beganAt: 'created_time', endedAt: 'end_time' },
    clouds: BOTH,
  },

  /** The creation of an instance: its own state, by its own id. What else it does has the instance in the path of the query. */
  'dms-kafka': {
    ...ECS,
    service: 'dms',
    host: 'dms',
    traced: { services: [] },
    path: '/v2/{project_id}/instances/{job_id}',
    fields: { ...FIELDS, id: 'instance_id', type: 'engine', beganAt: 'created_at', worksOn: ['name'] },
    status: {
      creating: 'running',
      starting: 'running',
      restarting: 'running',
      extending: 'running',
      upgrading: 'running',
      running: 'succeeded',
      createfailed: 'failed',
      error: 'failed',
    },
    clouds: { huawei: {} },
  },

  /** A task of backup and recovery. What was skipped or ran out of time has ended and has not done its work. */
  cbr: {
    ...ECS,
    service: 'cbr',
    host: 'cbr',
    path: '/v3/{project_id}/operation-logs/{job_id}',
    job: 'operation_log',
    fields: {
      ...FIELDS,
      id: 'id',
      type: 'operation_type',
      beganAt: 'started_at',
      endedAt: 'ended_at',
      code: 'error_info.code',
      reasons: ['error_info.message'],
      entities: 'extra_info',
      worksOn: ['checkpoint_id', 'vault_id'],
    },
    status: {
      waiting: 'running',
      running: 'running',
      success: 'succeeded',
      failed: 'failed',
      timeout: 'failed',
      skipped: 'failed',
    },
    clouds: BOTH,
  },

  /** Desktops. COMPLETE says only that all sub-jobs have ended. */
  workspace: {
    ...ECS,
    service: 'workspace',
    host: 'workspace',
    path: '/v2/{project_id}/workspace-jobs/{job_id}',
    subJobs: 'sub_jobs',
    fields: { ...FIELDS, id: 'id', code: ['job_error_code', 'error_code'], reasons: ['fail_reason'] },
    status: { ...STATUS, waiting: 'running', complete: 'succeeded' },
    needsAll: true,
    clouds: { huawei: {} },
  },

  /** Of an account, in no region. Those who wait for it take what was rolled back for failed. */
  geip: {
    ...ECS,
    service: 'geip',
    host: '',
    path: '/v3/{project_id}/geip/jobs/{job_id}',
    scope: 'account',
    job: 'job',
    fields: {
      ...FIELDS,
      id: 'id',
      type: 'action',
      beganAt: 'start_time',
      endedAt: 'end_time',
      reasons: ['error_message', 'error_task'],
    },
    status: {
      wait_to_schedule: 'running',
      init: 'running',
      running: 'running',
      finish_succ: 'succeeded',
      finish_rollback_succ: 'failed',
    },
    clouds: { huawei: {} },
  },

  /** Gateways being upgraded, which can only be listed. Rolled back, it is as it was before. */
  vpn: {
    ...ECS,
    service: 'vpn',
    host: 'vpn',
    path: '/v5/{project_id}/vpn-gateways/jobs',
    job: 'jobs.*',
    subJobs: 'sub_jobs',
    fields: {
      ...FIELDS,
      id: 'id',
      beganAt: 'created_at',
      endedAt: 'finished_at',
      reasons: ['error_message'],
      worksOn: ['resource_id'],
    },
    status: {
      ...STATUS,
      prepare_resource: 'running',
      upgrading: 'running',
      pending_upgrade_confirm: 'running',
      rolling_back: 'running',
      rollback_success: 'failed',
    },
    clouds: { huawei: {} },
  },

  /** STOP is documented, but not whether a stopped job goes on again: so it is no end. */
  dws: {
    ...ECS,
    service: 'dws',
    host: 'dws',
    path: '/v1.0/{project_id}/job/{job_id}',
    fields: { ...FIELDS, type: 'job_name', code: 'failed_code', reasons: ['failed_detail'] },
    status: { ...STATUS, waiting: 'running', delay_scheduled: 'running' },
    clouds: { huawei: {} },
  },

  /** A file system that is no SFS Turbo has no jobs: its own state, by its own id. */
  sfs: {
    ...ECS,
    service: 'sfs',
    host: 'sfs',
    traced: { services: [] },
    path: '/v2/{project_id}/shares/{job_id}',
    job: 'share',
    fields: { ...FIELDS, id: 'id', type: 'share_proto', beganAt: 'created_at', worksOn: ['name'] },
    status: {
      creating: 'running',
      extending: 'running',
      shrinking: 'running',
      deleting: 'running',
      available: 'succeeded',
      error: 'failed',
      error_deleting: 'failed',
      extending_error: 'failed',
      shrinking_error: 'failed',
      shrinking_possible_data_loss_error: 'failed',
    },
    clouds: BOTH,
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

  cce: { ...CCE, clouds: { huawei: { console: CLUSTERS }, otc: { console: CLUSTERS } } },
  'cce-autopilot': {
    ...CCE,
    path: '/autopilot/v3/projects/{project_id}/jobs/{job_id}',
    clouds: { huawei: { console: CLUSTERS } },
  },
} as const satisfies Record<string, Service>;

export const { names: DIALECT_NAMES, dialectOf } = registryOf(SERVICES);
