import { coded } from '../exchange.ts';
import { uuidOf } from '../ids.ts';
import { PLAIN, type Body, type Part, type System } from './system.ts';
import { TIMES } from './times.ts';

const PATH = '/v5/{project_id}/vpn-gateways/jobs';

/** Gateways being upgraded: a list of all such jobs, whichever is asked for. */
const VPN: System = {
  ...PLAIN,
  path: PATH,
  list: {
    path: PATH,
    show: (bodies) => ({ jobs: bodies, request_id: uuidOf('list', String(bodies.length)) }),
  },
  nothing: { jobs: [], request_id: uuidOf('list', '0') },
  words: {
    INIT: ['init'],
    RUNNING: ['upgrading', 'pending_upgrade_confirm', 'rolling_back'],
    SUCCESS: ['success'],
    FAIL: ['fail', 'rollback_success'],
  },
  ids: 'uuid',
  show(job) {
    const nested = (part: Part): Body => ({
      id: part.jobId,
      job_type: part.jobType,
      status: part.word,
      created_at: TIMES.iso(part.beganAt),
      ...(part.endedAt === null ? {} : { finished_at: TIMES.iso(part.endedAt) }),
      ...(part.error ? { error_code: part.error.code, error_message: part.error.reason } : {}),
      sub_jobs: part.subJobs.map(nested),
    });
    return { resource_id: uuidOf('gateway', job.jobId), ...nested(job) };
  },
  error: coded,
  unknownJob: [404, 'VPN.0001', 'The resource does not exist.'],
  jobType: 'upgrade',
  subJobType: 'upgrade_worker_1',
  made: () => ({}),
};

export const VPN_SYSTEMS = { 'huawei-vpn': VPN } satisfies Record<string, System>;
