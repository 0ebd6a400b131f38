import { describe, expect, it } from 'vitest';
import { SYSTEM_NAMES, type JobInput, type SystemName } from '../../../lib/adapters/simulator/simulator.ts';
import { passwordAuth, PROJECT, queryPath, start } from './harness.ts';

/** What the system answers about a job that began and is asked about at the given moments. */
async function shown(job: JobInput, began: string, asked: string) {
  const { simulator, time, body } = await start({ tokenLifeMs: 100 * 86_400_000 });
  time.now = Date.parse(began);
  const jobId = simulator.submit(job);
  time.now = Date.parse(asked);
  return { jobId, body: await body(job.system, jobId) };
}

const UUID = expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
const HEX = expect.stringMatching(/^[0-9a-f]{32}$/);
const BEGAN = '2025-01-02T03:04:05.000Z';
const LATER = '2025-01-02T03:04:15.000Z';
const error = { code: 'Svc.0001', reason: 'no capacity' };
const failure = { end: 'FAIL' as const, runMs: 10_000, error };

/** The examples of the references, to the letter. */
const EXAMPLES: [name: string, job: JobInput, began: string, asked: string, body: unknown][] = [
  [
    'a running disk',
    {
      system: 'otc-evs',
      jobId: '4010a32d535527910153552b492c0002',
      life: { end: 'never', entities: { volume_id: 'bdf1bb37-f20f-4266-9a04-f43e0a127376' } },
    },
    '2016-03-08T07:40:13.219Z',
    '2016-03-08T07:41:00.000Z',
    {
      status: 'RUNNING',
      entities: { volume_id: 'bdf1bb37-f20f-4266-9a04-f43e0a127376' },
      job_id: '4010a32d535527910153552b492c0002',
      job_type: 'createVolume',
      begin_time: '2016-03-08T07:40:13.219Z',
      end_time: '',
      error_code: null,
      fail_reason: null,
    },
  ],
  [
    'a batch of disks',
    {
      system: 'huawei-evs',
      jobId: '21917a8d52a19b040152a9f2f1eb003e',
      jobType: 'batchCreateVolume',
      life: {
        initMs: 252,
        runMs: 30_838,
        end: 'SUCCESS',
        subJobs: [
          {
            jobId: '21917a8d52a19b040152a9f2f2e50041',
            end: 'SUCCESS',
            runMs: 24_794,
            entities: { volume_id: '0b549095-4937-4849-8e4c-52aa027d64f7' },
          },
        ],
      },
    },
    '2016-02-04T01:43:37.193Z',
    '2016-02-04T01:44:08.283Z',
    {
      status: 'SUCCESS',
      entities: {
        sub_jobs: [
          {
            status: 'SUCCESS',
            entities: { volume_id: '0b549095-4937-4849-8e4c-52aa027d64f7' },
            job_id: '21917a8d52a19b040152a9f2f2e50041',
            job_type: 'createVolume',
            begin_time: '2016-02-04T01:43:37.445Z',
            end_time: '2016-02-04T01:44:02.239Z',
            error_code: null,
            fail_reason: null,
          },
        ],
      },
      job_id: '21917a8d52a19b040152a9f2f1eb003e',
      job_type: 'batchCreateVolume',
      begin_time: '2016-02-04T01:43:37.193Z',
      end_time: '2016-02-04T01:44:08.283Z',
      error_code: null,
      fail_reason: null,
    },
  ],
  [
    'an image',
    {
      system: 'otc-ims',
      jobId: '9a175ac79d2a54ad019d3c757c246c47',
      jobType: 'imsVolumeCreateImageJob',
      life: {
        runMs: 280_229,
        end: 'SUCCESS',
        entities: { image_name: 'name', image_id: '67891716-2e40-4cff-924e-e609017294fc' },
      },
    },
    '2026-03-30T01:57:05.698Z',
    '2026-03-30T02:01:45.927Z',
    {
      job_id: '9a175ac79d2a54ad019d3c757c246c47',
      job_type: 'imsVolumeCreateImageJob',
      begin_time: '2026-03-30T01:57:05.698Z',
      end_time: '2026-03-30T02:01:45.927Z',
      status: 'SUCCESS',
      error_code: null,
      fail_reason: null,
      entities: {
        image_name: 'name',
        image_id: '67891716-2e40-4cff-924e-e609017294fc',
        process_percent: 1,
        current_task: '',
      },
    },
  ],
  [
    'a switched cache',
    {
      system: 'otc-dcs',
      jobId: 'ff8080818822bbf70188235afc24141a',
      life: { runMs: 2_869, end: 'SUCCESS' },
    },
    new Date(1_684_191_545_379).toISOString(),
    new Date(1_684_191_548_248).toISOString(),
    {
      job_id: 'ff8080818822bbf70188235afc24141a',
      job_type: 'masterStandbySwapJob',
      status: 'SUCCESS',
      begin_time: '1684191545379',
      end_time: '1684191548248',
      fail_reason: null,
    },
  ],
  [
    'a bound directory',
    {
      system: 'otc-sfs-turbo',
      jobId: '26f6b565-0000-0000-0000-03f0bd975433',
      life: { runMs: 0, end: 'SUCCESS' },
    },
    '2023-07-26T09:33:58Z',
    '2023-07-26T09:33:58Z',
    {
      job_id: '26f6b565-0000-0000-0000-03f0bd975433',
      status: 'success',
      job_type: 'bind_ldap',
      begin_time: '2023-07-26 09:33:58',
      end_time: '2023-07-26 09:33:58',
    },
  ],
];

