import { flat, wrapped } from '../exchange.ts';
import { hexOf, uuidOf } from '../ids.ts';
import { PLAIN, type Body, type Part, type System } from './system.ts';
import { TIMES } from './times.ts';

/** Where sub-jobs sit in the body; `body.entities` has what the job itself works on. */
type WriteEntities = (body: Body & { entities: Body }, subs: Body[], progress: number) => Body;

const PLACES = {
  /** `entities.sub_jobs` beside their number, both missing when there are none. */
  ecs: (body, subs) =>
    subs.length === 0
      ? body
      : { ...body, entities: { sub_jobs_total: subs.length, sub_jobs: subs, ...body.entities } },
  /** The same, but 0 and an empty list when there are none. */
  bms: (body, subs) => ({
    ...body,
    entities: { sub_jobs_total: subs.length, sub_jobs: subs, ...body.entities },
  }),
  /** The same without the number. */
  evs: (body, subs) =>
    subs.length === 0 ? body : { ...body, entities: { sub_jobs: subs, ...body.entities } },
  /**
   * Beside `entities`. Without sub-jobs the reference says "left empty", as of a text, and its example has no such field. So it
   * is here: a cloud's own clients cannot read a text in the place of a list.
   */
  elb: (body, subs) => (subs.length > 0 ? { ...body, sub_jobs: subs } : body),
  /** Results and ids apart; a job without sub-jobs shows its progress instead. */
  ims: (body, subs, progress) => {
    const children =
      subs.length === 0
        ? { process_percent: progress, current_task: '' }
        : { sub_jobs_result: subs, sub_jobs_list: subs.map(({ job_id }) => job_id) };
    return { ...body, entities: { ...body.entities, ...children } };
  },
} satisfies Record<string, WriteEntities>;

/** Before the end, `error_code` and `fail_reason` are null (documented) or missing (seen on ECS). */
type ErrorsBefore = 'null' | 'absent';

const show =
  (write: WriteEntities, before: ErrorsBefore): System['show'] =>
  (job) => {
    const nested = (part: Part): Body =>
      part.subJobs.length > 0
        ? write(fields(part, before), part.subJobs.map(nested), 0)
        : fields(part, before);
    return write(fields(job, before), job.subJobs.map(nested), job.progress);
  };

/** The fields that a job and its sub-jobs have in common, in the documented order. */
function fields(part: Part, before: ErrorsBefore): Body & { entities: Body } {
  const errors = { error_code: part.error?.code ?? null, fail_reason: part.error?.reason ?? null };
  return {
    status: part.word,
    entities: part.entities,
    job_id: part.jobId,
    job_type: part.jobType,
    begin_time: TIMES.iso(part.beganAt),
    end_time: part.endedAt === null ? '' : TIMES.iso(part.endedAt),
    ...(part.endedAt !== null || before === 'null' ? errors : {}),
  };
}

const family = {
  ...PLAIN,
  path: '/v1/{project_id}/jobs/{job_id}',
  show: show(PLACES.ecs, 'null'),
  error: flat,
  unknownJob: [400, 'Common.0011', 'Failed to query system tasks.'],
} as const;

const ECS: System = {
  ...family,
  show: show(PLACES.ecs, 'absent'),
  errorcodeMessage: true,
  jobType: 'createServer',
  subJobType: 'createSingleServer',
  made: (jobId) => ({ server_id: uuidOf('server', jobId) }),
};

/** Classic load balancers. */
const ELB: System = {
  ...family,
  path: '/v1.0/{project_id}/jobs/{job_id}',
  show: show(PLACES.elb, 'null'),
  jobType: 'createELB',
  subJobType: 'createSingleELB',
  made: (jobId, projectId) => ({
    elb: {
      id: hexOf('elb', jobId),
      name: `elb-${hexOf('elb', jobId).slice(0, 4)}`,
      type: 'External',
      status: 'ACTIVE',
      bandwidth: 1,
      vip_address: '10.154.53.4',
      tenant_id: projectId,
      admin_state_up: true,
      vpc_id: uuidOf('vpc', projectId),
    },
  }),
  // As on the real one, the link says v1 although the query answers only at v1.0.
  submitUri: (jobId, projectId) => `/v1/${projectId}/jobs/${jobId}`,
};

const EVS: System = {
  ...family,
  show: show(PLACES.evs, 'null'),
  error: wrapped,
  jobType: 'createVolume',
  subJobType: 'createVolume',
  made: (jobId) => ({ volume_id: uuidOf('volume', jobId), size: 10, name: 'volume', volume_type: 'SSD' }),
};

const BMS: System = {
  ...family,
  show: show(PLACES.bms, 'null'),
  jobType: 'baremetalBatchCreate',
  subJobType: 'baremetalSingleCreate',
  made: (jobId) => ({ server_id: uuidOf('server', jobId) }),
};

const SDRS: System = {
  ...family,
  jobType: 'createProtectedInstanceNoCG',
  subJobType: 'createReplicationPairNoCG',
  made: (jobId) => ({ protected_instance_id: uuidOf('instance', jobId) }),
};

const DEH: System = {
  ...family,
  jobType: 'createDedicatedHost',
  subJobType: 'createSingleDedicatedHost',
  // The id really sits that deep.
  made: (jobId) => ({ entities: { entities: [{ resourceId: uuidOf('host', jobId) }] } }),
};

/** Public addresses; on the real cloud they answer on the host of vpc. */
const EIP: System = {
  ...family,
  jobType: 'createPublicip',
  subJobType: 'createSinglePublicip',
  made: (jobId) => ({ publicip_id: uuidOf('address', jobId) }),
};

const IMS: System = {
  ...family,
  show: show(PLACES.ims, 'null'),
  jobType: 'imsImportDataImageJob',
  subJobType: 'imsCopyVolumeToImageJob',
  made: (jobId) => ({ image_id: uuidOf('image', jobId), image_name: 'image' }),
};

export const ECS_FAMILY = {
  'huawei-ecs': { ...ECS, pendingPayment: true },
  'huawei-elb': ELB,
  'otc-ecs': ECS,
  'otc-elb': ELB,
  'huawei-evs': EVS,
  'otc-evs': EVS,
  'huawei-bms': { ...BMS, pendingPayment: true },
  'otc-bms': BMS,
  'huawei-sdrs': SDRS,
  'otc-sdrs': SDRS,
  'huawei-deh': DEH,
  'huawei-eip': EIP,
  'huawei-ims': IMS,
  'otc-ims': IMS,
} satisfies Record<string, System>;
