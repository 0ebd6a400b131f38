import { coded } from '../exchange.ts';
import { hexOf } from '../ids.ts';
import { PLAIN, type System } from './system.ts';
import { TIMES } from './times.ts';

/** Global addresses are an account's, in no region: the id in the path is the account's, for which the project's stands here. */
const GEIP: System = {
  ...PLAIN,
  path: '/v3/{project_id}/geip/jobs/{job_id}',
  scope: 'account',
  words: {
    INIT: ['WAIT_TO_SCHEDULE', 'INIT'],
    RUNNING: ['RUNNING'],
    SUCCESS: ['FINISH_SUCC'],
    FAIL: ['FINISH_ROLLBACK_SUCC'],
  },
  ids: 'uuid',
  subJobs: false,
  show: ({ jobId, jobType, word, beganAt, endedAt, error }) => ({
    request_id: hexOf('request', jobId),
    job: {
      id: jobId,
      action: jobType,
      status: word,
      start_time: TIMES.utc(beganAt),
      ...(endedAt === null ? {} : { end_time: TIMES.utc(endedAt) }),
      ...(error ? { error_code: error.code, error_message: error.reason } : {}),
    },
  }),
  error: coded,
  unknownJob: [404, 'GEIP.0404', 'The job does not exist.'],
  jobType: 'CreateGEIPGraph',
  subJobType: '',
  made: () => ({}),
};

export const GEIP_SYSTEMS = { 'huawei-geip': GEIP } satisfies Record<string, System>;
