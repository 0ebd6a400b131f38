import { describe, expect, test } from 'vitest';
import { dialectOf } from '../../../lib/adapters/clouds/dialects.ts';
import { read } from '../../../lib/adapters/clouds/parse.ts';
import { scrub } from '../../../lib/adapters/clouds/scrub.ts';
import type { Observation } from '../../../lib/core/jobs/observation.ts';
import { answer, fixture } from './fixture.ts';

const ECS = dialectOf('huawei', 'ecs')!;
const OTC_ECS = dialectOf('otc', 'ecs')!;
const ELB = dialectOf('huawei', 'elb')!;

const look = (dialect: typeof ECS, name: string): Observation => {
  const { text, jobId } = fixture(name);
  return read(dialect, jobId, answer(200, text));
};

describe('answers as documented', () => {
  test('ECS, SUCCESS: sub-jobs within the entities', () => {
    for (const dialect of [ECS, OTC_ECS]) {
      expect(look(dialect, 'ecs-success')).toEqual({
        kind: 'succeeded',
        status: 'SUCCESS',
        report: {
          jobType: 'createServer',
          beganAt: '2016-04-25T20:04:34.604Z',
          endedAt: '2016-04-25T20:08:41.593Z',
          error: null,
          subJobs: { total: 1, succeeded: 1, failed: 0, running: 0 },
          entities: {
            sub_jobs_total: 1,
            sub_jobs: [{ server_id: 'bae51750-0089-41a1-9b18-5c777978ff6d' }],
          },
        },
      });
    }
  });

  test('ELB, SUCCESS: the whole resource in the entities', () => {
    expect(look(ELB, 'elb-success')).toMatchObject({
      kind: 'succeeded',
      report: {
        jobType: 'createELB',
        error: null,
        subJobs: { total: 0 },
        entities: { elb: { id: 'ef265755daf84333baf4ddc1d91cbc2f', bandwidth: 1, admin_state_up: false } },
      },
    });
  });

  test('ECS, RUNNING: an empty end, no error fields at all', () => {
    expect(look(ECS, 'ecs-running')).toMatchObject({
      kind: 'running',
      status: 'RUNNING',
      report: {
        beganAt: '2022-02-21T03:14:20.130Z',
        endedAt: null,
        error: null,
        subJobs: { total: 1, running: 1 },
      },
    });
  });

  test('ELB, RUNNING: sub-jobs "left empty"', () => {
    expect(look(ELB, 'elb-running')).toMatchObject({
      kind: 'running',
      report: { endedAt: null, error: null, subJobs: { total: 0, succeeded: 0, failed: 0, running: 0 } },
    });
  });

  test('ECS, PENDING_PAYMENT: a word of Huawei Cloud alone', () => {
    expect(look(ECS, 'ecs-pending-payment')).toMatchObject({
      kind: 'awaiting_payment',
      status: 'PENDING_PAYMENT',
    });
    for (const dialect of [OTC_ECS, ELB]) {
      expect(look(dialect, 'ecs-pending-payment')).toEqual({
        kind: 'malformed',
        detail: 'HTTP 200: unknown status PENDING_PAYMENT',
      });
    }
  });

  test('ECS, FAIL: the cause in JSON within a sub-job', () => {
    expect(look(OTC_ECS, 'ecs-fail')).toMatchObject({
      kind: 'failed',
      report: {
        subJobs: { total: 2, succeeded: 1, failed: 1, running: 0 },
        error: {
          code: 'Ecs.0204',
          reason: 'Quota exceeded for cores: Requested 8, but already used 96 of 100 cores',
          subJobs: [{ jobId: 'ff80808288d41e1b018990260958686d', code: 'Ecs.0204' }],
          subJobsOmitted: 0,
        },
      },
    });
  });

  test('ELB, FAIL: top-level sub-jobs, the cause behind a separator', () => {
    expect(look(ELB, 'elb-fail')).toMatchObject({
      kind: 'failed',
      report: {
        subJobs: { total: 2, succeeded: 1, failed: 1, running: 0 },
        error: {
          code: 'ELB.6030',
          reason: 'The member address is not in the subnet of the load balancer',
          subJobs: [{ jobId: 'ff8080825ecc523f015ecd0a98f82f81', jobType: 'createMember' }],
        },
      },
    });
  });

  test('ECS, SUCCESS with a failed sub-job: a success that says what failed', () => {
    expect(look(ECS, 'ecs-success-with-failed-sub-job')).toMatchObject({
      kind: 'succeeded',
      report: {
        subJobs: { total: 2, succeeded: 1, failed: 1 },
        error: { code: 'Ecs.0611', reason: 'The server is locked.', subJobs: [{ code: 'Ecs.0611' }] },
      },
    });
  });
});

