import { describe, expect, test } from 'vitest';
import { jobUrl, jobUrls } from '../../../lib/adapters/clouds/dialect.ts';
import { dialectOf, DIALECT_NAMES, SERVICES } from '../../../lib/adapters/clouds/dialects.ts';
import { read } from '../../../lib/adapters/clouds/parse.ts';
import { answer, fixture, FIXTURES, MEANINGS, REQUIRED } from './fixture.ts';

const P = '0123456789abcdef0123456789abcdef';
const ID = 'a03b1b8a-b756-467c-8a49-38720c3d23ec';

/** By dialect: the clouds that document it, its host, its query. */
const SYSTEMS: [name: string, clouds: string[], host: string, path: string][] = [
  ['ecs', ['huawei', 'otc'], 'ecs', `/v1/${P}/jobs/${ID}`],
  ['elb', ['huawei', 'otc'], 'elb', `/v1.0/${P}/jobs/${ID}`],
  ['elb-v3', ['huawei'], 'elb', `/v3/${P}/elb/jobs/${ID}`],
  ['evs', ['huawei', 'otc'], 'evs', `/v1/${P}/jobs/${ID}`],
  ['bms', ['huawei', 'otc'], 'bms', `/v1/${P}/jobs/${ID}`],
  ['sdrs', ['huawei', 'otc'], 'sdrs', `/v1/${P}/jobs/${ID}`],
  ['deh', ['huawei'], 'deh', `/v1/${P}/jobs/${ID}`],
  ['eip', ['huawei'], 'vpc', `/v1/${P}/jobs/${ID}`],
  ['ims', ['huawei', 'otc'], 'ims', `/v1/${P}/jobs/${ID}`],
  ['rds', ['huawei', 'otc'], 'rds', `/v3/${P}/jobs?id=${ID}`],
  ['dcs', ['huawei', 'otc'], 'dcs', `/v2/${P}/jobs/${ID}`],
  ['sfs-turbo', ['huawei', 'otc'], 'sfs-turbo', `/v1/${P}/sfs-turbo/jobs/${ID}`],
  ['cce', ['huawei', 'otc'], 'cce', `/api/v3/projects/${P}/jobs/${ID}`],
  ['cce-autopilot', ['huawei'], 'cce', `/autopilot/v3/projects/${P}/jobs/${ID}`],
  ['gaussdb', ['huawei'], 'gaussdb-opengauss', `/v3/${P}/jobs?id=${ID}`],
  ['dds', ['huawei', 'otc'], 'dds', `/v3/${P}/jobs?id=${ID}`],
  ['geminidb', ['huawei'], 'gaussdb-nosql', `/v3/${P}/jobs?id=${ID}`],
  ['ddm', ['huawei', 'otc'], 'ddm', `/v3/${P}/jobs/${ID}`],
  ['dms-kafka', ['huawei'], 'dms', `/v2/${P}/instances/${ID}`],
  ['cbr', ['huawei', 'otc'], 'cbr', `/v3/${P}/operation-logs/${ID}`],
  ['workspace', ['huawei'], 'workspace', `/v2/${P}/workspace-jobs/${ID}`],
  ['geip', ['huawei'], '', `/v3/${P}/geip/jobs/${ID}`],
  ['vpn', ['huawei'], 'vpn', `/v5/${P}/vpn-gateways/jobs`],
  ['dws', ['huawei'], 'dws', `/v1.0/${P}/job/${ID}`],
  ['sfs', ['huawei', 'otc'], 'sfs', `/v2/${P}/shares/${ID}`],
];

test.each(SYSTEMS)('%s is asked at its own path, without a slash at the end', (name, clouds, host, path) => {
  for (const cloud of ['huawei', 'otc']) {
    const dialect = dialectOf(cloud, name);
    expect(dialect !== undefined).toBe(clouds.includes(cloud));
    if (!dialect) continue;
    expect(dialect.host).toBe(host);
    for (const endpoint of ['https://host.test', 'https://host.test/']) {
      expect(jobUrl(dialect, endpoint, { projectId: P, jobId: ID }).href).toBe(`https://host.test${path}`);
    }
  }
});

test('a URL that is not parsed for each job is the one that is', () => {
  const paths = [
    '/v1/{project_id}/jobs/{job_id}',
    '/v1/{job_id}/of/{job_id}',
    '/a b/../{region}/{job_id}/ü',
    '/{job_id}?id={job_id}',
    '/same/for/all',
  ];
  for (const path of [...paths, ...SYSTEMS.map(([, , , known]) => known.replaceAll(ID, '{job_id}'))]) {
    const dialect = { ...dialectOf('huawei', 'ecs')!, path };
    for (const endpoint of ['https://host.test', 'http://[::1]:8080/api/', 'https://HOST.test:443/x']) {
      const urlOf = jobUrls(dialect, endpoint, { projectId: P, region: 'r1' });
      for (const jobId of [ID, 'A', '0-1', 'x'.repeat(64)]) {
        const whole = jobUrl(dialect, endpoint, { projectId: P, region: 'r1', jobId });
        const { host, hostname, origin, password, pathname, port, protocol, search, username } = whole;
        const parts = { host, hostname, origin, password, pathname, port, protocol, search, username };
        expect(urlOf(jobId)).toMatchObject(parts);
      }
    }
  }
});

