import { describe, expect, it } from 'vitest';
import type { JobInput, SystemName } from '../../../lib/adapters/simulator/simulator.ts';
import { PROJECT, start } from './harness.ts';

/** The example of the ECS reference, the same for Huawei Cloud and Open Telekom Cloud. */
const ECS_EXAMPLE = {
  status: 'SUCCESS',
  entities: {
    sub_jobs_total: 1,
    sub_jobs: [
      {
        status: 'SUCCESS',
        entities: { server_id: 'bae51750-0089-41a1-9b18-5c777978ff6d' },
        job_id: '2c9eb2c5544cbf6101544f0635672b60',
        job_type: 'createSingleServer',
        begin_time: '2016-04-25T20:04:47.591Z',
        end_time: '2016-04-25T20:08:21.328Z',
        error_code: null,
        fail_reason: null,
      },
    ],
  },
  job_id: '2c9eb2c5544cbf6101544f0602af2b4f',
  job_type: 'createServer',
  begin_time: '2016-04-25T20:04:34.604Z',
  end_time: '2016-04-25T20:08:41.593Z',
  error_code: null,
  fail_reason: null,
};

const ECS_SCRIPT: Omit<JobInput, 'system'> = {
  jobId: '2c9eb2c5544cbf6101544f0602af2b4f',
  jobType: 'createServer',
  life: {
    initMs: 12_987,
    runMs: 234_002,
    end: 'SUCCESS',
    subJobs: [
      {
        jobId: '2c9eb2c5544cbf6101544f0635672b60',
        jobType: 'createSingleServer',
        runMs: 213_737,
        end: 'SUCCESS',
        entities: { server_id: 'bae51750-0089-41a1-9b18-5c777978ff6d' },
      },
    ],
  },
};

/** The example of the classic ELB reference. */
const ELB_EXAMPLE = {
  status: 'SUCCESS',
  entities: {
    elb: {
      id: 'ef265755daf84333baf4ddc1d91cbc2f',
      name: '1',
      type: 'External',
      status: 'ACTIVE',
      bandwidth: 1,
      vip_address: '10.154.53.4',
      tenant_id: 'cbc08e2f8c354c7aa7abb88d0a7d11dc',
      admin_state_up: false,
      vpc_id: '21838be1-c1ce-4c09-9184-228cdb43038d',
    },
  },
  job_id: 'ff8080825ecc523f015ecd0a98f82f77',
  job_type: 'createELB',
  begin_time: '2017-09-29T09:49:37.399Z',
  end_time: '2017-09-29T09:50:03.272Z',
  error_code: null,
  fail_reason: null,
};

const ELB_SCRIPT: Omit<JobInput, 'system'> = {
  jobId: 'ff8080825ecc523f015ecd0a98f82f77',
  jobType: 'createELB',
  life: { runMs: 25_873, end: 'SUCCESS', entities: ELB_EXAMPLE.entities },
};

describe.each<[SystemName, Omit<JobInput, 'system'>, typeof ECS_EXAMPLE | typeof ELB_EXAMPLE]>([
  ['huawei-ecs', ECS_SCRIPT, ECS_EXAMPLE],
  ['otc-ecs', ECS_SCRIPT, ECS_EXAMPLE],
  ['huawei-elb', ELB_SCRIPT, ELB_EXAMPLE],
])('%s', (system, script, example) => {
  it("answers its reference's example to the letter", async () => {
    const { simulator, time, ask } = await start();
    time.now = Date.parse(example.begin_time);
    const jobId = simulator.submit({ system, ...script });
    time.now = Date.parse(example.end_time);
    const response = await ask(system, jobId);
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    expect(await response.text()).toBe(JSON.stringify(example));
  });

  it('makes up ids and results of the documented form', async () => {
    const { simulator, time, body } = await start();
    const subJobs = [{ end: 'SUCCESS' as const }];
    const jobId = simulator.submit({
      system,
      life: { runMs: 10, end: 'SUCCESS', ...(system === 'huawei-elb' ? {} : { subJobs }) },
    });
    time.now += 10;
    expect(shapeOf(await body(system, jobId))).toEqual(shapeOf(example));
  });
});