const ID = '2c9eb2c5544cbf6101544f0602af2b4f';
const job = (over: Record<string, unknown>) => ({ job_id: ID, status: 'SUCCESS', ...over });
const HTML = '<html><head><title>502</title></head><body>The backend server is unreachable</body></html>';

/** What goes wrong in practice, and what each must be taken for. */
const TABLE: [
  name: string,
  status: number,
  body: unknown,
  expected: object,
  headers?: Record<string, string>,
][] = [
  // The status word.
  ['a status in lower case', 200, job({ status: 'success' }), { kind: 'succeeded', status: 'success' }],
  ['a status with spaces', 200, job({ status: ' FAIL ' }), { kind: 'failed' }],
  ['INIT', 200, job({ status: 'INIT' }), { kind: 'running' }],
  ['a job answered with 202', 202, job({}), { kind: 'succeeded' }],
  [
    'an unknown status',
    200,
    job({ status: 'ROLLBACKING' }),
    { kind: 'malformed', detail: /unknown status ROLL/ },
  ],
  ['a status that objects inherit', 200, job({ status: 'constructor' }), { kind: 'malformed' }],
  ['a status that is no text', 200, job({ status: { a: 1 } }), { kind: 'malformed' }],
  ['an empty status', 200, job({ status: '' }), { kind: 'malformed' }],
  ['a job without a status', 200, { job_id: ID }, { kind: 'malformed' }],
  ['a status that is null', 200, job({ status: null }), { kind: 'malformed' }],
  // Whose job it is.
  [
    'an answer about another job',
    200,
    job({ job_id: 'ff80' }),
    { kind: 'malformed', detail: /about job ff80/ },
  ],
  ['an answer about no job', 200, { status: 'success' }, { kind: 'malformed' }],
  ['an id in upper case', 200, job({ job_id: ID.toUpperCase() }), { kind: 'succeeded' }],
  // Only a 2xx settles.
  ['SUCCESS in a 500', 500, job({}), { kind: 'unavailable' }],
  ['SUCCESS in a 404', 404, job({}), { kind: 'not_found', proof: 'unconfirmed', routeConfirmed: false }],
  ['SUCCESS in a redirect', 302, job({}), { kind: 'misrouted' }],
  ['FAIL in a 400', 400, job({ status: 'FAIL', error_code: 'Common.0021' }), { kind: 'malformed' }],
  // Throttled.
  ['202 with Common.0024', 202, { code: 'Common.0024', message: 'busy' }, { kind: 'throttled' }],
  ['202 with Common.0024, wrapped', 202, { error: { code: 'Common.0024' } }, { kind: 'throttled' }],
  ['429 with Common.1503', 429, { code: 'Common.1503' }, { kind: 'throttled' }],
  ['503 with Common.1503', 503, { code: 'Common.1503' }, { kind: 'throttled' }],
  ['429 without a word', 429, '', { kind: 'throttled', retryAfterMs: undefined }],
  ['429 in HTML', 429, HTML, { kind: 'throttled' }],
  [
    '429 with the limit in the text',
    429,
    {
      error_msg:
        'The throttling threshold has been reached: policy user over ratelimit,limit:60,time:1 minute',
      error_code: 'APIGW.0308',
      request_id: 'x',
    },
    { kind: 'throttled', retryAfterMs: 60_000, detail: /^HTTP 429 APIGW\.0308: The throttling/ },
  ],
  [
    'a limit in seconds',
    429,
    { error_code: 'APIG.0308', error_msg: 'limit:5,time:5 second' },
    { retryAfterMs: 5_000 },
  ],
  [
    'Retry-After before the limit',
    429,
    'limit:5,time:5 second',
    { retryAfterMs: 7_000 },
    { 'retry-after': '7' },
  ],
  [
    'Retry-After as a date',
    429,
    '',
    { retryAfterMs: 90_000 },
    { 'retry-after': 'Sun, 01 Mar 2026 12:01:30 GMT' },
  ],
  [
    'Retry-After in the past',
    429,
    '',
    { retryAfterMs: undefined },
    { 'retry-after': 'Sun, 01 Mar 2026 11:00:00 GMT' },
  ],
  ['Retry-After as garbage', 429, '', { retryAfterMs: undefined }, { 'retry-after': 'soon' }],
  ['Retry-After of a year', 429, '', { retryAfterMs: 3_600_000 }, { 'retry-after': '31536000' }],
  ['Retry-After of a 503', 503, '', { kind: 'unavailable', retryAfterMs: 30_000 }, { 'retry-after': '30' }],
  ['CCE throttled', 429, { errorCode: 'CCE.01429002', message: 'x', reason: 'y' }, { kind: 'throttled' }],
  // Denied.
  ['401', 401, '', { kind: 'denied' }],
  ['403', 403, { forbidden: { code: 403, message: 'no' } }, { kind: 'denied', detail: 'HTTP 403: no' }],
  ['400 with Common.0018, the wrong project', 400, { code: 'Common.0018' }, { kind: 'denied' }],
  ['400 with Ecs.0023, the wrong project', 400, { error: { code: 'Ecs.0023' } }, { kind: 'denied' }],
  ['401 with Common.0013', 401, { code: 'Common.0013' }, { kind: 'denied' }],
  ['401 with APIGW.0301', 401, { error_code: 'APIGW.0301', error_msg: 'x' }, { kind: 'denied' }],
  ['401 with APIGW.0307, the token must be updated', 401, { error_code: 'APIGW.0307' }, { kind: 'denied' }],
  ['APIC.0303, the same gateway by another name', 400, { error_code: 'APIC.0303' }, { kind: 'denied' }],
  ['403 with Pdp.0001', 403, { code: 'Pdp.0001' }, { kind: 'denied' }],
  ['400 with APIG.0310', 400, { error_code: 'APIG.0310' }, { kind: 'denied' }],
  // Not the job: the route.
  ['404 with APIGW.0101', 404, { error_code: 'APIGW.0101', error_msg: 'no API' }, { kind: 'misrouted' }],
  ['404 with APIG.0101', 404, { error_code: 'APIG.0101' }, { kind: 'misrouted' }],
  ['404 with a gateway code that is not known', 404, { error_code: 'APIGW.0999' }, { kind: 'misrouted' }],
  ['a redirect', 301, '', { kind: 'misrouted' }, { location: 'https://login.test/' }],
  // Not found.
  [
    '400 with Common.0011',
    400,
    { code: 'Common.0011', message: 'Failed to query the system task.' },
    {
      kind: 'not_found',
      proof: 'confirmed',
      detail: 'HTTP 400 Common.0011: Failed to query the system task.',
    },
  ],
  [
    'Common.0011, wrapped',
    400,
    { error: { code: 'Common.0011' } },
    { kind: 'not_found', proof: 'confirmed' },
  ],
  ['404 with Common.0011', 404, { code: 'Common.0011' }, { kind: 'not_found', proof: 'confirmed' }],
  ['500 with Common.0011', 500, { code: 'Common.0011' }, { kind: 'unavailable' }],
  ['200 with Common.0011', 200, { code: 'Common.0011' }, { kind: 'malformed' }],
  [
    'Common.0011 beside the wrong project',
    400,
    { error: { code: 'Common.0011', details: [{ code: 'Common.0018' }] } },
    { kind: 'denied' },
  ],
  [
    '404 itemNotFound',
    404,
    { itemNotFound: { code: 404, message: 'x' } },
    { kind: 'not_found', proof: 'unconfirmed' },
  ],
  [
    '404 without a word',
    404,
    '',
    { kind: 'not_found', proof: 'unconfirmed', detail: 'HTTP 404: an empty body' },
  ],
  ['404 in HTML', 404, HTML, { kind: 'unavailable' }],
  // Unavailable.
  ['502 in HTML', 502, HTML, { kind: 'unavailable', detail: 'HTTP 502: an HTML page' }],
  ['200 in HTML', 200, HTML, { kind: 'unavailable' }],
  ['500', 500, { code: 'Common.0001', message: 'x' }, { kind: 'unavailable' }],
  ['400 with Common.0025', 400, { code: 'Common.0025', message: 'x' }, { kind: 'unavailable' }],
  ['504 with APIGW.0201', 504, { error_code: 'APIGW.0201' }, { kind: 'unavailable' }],
  ['408', 408, '', { kind: 'unavailable' }],
  // Named for what they are, from any server and in any form.
  ['405', 405, '', { kind: 'misrouted', detail: /^HTTP 405 \(this address takes no such request/ }],
  ['405 in HTML', 405, HTML, { kind: 'misrouted' }],
  ['407', 407, 'x', { kind: 'denied', detail: /^HTTP 407 \(a proxy requires credentials.*: x$/ }],
  ['410', 410, '', { kind: 'not_found', proof: 'unconfirmed', detail: /^HTTP 410 \(gone/ }],
  ['402', 402, '', { kind: 'denied', detail: /the account has to pay/ }],
  ['421', 421, '', { kind: 'misrouted' }],
  ['425', 425, '', { kind: 'unavailable' }],
  ['451', 451, '', { kind: 'denied' }],
  ['405 with a code that says more', 405, { error_code: 'APIGW.0308' }, { kind: 'throttled' }],
  [
    "Kong's 404",
    404,
    { message: 'no Route matched with those values' },
    { kind: 'not_found', proof: 'unconfirmed' },
  ],
  ["Go's 404", 404, '404 page not found\n', { kind: 'not_found', proof: 'unconfirmed' }],
  // Malformed.
  ['200 without a body', 200, '', { kind: 'malformed', detail: 'HTTP 200: an empty body' }],
  ['200 with text', 200, 'OK', { kind: 'malformed', detail: 'HTTP 200: OK' }],
  ['200 with half a body', 200, '{"status":"SUCCESS","job_id":"', { kind: 'malformed' }],
  ['200 with an array', 200, [job({})], { kind: 'malformed' }],
  ['200 with null', 200, 'null', { kind: 'malformed' }],
  ['200 with a number', 200, '5', { kind: 'malformed' }],
  ['204', 204, '', { kind: 'malformed' }],
  ['400 with an unknown code', 400, { code: 'Ecs.0001', message: 'x' }, { kind: 'malformed' }],
  [
    'an error of SFS Turbo',
    400,
    { errCode: 'SFS.TURBO.0001', errMsg: 'x' },
    { kind: 'malformed', detail: 'HTTP 400 SFS.TURBO.0001: x' },
  ],
  [
    'an error of CCE, every spelling at once',
    404,
    { error_code: 'CCE.01404001', error_msg: 'x', errorCode: 'CCE.01404001', message: 'x', reason: 'y' },
    { kind: 'not_found', proof: 'unconfirmed', detail: 'HTTP 404 CCE.01404001: x' },
  ],
  [
    '400 with DBS.200543, a job that is gone',
    400,
    { error_code: 'DBS.200543' },
    { kind: 'not_found', proof: 'unconfirmed' },
  ],
  [
    'a batch error',
    400,
    { error: null, internalError: [{ id: 'a', error_code: 'Ecs.0001', error_message: 'x' }] },
    { kind: 'malformed', detail: 'HTTP 400 Ecs.0001: x' },
  ],
];

test.each(TABLE)('%s', (_name, status, body, expected, headers = {}) => {
  const seen = read(ECS, ID, answer(status, body, headers)) as unknown as Record<string, unknown>;
  for (const [field, value] of Object.entries(expected) as [string, unknown][]) {
    if (value instanceof RegExp) expect(seen[field]).toMatch(value);
    else expect(seen[field]).toEqual(value);
  }
});

const entitiesOf = (entities: unknown): unknown => {
  const seen = read(ECS, ID, answer(200, job({ entities })));
  return 'report' in seen && seen.report.entities;
};

const countsOf = (sub_jobs: unknown): unknown => {
  const seen = read(ECS, ID, answer(200, job({ entities: { sub_jobs } })));
  return 'report' in seen && seen.report.subJobs;
};
const NONE = { total: 0, succeeded: 0, failed: 0, running: 0 };

describe('lenient where services are', () => {
  test('entities may be of any type', () => {
    expect(entitiesOf(null)).toEqual({});
    expect(entitiesOf('')).toEqual({});
    expect(entitiesOf({})).toEqual({});
    expect(entitiesOf([])).toEqual({});
    expect(entitiesOf(undefined)).toEqual({});
    expect(entitiesOf([{ id: 1 }])).toEqual({ items: [{ id: 1 }] });
    expect(entitiesOf('text')).toEqual({ value: 'text' });
    expect(entitiesOf({ size: 40, list: [1, 'a', null], deep: { x: 0.5 } })).toEqual({
      size: 40,
      list: [1, 'a', null],
      deep: { x: 0.5 },
    });
  });

  test('sub-jobs may be absent, null, empty, a string, nested and of unknown status', () => {
    for (const nothing of [undefined, null, '', [], '[]', {}, 'none', 5, [null, 'x', 5]]) {
      expect(countsOf(nothing)).toEqual(NONE);
    }
    expect(countsOf('[{"status":"FAIL"}]')).toEqual({ ...NONE, total: 1, failed: 1 });
    expect(
      countsOf([
        { status: 'SUCCESS', entities: { sub_jobs: [{ status: 'fail' }, { status: 'SUCCESS' }] } },
        { status: 'WHATEVER' },
        {},
      ]),
    ).toEqual({ total: 5, succeeded: 2, failed: 1, running: 2 });
  });

  test('sub-jobs without end are not followed for ever', () => {
    const deep = Array.from({ length: 500 }).reduce<object>(
      (inner) => ({ entities: { sub_jobs: [inner] } }),
      {},
    );
    expect(countsOf([deep])).toMatchObject({ total: 8 });
  });

  test('a time that does not parse is no time, and no trouble', () => {
    expect(read(ECS, ID, answer(200, job({ begin_time: 'soon', end_time: 5 })))).toMatchObject({
      kind: 'succeeded',
      report: { beganAt: null, endedAt: null },
    });
  });

  test('__proto__ in JSON does no harm and goes no further', () => {
    const body = `{"job_id":"${ID}","status":"SUCCESS","__proto__":{"status":"FAIL"},"entities":{"__proto__":{"polluted":true},"a":{"__proto__":{"polluted":true}}}}`;
    const seen = scrub(read(ECS, ID, answer(200, body)), (text) => text);
    expect(seen).toMatchObject({ kind: 'succeeded' });
    expect('report' in seen && JSON.stringify(seen.report.entities)).toBe('{"a":{}}');
    expect(({} as Record<string, unknown>).polluted).toBeUndefined();
  });
});
