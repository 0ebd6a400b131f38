import { coded } from '../exchange.ts';
import { hexOf } from '../ids.ts';
import { PLAIN, type System } from './system.ts';
import { TIMES } from './times.ts';

const MONTH = 30 * 86_400_000;

/** Databases: the id in the query string, the job wrapped, no error code, no sub-jobs. */
const RDS: System = {
  ...PLAIN,
  path: '/v3/{project_id}/jobs?id={job_id}',
  words: { INIT: ['Running'], RUNNING: ['Running'], SUCCESS: ['Completed'], FAIL: ['Failed'] },
  ids: 'uuid',
  subJobs: false,
  show: ({ jobId, jobType, word, beganAt, endedAt, progress, entities, error }) => ({
    job: {
      id: jobId,
      name: jobType,
      status: word,
      created: TIMES.offset(beganAt),
      ...(endedAt === null ? {} : { ended: TIMES.offset(endedAt) }),
      process: endedAt === null ? String(Math.floor(progress * 100)) : '',
      instance: { id: `${hexOf('instance', jobId)}in01`, name: 'database' },
      entities,
      ...(error ? { fail_reason: error.reason } : {}),
    },
  }),
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

export const RDS_SYSTEMS = { 'huawei-rds': RDS, 'otc-rds': RDS } satisfies Record<string, System>;
