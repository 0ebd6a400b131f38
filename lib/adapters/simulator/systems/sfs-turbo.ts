import { json } from '../exchange.ts';
import { PLAIN, type Body, type Part, type System } from './system.ts';
import { TIMES } from './times.ts';

/** Fields of an error only after a failure, as in the example of a success. */
const show = ({ jobId, jobType, word, beganAt, endedAt, error, subJobs }: Part): Body => ({
  job_id: jobId,
  status: word,
  job_type: jobType,
  begin_time: TIMES.spaced(beganAt),
  end_time: endedAt === null ? '' : TIMES.spaced(endedAt),
  ...(error ? { error_code: error.code, fail_reason: error.reason } : {}),
  ...(subJobs.length > 0 ? { sub_jobs: subJobs.map(show) } : {}),
});

/** File systems: flat, words in lower case, sub-jobs at the top and only where there are some, no entities. */
const SFS_TURBO: System = {
  ...PLAIN,
  path: '/v1/{project_id}/sfs-turbo/jobs/{job_id}',
  words: { INIT: ['waiting'], RUNNING: ['running'], SUCCESS: ['success'], FAIL: ['failed'] },
  ids: 'uuid',
  show,
  error: (status, code, message) => json(status, { errCode: code, errMsg: message }),
  unknownJob: [404, 'SFS.TURBO.0001', 'parameter error'],
  jobType: 'bind_ldap',
  subJobType: 'bind_ldap',
  made: () => ({}),
};

export const SFS_TURBO_SYSTEMS = {
  'huawei-sfs-turbo': SFS_TURBO,
  'otc-sfs-turbo': SFS_TURBO,
} satisfies Record<string, System>;
