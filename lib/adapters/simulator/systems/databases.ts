import { coded } from '../exchange.ts';
import { hexOf } from '../ids.ts';
import { PLAIN, type Body, type System, type View } from './system.ts';
import { TIMES } from './times.ts';

const MONTH = 30 * 86_400_000;

/** All databases have these fields, but under `names` the times. */
const show =
  (names: { began: string; ended: string }) =>
  ({ jobId, jobType, word, beganAt, endedAt, progress, entities, error }: View): Body => ({
    id: jobId,
    name: jobType,
    status: word,
    [names.began]: TIMES.offset(beganAt),
    ...(endedAt === null ? {} : { [names.ended]: TIMES.offset(endedAt) }),
    process: endedAt === null ? String(Math.floor(progress * 100)) : '',
    instance: { id: `${hexOf('instance', jobId)}in01`, name: 'database' },
    entities,
    ...(error ? { fail_reason: error.reason } : {}),
  });
const relational = show({ began: 'created', ended: 'ended' });

/** Databases: the id in the query string, the job wrapped, no error code, no sub-jobs. */
const RDS: System = {
  ...PLAIN,
  path: '/v3/{project_id}/jobs?id={job_id}',
  words: { INIT: ['Running'], RUNNING: ['Running'], SUCCESS: ['Completed'], FAIL: ['Failed'] },
  ids: 'uuid',
  subJobs: false,
  show: (job) => ({ job: relational(job) }),
  error: coded,
  // Documented for a sister service, document databases.
  unknownJob: [400, 'DBS.200543', 'The job does not exist.'],
  jobType: 'CreateMysqlSingleHAInstance',
  subJobType: '',
  made: (jobId) => ({
    instance: { type: 'Single', datastore: { type: 'mysql', version: '5.7' } },
    resource_ids: ['vm', 'volume'].map((kind) => `${hexOf('instance', jobId)}in01.${kind}`),
  }),
  endedMs: MONTH,
  // "Several seconds" until the id of a new job can be queried.
  unknownForMs: 3_000,
};

/** Its kin show nothing of the engine. */
const KIN: System = { ...RDS, made: () => ({}) };

const TAURUSDB: System = {
  ...KIN,
  words: { ...KIN.words, INIT: ['Pending'] },
  jobType: 'CreateGaussDBforMySQLInstance',
};
const GAUSSDB: System = { ...KIN, jobType: 'CreateGaussDBV5Instance' };
const DDS: System = { ...KIN, jobType: 'CreateMongoDB' };

const keyed = show({ began: 'start_time', ended: 'end_time' });
/** A list, which is empty where there is no such job. */
const GEMINIDB: System = {
  ...KIN,
  show: (job) => ({ jobs: [keyed(job)], total_count: 1 }),
  nothing: { jobs: [], total_count: 0 },
  jobType: 'CreateInstance',
};

const sharded = show({ began: 'created_time', ended: 'end_time' });
const DDM: System = {
  ...KIN,
  path: '/v3/{project_id}/jobs/{job_id}',
  show: (job) => ({ job: sharded(job) }),
  unknownJob: [404, 'DBS.200543', 'The job does not exist.'],
  jobType: 'CreateDDM',
};

export const DATABASES = {
  'huawei-rds': RDS,
  'otc-rds': RDS,
  'huawei-taurusdb': TAURUSDB,
  'otc-taurusdb': TAURUSDB,
  'huawei-gaussdb': GAUSSDB,
  'huawei-dds': DDS,
  'otc-dds': DDS,
  'huawei-geminidb': GEMINIDB,
  'huawei-ddm': DDM,
  'otc-ddm': DDM,
} satisfies Record<string, System>;
