import { coded } from '../exchange.ts';
import { uuidOf } from '../ids.ts';
import { PLAIN, type System } from './system.ts';
import { TIMES } from './times.ts';

/** Tasks of backup and recovery: the job wrapped, its error in an object that is always there. */
const CBR: System = {
  ...PLAIN,
  path: '/v3/{project_id}/operation-logs/{job_id}',
  words: {
    INIT: ['waiting'],
    RUNNING: ['running'],
    SUCCESS: ['success'],
    FAIL: ['failed', 'timeout', 'skipped'],
  },
  ids: 'uuid',
  subJobs: false,
  show: ({ jobId, jobType, word, projectId, beganAt, endedAt, progress, entities, error }) => ({
    operation_log: {
      id: jobId,
      checkpoint_id: uuidOf('checkpoint', jobId),
      project_id: projectId,
      vault_id: uuidOf('vault', projectId),
      operation_type: jobType,
      status: word,
      created_at: TIMES.micro(beganAt),
      started_at: TIMES.micro(beganAt),
      ...(endedAt === null ? {} : { ended_at: TIMES.micro(endedAt) }),
      error_info: { code: error?.code ?? '', message: error?.reason ?? '' },
      extra_info: { common: { progress: Math.floor(progress * 100) }, ...entities },
    },
  }),
  error: coded,
  unknownJob: [404, 'BackupService.6404', 'The operation log does not exist.'],
  jobType: 'restore',
  subJobType: '',
  made: (jobId) => ({ resource: { id: uuidOf('volume', jobId), type: 'OS::Cinder::Volume' } }),
};

export const CBR_SYSTEMS = { 'huawei-cbr': CBR, 'otc-cbr': CBR } satisfies Record<string, System>;