test('what is not there is not there', () => {
  expect(dialectOf('huawei', 'constructor')).toBeUndefined();
  expect(dialectOf('nowhere', 'ecs')).toBeUndefined();
});

describe('every dialect has answers to show', () => {
  test.each(DIALECT_NAMES)('%s: running, succeeded and failed', (name) => {
    const names = FIXTURES.map((one) => one.name);
    expect(names).toEqual(expect.arrayContaining(REQUIRED.map((what) => `${name}-${what}`)));
  });

  test.each(FIXTURES)('$name is read for what it is called, wherever its dialect is spoken', (it) => {
    const { clouds } = SERVICES[it.dialect as keyof typeof SERVICES];
    for (const cloud of Object.keys(clouds)) {
      const seen = read(dialectOf(cloud, it.dialect)!, it.jobId, answer(200, it.text));
      if (it.what === 'pending-payment' && cloud === 'otc') {
        expect(seen.kind).toBe('malformed');
        continue;
      }
      expect(seen.kind).toBe(MEANINGS[it.what]);
      if (!('report' in seen)) throw new Error(seen.kind);
      const { jobType, beganAt, endedAt, error, subJobs } = seen.report;
      expect(jobType).not.toBeNull();
      expect(beganAt).not.toBeNull();
      // The state of a resource has no end.
      if ((it.what === 'success' || it.what === 'fail') && !STATES.includes(it.dialect))
        expect(endedAt).not.toBeNull();
      // A cancelled job has no cause but that.
      if (it.what === 'fail' && !it.name.endsWith('cancelled')) expect(error?.reason).toBeTruthy();
      if (it.name.endsWith('children')) expect(subJobs.total).toBeGreaterThan(0);
    }
  });
});

/** Dialects that read the state of a resource. */
const STATES = ['dms-kafka', 'sfs'];

test('the job is found in a list by its id, and an empty list does not know it', () => {
  const { jobId } = fixture('geminidb-success');
  const gemini = dialectOf('huawei', 'geminidb')!;
  const ask = (...jobs: object[]) => read(gemini, jobId, answer(200, { jobs, total_count: jobs.length }));
  const other = { id: 'another', status: 'Failed', name: 'x' };
  expect(ask(other, { id: jobId, status: 'Completed', name: 'x' }).kind).toBe('succeeded');
  expect(ask()).toEqual({
    kind: 'not_found',
    proof: 'unconfirmed',
    routeConfirmed: false,
    detail: 'HTTP 200: no such job',
  });
  expect(ask(other)).toMatchObject({ kind: 'malformed', detail: expect.stringMatching(/about job another/) });
});

test('a desktop is not made where one of its sub-jobs failed, whatever the job says', () => {
  for (const word of ['SUCCESS', 'COMPLETE']) {
    const { text, jobId } = fixture('workspace-fail-children');
    const said = text.replace('"status": "COMPLETE"', `"status": "${word}"`);
    expect(read(dialectOf('huawei', 'workspace')!, jobId, answer(200, said))).toMatchObject({
      kind: 'failed',
      report: { error: { code: 'WKS.00010103' }, subJobs: { failed: 1, succeeded: 1 } },
    });
  }
});