/** The same structure with every value replaced by its type, and ids by their form. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf);
  if (value !== null && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]));
  }
  if (typeof value !== 'string') return value === null ? null : typeof value;
  if (/^[0-9a-f]{32}$/.test(value)) return '32 hex digits';
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)) return 'UUID';
  if (/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(value)) return 'time';
  return 'string';
}

describe('before the end', () => {
  const life = { initMs: 100, runMs: 1_000, end: 'SUCCESS' as const, subJobs: [{ end: 'SUCCESS' as const }] };

  it('an ECS job has an empty end_time and no error fields, and sub-jobs once it runs', async () => {
    const { simulator, time, body } = await start();
    const jobId = simulator.submit({ system: 'otc-ecs', life });
    const began = new Date(time.now).toISOString();
    const parent = { job_id: jobId, job_type: 'createServer', begin_time: began, end_time: '' };
    expect(await body('otc-ecs', jobId)).toEqual({ status: 'INIT', entities: {}, ...parent });

    time.now += 100;
    const sub = {
      status: 'RUNNING',
      entities: {},
      job_id: expect.stringMatching(/^[0-9a-f]{32}$/),
      job_type: 'createSingleServer',
      begin_time: new Date(time.now).toISOString(),
      end_time: '',
    };
    const entities = { sub_jobs_total: 1, sub_jobs: [sub] };
    expect(await body('otc-ecs', jobId)).toEqual({ status: 'RUNNING', entities, ...parent });
  });

  it('scripted entities show as soon as the job runs', async () => {
    const { simulator, time, body } = await start();
    const entities = { nic_id: 'n' };
    const jobId = simulator.submit({ system: 'otc-ecs', life: { initMs: 5, end: 'never', entities } });
    expect((await body('otc-ecs', jobId))['entities']).toEqual({});
    time.now += 5;
    expect((await body('otc-ecs', jobId))['entities']).toEqual(entities);
  });

  it('a sub-job ends before its parent', async () => {
    const { simulator, time, body } = await start();
    const jobId = simulator.submit({ system: 'huawei-ecs', life });
    time.now += 1_099;
    const seen = await body('huawei-ecs', jobId);
    expect(seen).toMatchObject({ status: 'RUNNING', entities: { sub_jobs: [{ status: 'SUCCESS' }] } });
  });

  it('an ELB job has null error fields, and no field at all for sub-jobs it does not have', async () => {
    const { simulator, time, body } = await start();
    const jobId = simulator.submit({ system: 'huawei-elb', life: { end: 'SUCCESS', initMs: 10, runMs: 10 } });
    const nothing = { end_time: '', error_code: null, fail_reason: null };
    for (const status of ['INIT', 'RUNNING', 'SUCCESS']) {
      const seen = await body('huawei-elb', jobId);
      expect(seen).toMatchObject({ status, ...(status === 'SUCCESS' ? {} : nothing) });
      // A list or nothing: no client that expects a list can read a text there.
      expect(seen).not.toHaveProperty('sub_jobs');
      time.now += 10;
    }
  });
});

describe('a failure', () => {
  const error = { code: 'Ecs.0204', reason: 'CreateServerTask-fail: no valid host' };
  const errorcodeMessage = '{"forbidden":{"code":403,"message":"Quota exceeded"}}';

  it('is told where it was scripted: by the job, by a sub-job, or by JSON inside the sub-job', async () => {
    const { simulator, time, body } = await start();
    const subJobs = [
      { end: 'SUCCESS' as const, entities: { server_id: 'a' } },
      { end: 'FAIL' as const, error, errorcodeMessage, entities: { server_id: 'b' } },
    ];
    const told = simulator.submit({ system: 'otc-ecs', life: { runMs: 10, end: 'FAIL', error } });
    const silent = simulator.submit({ system: 'otc-ecs', life: { runMs: 10, end: 'FAIL', subJobs } });
    time.now += 10;
    const fields = { status: 'FAIL', error_code: error.code, fail_reason: error.reason };
    expect(await body('otc-ecs', told)).toMatchObject({ ...fields, entities: {} });
    expect(await body('otc-ecs', silent)).toMatchObject({
      status: 'FAIL',
      error_code: null,
      fail_reason: null,
      entities: {
        sub_jobs_total: 2,
        sub_jobs: [
          { status: 'SUCCESS', error_code: null, entities: { server_id: 'a' } },
          { ...fields, entities: { server_id: 'b', errorcode_message: errorcodeMessage } },
        ],
      },
    });
  });

  it('sits in the top-level sub_jobs on ELB', async () => {
    const { simulator, time, body } = await start();
    const life = { runMs: 10, end: 'FAIL' as const, subJobs: [{ end: 'FAIL' as const, error }] };
    const jobId = simulator.submit({ system: 'huawei-elb', life });
    time.now += 10;
    expect(await body('huawei-elb', jobId)).toMatchObject({
      status: 'FAIL',
      entities: {},
      sub_jobs: [{ status: 'FAIL', error_code: error.code, fail_reason: error.reason }],
    });
  });
});

const firstId = async (seed: string): Promise<string> =>
  (await start({ seed })).simulator.submit({ system: 'otc-ecs', life: { end: 'never' } });

describe('ids', () => {
  it('carry the moment of the submission, as the documented ones do', async () => {
    const { simulator, time } = await start();
    time.now = Date.parse('2016-04-25T20:04:34.607Z');
    const jobId = simulator.submit({ system: 'otc-ecs', life: { end: 'never' } });
    expect(jobId.slice(16, 28)).toBe(ECS_EXAMPLE.job_id.slice(16, 28));
  });

  it('follow from the seed', async () => {
    expect(await firstId('one')).toBe(await firstId('one'));
    expect(await firstId('one')).not.toBe(await firstId('two'));
  });

  it('of one system and project are unknown elsewhere', async () => {
    const { simulator, ask } = await start();
    const jobId = simulator.submit({ system: 'otc-ecs', life: { end: 'never' } });
    expect((await ask('otc-ecs', jobId)).status).toBe(200);
    expect((await ask('huawei-ecs', jobId)).status).toBe(400);
    expect(
      simulator.submit({ system: 'huawei-ecs', jobId, projectId: PROJECT, life: { end: 'never' } }),
    ).toBe(jobId);
  });
});
