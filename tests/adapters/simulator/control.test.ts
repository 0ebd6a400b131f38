import { X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SYSTEM_NAMES } from '../../../lib/adapters/simulator/simulator.ts';
import { isSignedBy, type SmnMessage } from '../../../lib/core/intake/smn-message.ts';
import { PROJECT, start } from './harness.ts';

const everywhere = <T>(value: T) =>
  Object.fromEntries([...SYSTEM_NAMES, 'huawei-cts', 'otc-cts'].map((name) => [name, value]));
const life = { runMs: 1_000, end: 'SUCCESS' };
const problems = (...pairs: [field: string, problem: unknown][]) => ({
  error: 'invalid input',
  problems: pairs.map(([field, problem]) => ({ field, problem })),
});

describe('submitting over HTTP', () => {
  it('answers a job id that can be asked about', async () => {
    const { control, ask } = await start();
    const response = await control('POST', '/jobs', { system: 'otc-ecs', life });
    expect(response.status).toBe(201);
    const answer = (await response.json()) as { job_id: string };
    expect(answer).toEqual({ job_id: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect((await ask('otc-ecs', answer.job_id)).status).toBe(200);
  });

  it('answers for ELB a link of version 1 as well, which is no API', async () => {
    const { control, url, ask } = await start();
    const response = await control('POST', '/jobs', { system: 'huawei-elb', life });
    const { job_id, uri } = (await response.json()) as { job_id: string; uri: string };
    expect(uri).toBe(`/v1/${PROJECT}/jobs/${job_id}`);
    expect((await fetch(`${url}/huawei-elb${uri}`)).status).toBe(404);
    expect((await ask('huawei-elb', job_id)).status).toBe(200);
  });

  it.each<[string, unknown, [field: string, problem: unknown][]]>([
    ['no JSON', '{', [['(body)', 'is not JSON']]],
    ['nothing', undefined, [['(body)', expect.any(String)]]],
    ['an unknown system', { system: 'aws', life }, [['system', expect.stringContaining('"otc-ecs"')]]],
    ['no end', { system: 'otc-ecs', life: { runMs: 1 } }, [['life.end', expect.any(String)]]],
    ['no runMs', { system: 'otc-ecs', life: { end: 'SUCCESS' } }, [['life.runMs', expect.any(String)]]],
    [
      'a negative time',
      { system: 'otc-ecs', life: { ...life, initMs: -1 } },
      [['life.initMs', expect.any(String)]],
    ],
    [
      'a misspelt field',
      { system: 'otc-ecs', life, jobid: 'x' },
      [['(body)', expect.stringContaining('jobid')]],
    ],
    [
      'an impossible id',
      { system: 'otc-ecs', life, jobId: '../x' },
      [['jobId', expect.stringContaining('letters')]],
    ],
    [
      'a foreign project',
      { system: 'otc-ecs', life, projectId: 'f' },
      [['projectId', expect.stringContaining(PROJECT)]],
    ],
    [
      'a payment where there is none',
      { system: 'otc-ecs', life: { end: 'PENDING_PAYMENT' } },
      [['life.end', expect.stringContaining('only huawei-ecs')]],
    ],
    [
      'sub-jobs where there are none',
      { system: 'otc-rds', life: { ...life, subJobs: [{ end: 'SUCCESS' }] } },
      [['life.subJobs', expect.stringContaining('no sub-jobs')]],
    ],
    [
      'a word of another status',
      { system: 'huawei-elb-v3', life: { ...life, words: { SUCCESS: 'CANCEL' } } },
      [['life.words.SUCCESS', expect.stringContaining('SUCCESS or COMPLETE')]],
    ],
    [
      'a sub-job that outlasts its parent',
      { system: 'otc-ecs', life: { ...life, subJobs: [{ end: 'SUCCESS', runMs: 1_001 }] } },
      [['life.subJobs.0.runMs', expect.stringContaining('at most')]],
    ],
    [
      'a sub-job that succeeds with an error, in a field that ELB does not have',
      { system: 'huawei-elb', life: { ...life, subJobs: [{ end: 'SUCCESS', errorcodeMessage: '{}' }] } },
      [
        ['life.subJobs.0.end', expect.stringContaining('FAIL')],
        ['life.subJobs.0.errorcodeMessage', expect.stringContaining('use error')],
      ],
    ],
  ])('refuses %s and names the field', async (_, input, expected) => {
    const { control, simulator } = await start();
    const response = await control('POST', '/jobs', input);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual(problems(...expected));
    expect(simulator.jobs()).toEqual([]);
  });

  it('refuses an id that is taken', async () => {
    const { control, simulator } = await start();
    simulator.submit({ system: 'otc-ecs', jobId: 'one', life: { end: 'never' } });
    const response = await control('POST', '/jobs', { system: 'otc-ecs', jobId: 'one', life });
    expect(await response.json()).toEqual(problems(['jobId', expect.stringContaining('taken')]));
  });
});

describe('setting faults over HTTP', () => {
  it('sets, lists and clears them', async () => {
    const { control, ask } = await start();
    const response = await control('POST', '/faults', { system: 'otc-ecs', fault: 'throttled', count: 2 });
    expect(response.status).toBe(201);
    const set = { system: 'otc-ecs', fault: 'throttled', count: 2, left: 2, until: null };
    expect(await response.json()).toEqual(set);
    expect((await ask('otc-ecs', 'x')).status).toBe(429);
    expect(await (await control('GET', '/faults')).json()).toEqual({ faults: [{ ...set, left: 1 }] });
    expect((await control('DELETE', '/faults')).status).toBe(200);
    expect((await ask('otc-ecs', 'x')).status).toBe(400);
  });

  it.each<[string, unknown, string]>([
    ['an unknown fault', { system: 'otc-ecs', fault: 'teapot' }, 'fault'],
    ['an unknown system', { system: 'aws', fault: 'slow' }, 'system'],
    ['a count of none', { system: 'otc-ecs', fault: 'slow', count: 0 }, 'count'],
    ['a limit where none is named', { system: 'otc-ecs', fault: 'slow', limit: 3 }, 'limit'],
    ['a delay where there is none', { system: 'otc-ecs', fault: 'reset', delayMs: 3 }, 'delayMs'],
    ['a body where it is given', { system: 'otc-ecs', fault: 'empty', body: {} }, 'body'],
    ['a clock without signatures', { system: 'otc-ecs', fault: 'slow', skewMs: 3 }, 'skewMs'],
    ['a job of IAM', { system: 'iam', fault: 'other_job' }, 'fault'],
  ])('refuses %s and names the field', async (_, input, field) => {
    const { control, simulator } = await start();
    const response = await control('POST', '/faults', input);
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual(problems([field, expect.any(String)]));
    expect(simulator.faults()).toEqual([]);
  });
});

describe('watching over HTTP', () => {
  it('lists the jobs with where they stand and how often they were asked about', async () => {
    const { control, simulator, time, ask } = await start();
    const jobId = simulator.submit({ system: 'huawei-ecs', life: { runMs: 10, end: 'FAIL' } });
    const job = { system: 'huawei-ecs', projectId: PROJECT, jobId, jobType: 'createServer' };
    const submittedAt = new Date(time.now).toISOString();
    await ask('huawei-ecs', jobId);
    time.now += 10;
    const listed = { jobs: [{ ...job, submittedAt, status: 'FAIL', requests: 1 }] };
    expect(await (await control('GET', '/jobs')).json()).toEqual(listed);
    time.now += 2 * 86_400_000;
    expect(simulator.jobs()).toMatchObject([{ status: null }]);
  });

  it('counts calls by system, answer and job, not its own', async () => {
    const { control, simulator, ask } = await start();
    const jobId = simulator.submit({ system: 'otc-ecs', life: { end: 'never' } });
    simulator.fault({ system: 'otc-ecs', fault: 'throttled', count: 1 });
    for (const id of [jobId, jobId, 'nosuchjob']) await (await ask('otc-ecs', id)).text();
    const expected = {
      total: 4,
      systems: { ...everywhere(0), 'otc-ecs': 3, iam: 1 },
      answers: { ...everywhere({}), 'otc-ecs': { 200: 1, 400: 1, 429: 1 }, iam: { 201: 1 } },
      jobs: { [`otc-ecs/${jobId}`]: 2, 'otc-ecs/nosuchjob': 1 },
      refused: {},
    };
    expect(simulator.requests()).toEqual(expected);
    expect(await (await control('GET', '/requests')).json()).toEqual(expected);
  });

  it('counts what was not sent whole as what it was', async () => {
    const { simulator, ask } = await start();
    await ask('otc-ecs', 'x');
    simulator.fault({ system: 'otc-ecs', fault: 'reset', count: 1 });
    await expect(ask('otc-ecs', 'x')).rejects.toThrow('fetch failed');
    expect(simulator.requests().answers['otc-ecs']).toEqual({ 400: 1, reset: 1 });
  });

  it('revokes tokens', async () => {
    const { control, simulator, ask } = await start();
    const jobId = simulator.submit({ system: 'otc-ecs', life: { end: 'never' } });
    await ask('otc-ecs', jobId);
    expect(await (await control('DELETE', '/tokens')).json()).toEqual({ revoked: 1 });
    expect((await ask('otc-ecs', jobId)).status).toBe(401);
  });

  it('forgets everything on a reset', async () => {
    const { control, simulator, ask } = await start();
    const jobId = simulator.submit({ system: 'otc-ecs', life: { end: 'never' } });
    simulator.fault({ system: 'otc-ecs', fault: 'slow', delayMs: 1 });
    await ask('otc-ecs', jobId);
    expect((await control('POST', '/reset')).status).toBe(200);
    expect(simulator.jobs()).toEqual([]);
    expect(simulator.faults()).toEqual([]);
    expect(simulator.requests()).toMatchObject({ total: 0, jobs: {} });
    expect((await ask('otc-ecs', jobId)).status).toBe(401);
  });

  it('answers 404 to what it does not have, and says what it has', async () => {
    const { control } = await start();
    for (const [method, path] of [
      ['PUT', '/jobs'],
      ['GET', ''],
      ['GET', '/jobs/'],
    ] as const) {
      const response = await control(method, path);
      expect(response.status).toBe(404);
      expect(await response.json()).toEqual({ error: expect.stringContaining('POST /jobs') });
    }
  });
});

describe('a message of SMN over HTTP', () => {
  it('is verified with the certificate that it names, which the authority has signed', async () => {
    const { control, url } = await start();
    const topic = `urn:smn:eu-de:${PROJECT}:jobs`;
    const ordered = await control('POST', '/smn', { topic, subject: 'CTS' });
    expect(ordered.status).toBe(201);
    const message = (await ordered.json()) as SmnMessage;
    const certificate = new X509Certificate(await (await fetch(message.signing_cert_url)).text());
    const { ca } = (await (await control('GET', '/smn')).json()) as { ca: string };
    expect(certificate.verify(new X509Certificate(ca).publicKey)).toBe(true);
    expect(isSignedBy(message, certificate.publicKey)).toBe(true);
    expect(isSignedBy({ ...message, subject: 'other' }, certificate.publicKey)).toBe(false);
    expect(message.signing_cert_url.startsWith(`${url}/smn/`)).toBe(true);
  });

  it('asks for a confirmation, which it counts', async () => {
    const { control } = await start();
    const order = { topic: `urn:smn:eu-de:${PROJECT}:jobs`, type: 'SubscriptionConfirmation' };
    const message = (await (await control('POST', '/smn', order)).json()) as SmnMessage;
    expect((await fetch(message.subscribe_url!)).status).toBe(200);
    expect(await (await control('GET', '/smn')).json()).toMatchObject({ confirmed: [message.message_id] });
  });
});
