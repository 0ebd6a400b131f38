import { coded } from '../exchange.ts';
import { PLAIN, type System } from './system.ts';
import { TIMES } from './times.ts';

/** No jobs at all: what is being made, by its own id and in its own state. When that began to hold, nothing says. */
const INSTANCE = {
  ...PLAIN,
  ids: 'uuid',
  subJobs: false,
  error: coded,
  subJobType: '',
  made: () => ({}),
} as const;

const KAFKA: System = {
  ...INSTANCE,
  path: '/v2/{project_id}/instances/{job_id}',
  words: { INIT: ['CREATING'], RUNNING: ['CREATING'], SUCCESS: ['RUNNING'], FAIL: ['CREATEFAILED'] },
  show: ({ jobId, jobType, word, beganAt, error }) => ({
    name: `kafka-${jobId.slice(0, 4)}`,
    engine: jobType,
    instance_id: jobId,
    status: word,
    created_at: TIMES.epoch(beganAt),
    ...(error ? { error_code: error.code, fail_reason: error.reason } : {}),
  }),
  unknownJob: [404, 'DMS.00400404', 'This instance does not exist.'],
  jobType: 'kafka',
};

/** A file system that is no SFS Turbo, in the manner of OpenStack. */
const SFS: System = {
  ...INSTANCE,
  path: '/v2/{project_id}/shares/{job_id}',
  words: { INIT: ['creating'], RUNNING: ['creating'], SUCCESS: ['available'], FAIL: ['error'] },
  show: ({ jobId, jobType, word, beganAt, error }) => ({
    share: {
      id: jobId,
      name: `sfs-${jobId.slice(0, 4)}`,
      status: word,
      share_proto: jobType,
      size: 1,
      created_at: TIMES.micro(beganAt),
      ...(error ? { error_code: error.code, fail_reason: error.reason } : {}),
    },
  }),
  unknownJob: [404, 'SFS.0404', 'The share could not be found.'],
  jobType: 'NFS',
};

export const INSTANCES = {
  'huawei-dms-kafka': KAFKA,
  'huawei-sfs': SFS,
  'otc-sfs': SFS,
} satisfies Record<string, System>;
