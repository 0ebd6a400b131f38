import { describe, expect, it } from 'vitest';
import type { Auth } from '../../../lib/adapters/clouds/auth/auth.ts';
import { createTrails } from '../../../lib/adapters/clouds/trails.ts';
import type { TrailConfig } from '../../../lib/core/origin-config.ts';
import { answer, FIXTURES } from './fixture.ts';
import { readTrace, readTraces, tracesUrl, type TraceReader } from '../../../lib/adapters/clouds/traces.ts';

const JOB = 'ff8080828fe9028a01902f2542df1b10';
const PROJECT = '0123456789abcdef0123456789abcdef';
const READER: TraceReader = {
  projectId: PROJECT,
  originOf: (service) => (service === 'ECS' ? 'prod-ecs' : null),
  reportedIn: () => [],
  redact: (text) => text.replaceAll('hunter2', '[redacted]'),
};

/** The first trace of a call as the cloud writes it. */
const trace = (over: Record<string, unknown> = {}): Record<string, unknown> => ({
  trace_id: '3d8a2a3c-2d39-11ef-8a15-fa163e9c4b1f',
  trace_name: 'createServer',
  trace_rating: 'normal',
  trace_type: 'ConsoleAction',
  service_type: 'ECS',
  resource_type: 'ecs',
  resource_name: 'web-7',
  resource_id: '',
  code: '200',
  response: `{"job_id":"${JOB}"}`,
  request_id: 'null',
  time: 1_718_777_931_170,
  user: '{"id":"1","name":"anna","domain":{"id":"d1","name":"acme"}}',
  ...over,
});
const read = (over: Record<string, unknown>) => readTrace(trace(over), READER);

const FIRST = {
  id: '3d8a2a3c-2d39-11ef-8a15-fa163e9c4b1f',
  at: 1_718_777_931_170,
  service: 'ECS',
  operation: 'createServer',
  name: 'web-7',
  resourceId: null,
  user: 'anna',
  origin: 'prod-ecs',
  jobs: { submitted: [JOB], reported: [], omitted: 0 },
  passedOver: false,
};