describe('the example of a reference', () => {
  it.each(EXAMPLES)('is answered for %s', async (_, job, began, asked, body) => {
    expect((await shown(job, began, asked)).body).toEqual(body);
  });
});

describe('databases', () => {
  const entities = { instance: { type: 'Single', datastore: { type: 'mysql', version: '5.7' } } };
  const job: JobInput = {
    system: 'huawei-rds',
    life: { end: 'FAIL', runMs: 21_600_000, entities, error: { code: '', reason: 'createVM failed.' } },
  };
  const common = {
    id: UUID,
    name: 'CreateMysqlSingleHAInstance',
    created: '2018-08-06T10:41:14+0000',
    instance: { id: expect.stringMatching(/^[0-9a-f]{32}in01$/), name: expect.any(String) },
    entities,
  };

  it('wrap the job, tell how far it is, and have no `ended` before the end', async () => {
    const { body } = await shown(job, '2018-08-06T10:41:14Z', '2018-08-06T14:17:14Z');
    expect(body).toEqual({ job: { ...common, status: 'Running', process: '60' } });
  });

  it('tell the reason of a failure and nothing else of it', async () => {
    const { body } = await shown(job, '2018-08-06T10:41:14Z', '2018-08-06T16:41:14Z');
    const ended = { ended: '2018-08-06T16:41:14+0000', process: '', fail_reason: 'createVM failed.' };
    expect(body).toEqual({ job: { ...common, ...ended, status: 'Failed' } });
  });

  it('do not know a query without an id', async () => {
    const { token, get } = await start();
    const headers = { 'x-auth-token': await token() };
    const path = `/otc-rds/v3/${PROJECT}/jobs`;
    expect(await get(path, headers)).toMatchObject({ status: 400, body: { error_code: 'DBS.200543' } });
    expect(await get(`${path}/x`, headers)).toMatchObject({
      status: 404,
      body: { error_code: 'APIGW.0101' },
    });
  });
});

const goTime = (at: string) =>
  expect.stringMatching(new RegExp(`^${at.replace('T', ' ').replace('Z', '')}\\d{6} \\+0000 UTC$`));

describe('clusters', () => {
  const spec = { clusterUID: UUID, resourceID: UUID };

  it('answer in the manner of Kubernetes, sub-jobs in the form of jobs', async () => {
    const life = { end: 'never' as const, runMs: 5_000, subJobs: [{ end: 'SUCCESS' as const }] };
    const { body, jobId } = await shown({ system: 'otc-cce', life }, BEGAN, LATER);
    expect(body).toEqual({
      kind: 'Job',
      apiVersion: 'v3',
      metadata: { uid: jobId, creationTimestamp: goTime(BEGAN), updateTimestamp: goTime(LATER) },
      spec: {
        type: 'CreateCluster',
        ...spec,
        resourceName: 'cluster',
        subJobs: [
          {
            kind: 'Job',
            apiVersion: 'v3',
            metadata: {
              uid: UUID,
              creationTimestamp: goTime(BEGAN),
              updateTimestamp: goTime('2025-01-02T03:04:09.500Z'),
            },
            spec: { type: 'InstallMaster', ...spec },
            status: { phase: 'Success' },
          },
        ],
      },
      status: { phase: 'Running', reason: '' },
    });
    expect(jobId).toEqual(UUID);
  });

  it.each<[string, number, unknown]>([
    ['Initializing', 0, { phase: 'Initializing', reason: '' }],
    ['Failed', 20_000, { phase: 'Failed', reason: 'no capacity' }],
  ])('say %s', async (_, after, status) => {
    const life = { ...failure, initMs: 10_000 };
    const asked = new Date(Date.parse(BEGAN) + after).toISOString();
    expect((await shown({ system: 'huawei-cce', life }, BEGAN, asked)).body['status']).toEqual(status);
  });
});

