import { coded } from '../exchange.ts';
import { PLAIN, type System } from './system.ts';
import { TIMES } from './times.ts';

/** Data warehouses: `job` in the path, and names of their own for code and reason. */
const DWS: System = {
  ...PLAIN,
  path: '/v1.0/{project_id}/job/{job_id}',
  words: {
    INIT: ['WAITING', 'INIT'],
    RUNNING: ['RUNNING', 'DELAY_SCHEDULED'],
    SUCCESS: ['SUCCESS'],
    FAIL: ['FAIL'],
  },
  subJobs: false,
  show: ({ jobId, jobType, word, beganAt, endedAt, progress, error }) => ({
    status: word,
    progress: `${Math.floor(progress * 100)}%`,
    job_id: jobId,
    job_name: jobType,
    begin_time: TIMES.zoneless(beganAt),
    end_time: endedAt === null ? '' : TIMES.zoneless(endedAt),
    failed_code: error?.code ?? null,
    failed_detail: error?.reason ?? null,
  }),
  error: coded,
  unknownJob: [404, 'DWS.0404', 'The job does not exist.'],
  jobType: 'ecfClusterElbCreateJob',
  subJobType: '',
  made: () => ({}),
};

export const DWS_SYSTEMS = { 'huawei-dws': DWS } satisfies Record<string, System>;