describe('a trace', () => {
  it('is read as the cloud writes it', () => {
    expect(read({})).toEqual(FIRST);
  });

  it.each([
    [{ response: { job_id: JOB } }],
    [{ response: JSON.stringify(JSON.stringify({ job_id: JOB })) }],
    [{ user: { id: '1', name: 'anna' } }],
    [{ user: { id: '1', user_name: 'anna', principal_urn: 'x' } }],
    [{ user: 'anna' }],
    [{ service_type: 'ecs' }],
    [{ code: 200 }],
    [{ code: 0 }],
    [{ code: null }],
    [{ resource_id: null, trace_rating: undefined, trace_status: 'normal' }],
    [{ time: '1718777931170' }],
    [{ time: '1718777931170123456' }],
    [{ time: null, record_time: 1_718_777_931_170 }],
    [{ time: '2024-06-19T06:18:51.170Z' }],
    [{ response: `{"job_id":"${JOB}","status":null,"end_time":"null"}` }],
  ])('is read the same in another shape: %j', (over) => {
    expect(read(over)).toEqual(FIRST);
  });

  it.each([
    ['2016/12/08 11:07:28 GMT+08:00', '2016-12-08T03:07:28.000Z'],
    ['12/01/2016 11:07:28 GMT+08:00', '2016-12-01T03:07:28.000Z'],
    ['1660223647458765184', '2022-08-11T13:14:07.458Z'],
    ['1660223647', '2022-08-11T13:14:07.000Z'],
  ])('has the time %s', (time, iso) => {
    expect(new Date(read({ time })?.at ?? 0).toISOString()).toBe(iso);
  });

  it.each(['', 'null', 'yesterday', '99', {}])('without a time that can be read has none: %j', (time) => {
    expect(read({ time })?.at).toBeNull();
  });

  it.each([
    [{ response: '' }],
    [{ response: undefined }],
    [{ response: 'null' }],
    [{ response: {} }],
    [{ response: '{"code":"VPC.0514","message":"Update port fail."}' }],
    [{ response: '{"job_id":' }],
    [{ request: `{"job_id":"${JOB}"}`, response: null }],
    [{ code: '400' }],
    [{ code: 403 }],
  ])('starts no job where it names none: %j', (over) => {
    expect(read(over)?.jobs.submitted).toEqual([]);
  });

  it('of a result names what it reports on, and submits nothing', () => {
    const response = `{"job_id":"${JOB}","job_type":"createSingleServer","status":"SUCCESS"}`;
    expect(read({ response })?.jobs).toEqual({ submitted: [], reported: [JOB], omitted: 0 });
  });

  it.each([null, 'null', '', {}])('of the cloud itself has no user: %j', (user) => {
    expect(read({ user })?.user).toBeNull();
  });

  it.each([
    [{ read_only: true }],
    [{ read_only: 'true' }],
    [{ service_type: 'CTS' }],
    [{ project_id: 'fedcba9876543210fedcba9876543210' }],
    [{ resource_account_id: 'd2' }],
    [{ resource_account_id: 'd2', domain_id: 'd1', user: null }],
  ])('that says nothing of a job here is passed over: %j', (over) => {
    expect(read(over)?.passedOver).toBe(true);
  });

  it.each([
    [{ resource_account_id: 'd1' }],
    [{ resource_account_id: 'd2', domain_id: 'd2' }],
    [{ resource_account_id: 'd2', user: null }],
    [{ project_id: PROJECT, read_only: false }],
  ])('of our own project counts: %j', (over) => {
    expect(read(over)?.passedOver).toBe(false);
  });

  it('belongs to the account that the configuration names', () => {
    const reader = { ...READER, accountId: 'd2' };
    expect(readTrace(trace({ resource_account_id: 'd2' }), reader)?.passedOver).toBe(false);
    expect(readTrace(trace({ resource_account_id: 'd1' }), reader)?.passedOver).toBe(true);
  });

  it('shows no secret in its name and its user', () => {
    expect(read({ resource_name: 'hunter2', user: { name: 'hunter2' } })).toMatchObject({
      name: '[redacted]',
      user: '[redacted]',
    });
  });

  it.each([null, 1, 'text', [], {}, { trace_id: 'x' }, trace({ service_type: '__proto__' })])(
    'that is none is left out: %j',
    (value) => {
      expect(readTrace(value, READER)).toBeNull();
    },
  );

  it('without an id has one that follows from it', () => {
    const [one, other] = [read({ trace_id: null }), read({ trace_id: undefined, resource_name: 'b' })];
    expect(one?.id).toMatch(/^[0-9a-f]{32}$/);
    expect(one?.id).not.toBe(other?.id);
  });
});

const answered = (body: unknown, status = 200) =>
  readTraces(
    { status, headers: {}, body: typeof body === 'string' ? body : JSON.stringify(body), at: 0 },
    READER,
  );