describe('dedicated load balancers', () => {
  const words = { RUNNING: 'ROLLBACKING', FAIL: 'ROLLBACK_FAIL' };

  it('wrap the job, call the reason error_msg, and list the entities of sub-jobs', async () => {
    const life = {
      ...failure,
      words,
      subJobs: [{ end: 'FAIL' as const, error, entities: { resource_id: 'r' } }],
    };
    const { body, jobId } = await shown({ system: 'huawei-elb-v3', life }, BEGAN, LATER);
    const common = {
      project_id: PROJECT,
      resource_id: UUID,
      begin_time: '2025-01-02T03:04:05',
      error_code: 'Svc.0001',
      error_msg: 'no capacity',
    };
    const sub = { ...common, job_id: UUID, job_type: 'CloneListener', status: 'FAIL' };
    expect(body).toEqual({
      job: {
        ...common,
        job_id: jobId,
        job_type: 'CloneLoadbalancer',
        status: 'ROLLBACK_FAIL',
        end_time: '2025-01-02T03:04:15',
        sub_jobs: [{ ...sub, end_time: '2025-01-02T03:04:14', entities: [{ resource_id: 'r' }] }],
      },
    });
  });

  it.each<[string, JobInput['life']]>([
    ['ROLLBACKING', { end: 'never', words }],
    ['COMPLETE', { end: 'SUCCESS', runMs: 1, words: { SUCCESS: 'COMPLETE' } }],
    ['CANCEL', { end: 'FAIL', runMs: 1, words: { FAIL: 'CANCEL' } }],
    ['RUNNING', { end: 'never' }],
  ])('say %s', async (status, life) => {
    expect((await shown({ system: 'huawei-elb-v3', life }, BEGAN, LATER)).body).toMatchObject({
      job: { status },
    });
  });
});

/** Ten seconds after the beginning. */
const later = async (system: SystemName, life: JobInput['life']) =>
  (await shown({ system, life }, BEGAN, LATER)).body;

describe('where sub-jobs sit', () => {
  const subJobs = [{ end: 'SUCCESS' as const }];

  it('bare metal has 0 and an empty list when there are none', async () => {
    const server = { server_id: UUID };
    expect((await later('otc-bms', { end: 'SUCCESS', runMs: 1 }))['entities']).toEqual({
      sub_jobs_total: 0,
      sub_jobs: [],
      ...server,
    });
    expect((await later('huawei-bms', { end: 'SUCCESS', runMs: 1, subJobs }))['entities']).toMatchObject({
      sub_jobs_total: 1,
      sub_jobs: [{ job_type: 'baremetalSingleCreate', entities: server }],
    });
  });

  it('images list results and ids apart', async () => {
    const { entities } = await later('huawei-ims', { end: 'SUCCESS', runMs: 1, subJobs });
    const { sub_jobs_result, sub_jobs_list } = entities as Record<string, { job_id: string }[]>;
    expect(sub_jobs_result).toMatchObject([{ status: 'SUCCESS', entities: { image_id: UUID } }]);
    expect(sub_jobs_list).toEqual([sub_jobs_result![0]!.job_id]);
    expect((await later('huawei-ims', { end: 'SUCCESS', runMs: 40_000 }))['entities']).toEqual({
      process_percent: 0.25,
      current_task: '',
    });
  });

  it('file systems have them at the top, in lower case, and only where there are some', async () => {
    const life = { ...failure, subJobs: [{ end: 'FAIL' as const, error }] };
    expect(await later('huawei-sfs-turbo', life)).toEqual({
      job_id: UUID,
      status: 'failed',
      job_type: 'bind_ldap',
      begin_time: '2025-01-02 03:04:05',
      end_time: '2025-01-02 03:04:15',
      error_code: 'Svc.0001',
      fail_reason: 'no capacity',
      sub_jobs: [expect.objectContaining({ status: 'failed', error_code: 'Svc.0001' })],
    });
    expect(await later('huawei-sfs-turbo', { end: 'never', initMs: 99_000 })).toMatchObject({
      status: 'waiting',
      end_time: '',
    });
  });

  it.each<[SystemName, Record<string, unknown>]>([
    ['huawei-sdrs', { protected_instance_id: UUID }],
    ['huawei-eip', { publicip_id: UUID }],
    ['huawei-deh', { entities: { entities: [{ resourceId: UUID }] } }],
  ])('%s has the shape of ECS, with null errors before the end', async (system, made) => {
    expect(await later(system, { end: 'SUCCESS', runMs: 1 })).toMatchObject({ job_id: HEX, entities: made });
    const running = { status: 'RUNNING', end_time: '', error_code: null, fail_reason: null };
    expect(await later(system, { end: 'never' })).toMatchObject(running);
    expect(await later(system, { end: 'SUCCESS', runMs: 1, subJobs })).toMatchObject({
      entities: { sub_jobs_total: 1, sub_jobs: [{ entities: made }] },
    });
  });
});

