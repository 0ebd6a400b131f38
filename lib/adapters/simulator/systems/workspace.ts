import { coded } from '../exchange.ts';
import { uuidOf } from '../ids.ts';
import { PLAIN, type Body, type Part, type System } from './system.ts';
import { TIMES } from './times.ts';

const times = ({ beganAt, endedAt }: Part): Body => ({
  begin_time: TIMES.iso(beganAt),
  end_time: endedAt === null ? '' : TIMES.iso(endedAt),
});

/** Desktops: the code of a job under another name than that of a sub-job. COMPLETE says that all sub-jobs have ended. */
const WORKSPACE: System = {
  ...PLAIN,
  path: '/v2/{project_id}/workspace-jobs/{job_id}',
  words: { INIT: ['WAITING'], RUNNING: ['RUNNING'], SUCCESS: ['COMPLETE', 'SUCCESS'], FAIL: ['FAIL'] },
  show(job) {
    const nested = (sub: Part): Body => ({
      id: sub.jobId,
      job_id: job.jobId,
      job_type: sub.jobType,
      // A sub-job has nothing below it that could be complete.
      status: sub.word === 'COMPLETE' ? 'SUCCESS' : sub.word,
      ...times(sub),
      entities: sub.entities,
      ...(sub.error ? { error_code: sub.error.code, fail_reason: sub.error.reason } : {}),
      ...(sub.subJobs.length > 0 ? { sub_jobs: sub.subJobs.map(nested) } : {}),
    });
    return {
      id: job.jobId,
      job_type: job.jobType,
      status: job.word,
      ...times(job),
      ...(Object.keys(job.entities).length > 0 ? { entities: job.entities } : {}),
      ...(job.error ? { job_error_code: job.error.code, fail_reason: job.error.reason } : {}),
      sub_jobs_total: job.subJobs.length,
      sub_jobs: job.subJobs.map(nested),
    };
  },
  error: coded,
  unknownJob: [404, 'WKS.00404', 'The job does not exist.'],
  jobType: 'createDesktop',
  subJobType: 'createDesktop',
  made: (jobId) => ({ desktop_id: uuidOf('desktop', jobId) }),
};

export const WORKSPACE_SYSTEMS = { 'huawei-workspace': WORKSPACE } satisfies Record<string, System>;
