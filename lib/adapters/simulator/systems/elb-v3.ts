import { gateway } from '../exchange.ts';
import { uuidOf } from '../ids.ts';
import { PLAIN, type Body, type Part, type System, type View } from './system.ts';
import { TIMES } from './times.ts';

const fields = (part: Part, { projectId }: View): Body => ({
  job_id: part.jobId,
  job_type: part.jobType,
  status: part.word,
  project_id: projectId,
  resource_id: uuidOf('resource', part.jobId),
  begin_time: TIMES.zoneless(part.beganAt),
  end_time: part.endedAt === null ? '' : TIMES.zoneless(part.endedAt),
  error_code: part.error?.code ?? '',
  error_msg: part.error?.reason ?? '',
});

/** Dedicated load balancers: the job wrapped, `error_msg` for the reason, lists of entities on sub-jobs alone. */
const ELB_V3: System = {
  ...PLAIN,
  path: '/v3/{project_id}/elb/jobs/{job_id}',
  list: {
    path: '/v3/{project_id}/elb/jobs',
    show: (bodies) => ({
      jobs: bodies.map(({ job }) => job),
      page_info: { current_count: bodies.length },
      request_id: uuidOf('list', String(bodies.length)),
    }),
  },
  words: {
    INIT: ['INIT'],
    RUNNING: ['RUNNING', 'ROLLBACKING'],
    SUCCESS: ['SUCCESS', 'COMPLETE'],
    FAIL: ['FAIL', 'ROLLBACK_FAIL', 'CANCEL'],
  },
  ids: 'uuid',
  show(job) {
    const nested = (sub: Part): Body => ({
      ...fields(sub, job),
      entities: [sub.entities],
      ...(sub.subJobs.length > 0 ? { sub_jobs: sub.subJobs.map(nested) } : {}),
    });
    return { job: { ...fields(job, job), sub_jobs: job.subJobs.map(nested) } };
  },
  error: (status, code, message, call) => gateway(call, status, code, message),
  unknownJob: [404, 'ELB.8904', 'Resource not found: job'],
  jobType: 'CloneLoadbalancer',
  subJobType: 'CloneListener',
  made: (jobId) => ({ resource_id: uuidOf('made', jobId), resource_type: 'listener' }),
};

export const ELB_V3_SYSTEMS = { 'huawei-elb-v3': ELB_V3 } satisfies Record<string, System>;
