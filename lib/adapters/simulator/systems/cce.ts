import { json } from '../exchange.ts';
import { uuidOf } from '../ids.ts';
import { PLAIN, type Body, type Part, type System, type View } from './system.ts';
import { TIMES } from './times.ts';

/** Sub-jobs are jobs in the same form; the example shows their status without a reason. */
const node = (part: Part, { now, projectId, jobId }: View, more: Body): Body => ({
  kind: 'Job',
  apiVersion: 'v3',
  metadata: {
    uid: part.jobId,
    creationTimestamp: TIMES.go(part.beganAt),
    updateTimestamp: TIMES.go(part.endedAt ?? now),
  },
  spec: {
    type: part.jobType,
    clusterUID: uuidOf('cluster', projectId),
    resourceID: uuidOf('resource', jobId, part.jobId),
    ...more,
    ...(Object.keys(part.entities).length > 0 ? { extendParam: part.entities } : {}),
  },
  status: {
    phase: part.word,
    ...(part.error || part.jobId === jobId ? { reason: part.error?.reason ?? '' } : {}),
  },
});

/** Containers: in the manner of Kubernetes, no error code. */
const CCE: System = {
  ...PLAIN,
  path: '/api/v3/projects/{project_id}/jobs/{job_id}',
  words: { INIT: ['Initializing'], RUNNING: ['Running'], SUCCESS: ['Success'], FAIL: ['Failed'] },
  ids: 'uuid',
  show(job) {
    const nested = (sub: Part): Body =>
      node(sub, job, sub.subJobs.length > 0 ? { subJobs: sub.subJobs.map(nested) } : {});
    return node(job, job, { resourceName: 'cluster', subJobs: job.subJobs.map(nested) });
  },
  // Seen: every spelling at once.
  error: (status, code, message) =>
    json(status, { error_code: code, error_msg: message, errorCode: code, message, reason: message }),
  unknownJob: [404, 'CCE.01404001', 'Resource not found'],
  jobType: 'CreateCluster',
  subJobType: 'InstallMaster',
  made: () => ({}),
};

const AUTOPILOT: System = { ...CCE, path: `/autopilot${CCE.path.replace('/api', '')}` };

export const CCE_SYSTEMS = {
  'huawei-cce': CCE,
  'otc-cce': CCE,
  'huawei-cce-autopilot': AUTOPILOT,
} satisfies Record<string, System>;