/** An answer with an error of two fields. */
const flat = (status: number, value: string, message = 'message', key = 'code') => ({
  status,
  body: { [key]: value, [message]: expect.any(String) },
});

describe('an unknown job', () => {
  const ecs = flat(400, 'Common.0011');
  const ANSWERS: Partial<Record<SystemName, unknown>> = {
    'huawei-evs': { status: 400, body: { error: ecs.body } },
    'huawei-rds': flat(400, 'DBS.200543', 'error_msg', 'error_code'),
    'huawei-elb-v3': {
      status: 404,
      body: { error_code: 'ELB.8904', error_msg: expect.any(String), request_id: HEX },
    },
    'huawei-dcs': {
      status: 404,
      body: { error_code: '111404001', error_msg: expect.any(String), error_ext_msg: null },
    },
    'huawei-taurusdb': flat(400, 'DBS.200543', 'error_msg', 'error_code'),
    'huawei-gaussdb': flat(400, 'DBS.200543', 'error_msg', 'error_code'),
    'huawei-dds': flat(400, 'DBS.200543', 'error_msg', 'error_code'),
    'huawei-ddm': flat(404, 'DBS.200543', 'error_msg', 'error_code'),
    // Lists, in which it is not.
    'huawei-geminidb': { status: 200, body: { jobs: [], total_count: 0 } },
    'huawei-vpn': { status: 200, body: { jobs: [], request_id: UUID } },
    'huawei-cbr': flat(404, 'BackupService.6404', 'error_msg', 'error_code'),
    'huawei-workspace': flat(404, 'WKS.00404', 'error_msg', 'error_code'),
    'huawei-geip': flat(404, 'GEIP.0404', 'error_msg', 'error_code'),
    'huawei-dws': flat(404, 'DWS.0404', 'error_msg', 'error_code'),
    'huawei-dms-kafka': flat(404, 'DMS.00400404', 'error_msg', 'error_code'),
    'huawei-sfs': flat(404, 'SFS.0404', 'error_msg', 'error_code'),
    'huawei-sfs-turbo': flat(404, 'SFS.TURBO.0001', 'errMsg', 'errCode'),
    'huawei-cce': {
      status: 404,
      body: {
        error_code: 'CCE.01404001',
        errorCode: 'CCE.01404001',
        error_msg: expect.any(String),
        message: expect.any(String),
        reason: expect.any(String),
      },
    },
  };

  it.each(SYSTEM_NAMES)('of %s is answered in its own form', async (system) => {
    const { get, token } = await start();
    const answer = await get(queryPath(system, 'nosuchjob'), { 'x-auth-token': await token() });
    const service = system.replace('otc-', 'huawei-').replace('-autopilot', '') as SystemName;
    expect(answer).toEqual(ANSWERS[service] ?? ecs);
  });
});

describe('every system', () => {
  it.each(SYSTEM_NAMES)('%s answers its own jobs, and only at its own path', async (system) => {
    const { simulator, time, ask, get, token } = await start();
    const jobId = simulator.submit({ system, life: { end: 'never' } });
    time.now += 3_000;
    const response = await ask(system, jobId);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain(jobId);
    const headers = { 'x-auth-token': await token() };
    const path = queryPath(system, jobId);
    const [endpoint, ...rest] = path.slice(1).split('/');
    const there = rest.join('/');
    for (const wrong of [`/${endpoint}/x/${there}`, `/${endpoint}/v9/${there}`, `/${endpoint}//${there}`]) {
      expect(await get(wrong, headers)).toMatchObject({ status: 404, body: { error_code: 'APIGW.0101' } });
    }
    // A list is about no job.
    expect(simulator.requests().jobs).toEqual(system === 'huawei-vpn' ? {} : { [`${system}/${jobId}`]: 1 });
  });

  it.each(SYSTEM_NAMES)('%s refuses a foreign project, a stranger and a renewed token', async (system) => {
    const { simulator, get, token, iam } = await start();
    const headers = { 'x-auth-token': await token() };
    const foreign = await get(queryPath(system, 'x', 'f'.repeat(32)), headers);
    expect(foreign.status).toBe(400);
    expect(JSON.stringify(foreign.body)).toContain('"Common.0018"');
    expect((await get(queryPath(system, 'x'), {})).body).toMatchObject({ error_code: 'APIGW.0301' });
    simulator.revokeTokens();
    expect((await get(queryPath(system, 'x'), headers)).body).toMatchObject({ error_code: 'APIGW.0307' });
    expect((await iam(passwordAuth())).status).toBe(201);
  });
});