/** What is told of a job, where a service has it in places of its own. */
const TOLD: [name: string, report: object][] = [
  ['evs-fail', { error: { code: 'EVS.2024', reason: 'The volume is in use.' } }],
  ['evs-fail-quota', { error: { hint: expect.stringMatching(/quota is used up/) } }],
  ['ecs-fail-code-within', { error: { code: 'Ecs.0319', reason: 'flavor x9.large is sold out in az 1' } }],
  ['elb-fail-message', { error: { code: 'ELB.1101', reason: 'the bandwidth quota is used up' } }],
  ['evs-success', { entities: { volume_id: '28f87c9a-1b5d-4cb9-8b5d-6ee3ac0e0f64', size: 120 } }],
  ['evs-success-children', { subJobs: { total: 2, succeeded: 2 }, entities: {} }],
  [
    'bms-fail',
    { error: { code: 'BMS.3033', reason: 'Failed to create the BMS: no host of this flavor is left.' } },
  ],
  ['bms-success', { subJobs: { total: 0 } }],
  ['sdrs-fail', { error: { code: 'EVS.2024', reason: 'The group could not be created.' } }],
  ['sdrs-success-children', { subJobs: { total: 1, succeeded: 1 } }],
  [
    'deh-success',
    { entities: { entities: { entities: [{ resourceId: 'd465d0ae-f859-4a83-a508-8db654c05e7e' }] } } },
  ],
  ['eip-success-children', { subJobs: { total: 1, succeeded: 1 } }],
  [
    'eip-fail-children',
    {
      error: { code: 'VPC.0507', reason: 'no public address is left' },
      subJobs: { total: 2, succeeded: 1, failed: 1, running: 0 },
      entities: { sub_jobs: [{ publicip_id: 'p-2' }] },
    },
  ],
  ['eip-fail', { entities: {}, error: { reason: 'The address is in use.' } }],
  ['ims-running', { entities: { process_percent: 0.24 }, beganAt: '2015-06-04T18:11:06.586Z' }],
  [
    'ims-success-children',
    {
      subJobs: { total: 1, succeeded: 1 },
      entities: { sub_jobs_list: ['ff808081692a62c70169b4dcf9514263'] },
    },
  ],
  [
    'ims-fail',
    {
      error: {
        code: 'IMG.0144',
        reason: 'The bucket cannot be read.',
        subJobs: [{ jobId: 'ff808081692a62c70169b4dcf9514265', code: 'IMG.0144' }],
      },
    },
  ],
  ['rds-running', { beganAt: '2018-08-06T10:41:14.000Z', entities: { instance: { name: 'orders' } } }],
  ['rds-success', { entities: { instance: { type: 'Single' }, resource_ids: ['a1', 'a2'] } }],
  ['rds-fail-object', { error: { code: 'DBS.200042', reason: 'the subnet has no addresses' } }],
  ['rds-fail', { error: { code: null, reason: 'The subnet has no address left.' } }],
  ['dcs-success', { beganAt: '2023-05-15T22:59:05.379Z', endedAt: '2023-05-15T22:59:08.248Z' }],
  ['sfs-turbo-success', { endedAt: '2023-04-01T06:27:55.000Z' }],
  ['sfs-turbo-fail', { error: { code: 'SFS.TURBO.0106', subJobs: [{ jobType: 'bind_ldap_primary' }] } }],
  ['cce-running', { entities: { resourceName: 'prod', 'kubernetes.io/availableZone': 'eu-de-01' } }],
  ['cce-success-children', { subJobs: { total: 3, succeeded: 3 } }],
  [
    'cce-fail',
    {
      error: {
        code: null,
        reason: 'The subnet has no address left.',
        subJobs: [{}, { jobType: 'CreateVM' }],
      },
    },
  ],
  ['elb-v3-success', { entities: { resource_id: 'c2e2a18c-3d2e-4f8c-9a8e-5a5b52a4fbb1' } }],
  ['elb-v3-success-children', { subJobs: { total: 1, succeeded: 1 } }],
  ['elb-v3-fail', { error: { code: 'ELB.2502', reason: 'The listener port is in use.' } }],
  ['elb-v3-fail-cancelled', { error: { code: null, reason: null } }],
];

test.each(TOLD)('%s tells', (name, report) => {
  const { dialect, jobId, text } = fixture(name);
  expect(read(dialectOf('huawei', dialect)!, jobId, answer(200, text))).toMatchObject({ report });
});

describe('a word means what its service means by it', () => {
  const word = (dialect: string, status: string): string => {
    const { text, jobId } = fixture(`${dialect}-success`);
    const said = text.replace(/"(status|phase)": "(success|completed|complete)"/i, `"$1": "${status}"`);
    expect(said).not.toBe(text);
    return read(dialectOf('huawei', dialect)!, jobId, answer(200, said)).kind;
  };

  test.each([
    ['elb-v3', 'INIT', 'running'],
    ['elb-v3', 'RUNNING', 'running'],
    ['elb-v3', 'ROLLBACKING', 'running'],
    ['elb-v3', 'SUCCESS', 'succeeded'],
    ['elb-v3', 'FAIL', 'failed'],
    ['elb-v3', 'ROLLBACK_FAIL', 'failed'],
    ['elb-v3', 'CANCEL', 'failed'],
    ['ims', 'fail', 'failed'],
    ['sfs-turbo', 'waiting', 'running'],
    ['sfs-turbo', 'FAILED', 'failed'],
    ['rds', 'Running', 'running'],
    ['cce', 'Initializing', 'running'],
    // Words of others are not understood, whatever they seem to say.
    ['ecs', 'COMPLETE', 'malformed'],
    ['ecs', 'FAILED', 'malformed'],
    ['evs', 'PENDING_PAYMENT', 'malformed'],
    ['rds', 'Success', 'malformed'],
    ['rds', 'Pending', 'malformed'],
    ['cce', 'Completed', 'malformed'],
    ['sfs-turbo', 'FAIL', 'malformed'],
  ])('%s: %s is %s', (dialect, status, kind) => expect(word(dialect, status)).toBe(kind));
});
