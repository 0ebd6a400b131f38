import { json } from '../exchange.ts';
import { PLAIN, type System } from './system.ts';
import { TIMES } from './times.ts';

/** Caches: flat, no error code, no entities, no sub-jobs, times as texts of epoch milliseconds. */
const DCS: System = {
  ...PLAIN,
  path: '/v2/{project_id}/jobs/{job_id}',
  subJobs: false,
  show: ({ jobId, jobType, word, beganAt, endedAt, error }) => ({
    job_id: jobId,
    job_type: jobType,
    status: word,
    begin_time: TIMES.epoch(beganAt),
    end_time: endedAt === null ? '' : TIMES.epoch(endedAt),
    fail_reason: error?.reason ?? null,
  }),
  error: (status, code, message) =>
    json(status, { error_code: code, error_msg: message, error_ext_msg: null }),
  unknownJob: [404, '111404001', 'The requested resource could not be found.'],
  jobType: 'masterStandbySwapJob',
  subJobType: '',
  made: () => ({}),
};

export const DCS_SYSTEMS = { 'huawei-dcs': DCS, 'otc-dcs': DCS } satisfies Record<string, System>;
