import { describe, expect, test } from 'vitest';
import { dialectOf, DIALECT_NAMES, jobUrl, type Dialect } from '../../lib/clouds/dialects.ts';
import { read } from '../../lib/clouds/parse.ts';
import { answer } from './fixture.ts';

const P = '0123456789abcdef0123456789abcdef';
const ECS = dialectOf('huawei', 'ecs')!;

test.each([
  ['huawei', 'ecs', `https://host.test/v1/${P}/jobs/a1`],
  ['otc', 'ecs', `https://host.test/v1/${P}/jobs/a1`],
  ['huawei', 'elb', `https://host.test/v1.0/${P}/jobs/a1`],
  ['otc', 'elb', `https://host.test/v1.0/${P}/jobs/a1`],
])('%s %s is asked at its own path, without a slash at the end', (cloud, name, url) => {
  const dialect = dialectOf(cloud, name)!;
  expect(dialect.service).toBe(name);
  expect(jobUrl(dialect, 'https://host.test', P, 'a1').href).toBe(url);
  expect(jobUrl(dialect, 'https://host.test/', P, 'a1').href).toBe(url);
});

test('what is not there is not there', () => {
  expect(DIALECT_NAMES).toEqual(['ecs', 'elb']);
  expect(dialectOf('huawei', 'rds')).toBeUndefined();
  expect(dialectOf('nowhere', 'ecs')).toBeUndefined();
});

/** Other services of the family differ in nothing that is not data: these entries are all it takes. */
const KIN: Record<string, { dialect: Dialect; body: object; url: string }> = {
  rds: {
    dialect: {
      ...ECS,
      service: 'rds',
      path: '/v3/{project_id}/jobs?id={job_id}',
      job: 'job',
      fields: {
        ...ECS.fields,
        id: 'id',
        type: 'name',
        beganAt: 'created',
        endedAt: 'ended',
      },
      status: { running: 'running', completed: 'succeeded', failed: 'failed' },
    },
    body: {
      job: {
        id: 'a03b1b8a-b756-467c-8a49-38720c3d23ec',
        name: 'CreateMysqlSingleHAInstance',
        status: 'Failed',
        created: '2018-08-06T10:41:14+0000',
        ended: '2018-08-06T16:41:14+0000',
        entities: {},
        fail_reason: 'The subnet is full.',
      },
    },
    url: `https://rds.test/v3/${P}/jobs?id=a03b1b8a-b756-467c-8a49-38720c3d23ec`,
  },
  cce: {
    dialect: {
      ...ECS,
      service: 'cce',
      path: '/api/v3/projects/{project_id}/jobs/{job_id}',
      subJobs: 'spec.subJobs',
      fields: {
        id: 'metadata.uid',
        type: 'spec.type',
        status: 'status.phase',
        beganAt: 'metadata.creationTimestamp',
        endedAt: 'metadata.updateTimestamp',
        entities: 'spec.extendParam',
        code: 'status.code',
        reasons: ['status.reason'],
      },
      status: { initializing: 'running', running: 'running', failed: 'failed', success: 'succeeded' },
    },
    body: {
      kind: 'Job',
      metadata: {
        uid: '354331b2-c95d-11e8-9a8b-0255ac101c60',
        creationTimestamp: '2018-10-06 08:12:40.672772389 +0000 UTC',
        updateTimestamp: '2018-10-06 08:22:40.1 +0000 UTC',
      },
      spec: {
        type: 'CreateCluster',
        subJobs: [
          {
            metadata: { uid: '9d2a7d39-c95d-11e8-9a8b-0255ac101c60' },
            spec: { type: 'InstallMaster' },
            status: { phase: 'Failed', reason: 'The subnet is full.' },
          },
        ],
      },
      status: { phase: 'Failed' },
    },
    url: `https://cce.test/api/v3/projects/${P}/jobs/354331b2-c95d-11e8-9a8b-0255ac101c60`,
  },
  ims: {
    dialect: { ...ECS, service: 'ims', subJobs: 'entities.sub_jobs_result' },
    body: {
      status: 'FAIL',
      job_id: '2c9eb2c5544cbf6101544f0602af2b50',
      job_type: 'createImageByInstance',
      begin_time: '04-Jun-2015 18:11:06:586',
      end_time: '04-Jun-2015 18:21:06:586',
      entities: {
        current_task: 'upload',
        process_percent: 62.5,
        sub_jobs_result: [
          { status: 'fail', job_id: '2c9eb2c5544cbf6101544f0602af2b51', fail_reason: 'The subnet is full.' },
        ],
      },
    },
    url: `https://ims.test/v1/${P}/jobs/2c9eb2c5544cbf6101544f0602af2b50`,
  },
};

describe('a further service is one more entry', () => {
  test.each(Object.entries(KIN))('%s', (name, { dialect, body, url }) => {
    const jobId = url.split(/[/=]/).at(-1)!;
    expect(jobUrl(dialect, `https://${name}.test`, P, jobId).href).toBe(url);
    const seen = read(dialect, jobId, answer(200, body));
    expect(seen).toMatchObject({ kind: 'failed', report: { error: { reason: 'The subnet is full.' } } });
    expect('report' in seen && [seen.report.beganAt, seen.report.endedAt, seen.report.jobType]).not.toContain(
      null,
    );
  });
});