describe('a page of traces', () => {
  it('has its traces, and the marker of the next one', () => {
    expect(answered({ traces: [trace()], meta_data: { count: 1, marker: 'm1' } })).toEqual({
      traces: [FIRST],
      next: 'm1',
    });
  });

  it.each([null, '', 'null', undefined])('is the last one where the marker is %j', (marker) => {
    expect(answered({ traces: [trace()], meta_data: { count: 1, marker } })).toMatchObject({ next: null });
  });

  it.each([[[]], [null]])('may be empty: %j', (traces) => {
    expect(answered({ traces, meta_data: { count: 0, marker: null } })).toEqual({ traces: [], next: null });
  });

  it.each([
    [400, { error_code: 'CTS.0300', error_msg: 'Query failed' }, 'unavailable'],
    [400, { error_code: 'CTS.0001', error_msg: 'IAM or OBS abnormal' }, 'unavailable'],
    [500, { error_code: 'CTS.0004' }, 'unavailable'],
    [403, { error_code: 'CTS.0002' }, 'denied'],
    [403, { error_code: 'CTS.0013' }, 'denied'],
    [400, { error_code: 'CTS.0203' }, 'misrouted'],
    [404, { error_code: 'APIGW.0101' }, 'misrouted'],
    [404, '', 'misrouted'],
    [429, { error_code: 'APIGW.0308', error_msg: 'over ratelimit,limit:60,time:1 minute' }, 'throttled'],
    [503, '<html>', 'unavailable'],
    [202, { error_code: 'Common.0024' }, 'throttled'],
    [200, { error_code: 'CTS.0300' }, 'unavailable'],
    [200, '', 'malformed'],
    [200, { traces: 'none' }, 'malformed'],
    [200, [], 'malformed'],
  ])('is none where the cloud answers %d %j: %s', (status, body, kind) => {
    expect(answered(body, status)).toMatchObject({ kind });
  });
});

it('is asked for with the type, the most there is, and both ends of the time', () => {
  const query = { from: 1_718_777_931_170, to: 1_718_778_531_170, marker: 'a/b' };
  expect(tracesUrl('https://cts.eu-de.otc.t-systems.com/', PROJECT, query).href).toBe(
    `https://cts.eu-de.otc.t-systems.com/v3/${PROJECT}/traces?trace_type=system&limit=200&from=1718777931170&to=1718778531170&next=a%2Fb`,
  );
});

describe('the record of an end', () => {
  // What these services make is named by an id of its own, and its creation has no job.
  const RECORDED = FIXTURES.filter(({ dialect }) => !['dms-kafka', 'sfs', 'geip'].includes(dialect));
  const origins = new Map(RECORDED.map(({ dialect }) => [dialect, `prod-${dialect}`]));
  let body: unknown;
  const [trail] = createTrails(
    [
      {
        name: 'prod-cts',
        cloud: 'huawei',
        region: 'r1',
        endpoint: 'https://cts',
        projectId: PROJECT,
        origins,
        labels: [],
        auth: { kind: 'token', token: () => 't' },
      } as unknown as TrailConfig,
    ],
    {
      authOf: () => ({}) as Auth,
      request: async () => ({ kind: 'answer', answer: answer(200, body) }),
      redact: (text) => text,
    },
  );

  it.each(RECORDED.map((one) => [one.name, one] as const))(
    'is told from a call without an id: %s',
    async (_, { dialect, text, jobId }) => {
      const service = dialect === 'elb-v3' ? 'elb' : dialect;
      body = {
        traces: [
          trace({
            service_type: service.toUpperCase(),
            api_version: dialect === 'elb-v3' ? 'v3' : 'v1',
            response: text,
          }),
        ],
      };
      const page = await trail!.page({ from: 0, to: 1, marker: null });
      const [one] = 'traces' in page ? page.traces : [];
      expect(one?.jobs.submitted).toEqual([]);
      expect(one?.jobs.reported).toContain(jobId);
    },
  );

  it.each([
    ['CCE', { kind: 'Node', metadata: { uid: 'n-1' }, status: { phase: 'Active' } }],
    ['CBR', { vault: { id: 'v-1', status: 'available' } }],
    ['WORKSPACE', { id: 'd-1', status: 'ACTIVE' }],
    ['VPN', { vpn_gateway: { id: 'g-1', status: 'ACTIVE' } }],
    ['ECS', { servers: [{ id: 's-1', status: 'ACTIVE' }] }],
    ['OBS', { id: 'o-1', status: 'SUCCESS' }],
  ])('is not seen in what else %s answers: %j', async (service, response) => {
    body = { traces: [trace({ service_type: service, response: JSON.stringify(response) })] };
    const page = await trail!.page({ from: 0, to: 1, marker: null });
    const [one] = 'traces' in page ? page.traces : [];
    expect(one?.jobs).toMatchObject({ submitted: [], reported: [] });
  });
});
