import { describe, expect, it } from 'vitest';
import { DEFAULT_ACCOUNT } from '../../../lib/adapters/simulator/simulator.ts';
import { KEY, passwordAuth, PROJECT, queryPath, sign, start } from './harness.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;
const gatewayError = (code: string, message: unknown = expect.any(String)) => ({
  error_code: code,
  error_msg: message,
  request_id: expect.stringMatching(/^[0-9a-f]{32}$/),
});

async function withJob(options = {}) {
  const started = await start(options);
  const jobId = started.simulator.submit({ system: 'otc-ecs', life: { end: 'never' } });
  const at = started.url + queryPath('otc-ecs', jobId);
  const get = async (headers: Record<string, string>, url = at) => {
    const response = await fetch(url, { headers });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  return { ...started, jobId, at, get };
}

describe('a token', () => {
  it('is handed out for a password, in a header, with its end to the microsecond', async () => {
    const { time, iam } = await start({ tokenLifeMs: DAY });
    const response = await iam(passwordAuth());
    expect(response.status).toBe(201);
    expect(response.headers.get('x-subject-token')).toMatch(/^MII[\w+-]{4093}$/);
    const { token } = (await response.json()) as { token: Record<string, unknown> };
    expect(token['expires_at']).toBe('2025-01-03T03:04:05.000000Z');
    expect(Date.parse(String(token['expires_at']))).toBe(time.now + DAY);
    expect(token['project']).toMatchObject({ id: PROJECT });
  });

  it('opens the job query of its project', async () => {
    const { get, token } = await withJob();
    expect(await get({ 'x-auth-token': await token() })).toMatchObject({
      status: 200,
      body: { status: 'RUNNING' },
    });
  });

  it('can be scoped by the project name; the project wins over a domain', async () => {
    const { get, iam } = await withJob();
    const { name } = DEFAULT_ACCOUNT.projects[0]!;
    const response = await iam(
      passwordAuth({}, { project: { name }, domain: { name: DEFAULT_ACCOUNT.domain } }),
    );
    const token = response.headers.get('x-subject-token')!;
    expect((await get({ 'x-auth-token': token })).status).toBe(200);
  });

  it('without a project does not open the queries of projects', async () => {
    const { get, iam } = await withJob();
    const response = await iam(passwordAuth({}, { domain: { name: DEFAULT_ACCOUNT.domain } }));
    const token = response.headers.get('x-subject-token')!;
    expect(await get({ 'x-auth-token': token })).toMatchObject({
      status: 400,
      body: { code: 'Common.0018' },
    });
  });

  it('has to be renewed when it has expired; a new one does not end the old one', async () => {
    const { get, time, token } = await withJob({ tokenLifeMs: 1_000 });
    const first = await token();
    time.now += 999;
    const second = await token();
    expect(second).not.toBe(first);
    expect((await get({ 'x-auth-token': first })).status).toBe(200);
    time.now += 1;
    const refused = await get({ 'x-auth-token': first });
    expect(refused).toEqual({ status: 401, body: gatewayError('APIGW.0307', 'The token must be updated.') });
    expect((await get({ 'x-auth-token': second })).status).toBe(200);
  });

  it('can be revoked before its end', async () => {
    const { simulator, get, token } = await withJob();
    const revoked = await token();
    expect(simulator.revokeTokens()).toBe(1);
    expect(await get({ 'x-auth-token': revoked })).toMatchObject({
      status: 401,
      body: { error_code: 'APIGW.0307' },
    });
    expect((await get({ 'x-auth-token': await token() })).status).toBe(200);
    expect(simulator.revokeTokens()).toBe(1);
  });

  it.each<[string, Record<string, string>]>([
    ['missing', {}],
    ['unknown', { 'x-auth-token': 'MIIunknown' }],
    ['an unsigned authorization', { authorization: 'Bearer abc' }],
  ])('that is %s is refused in the style of the gateway', async (_, headers) => {
    const { get } = await withJob();
    const message = expect.stringMatching(/^Incorrect IAM authentication information: /);
    expect(await get(headers)).toEqual({ status: 401, body: gatewayError('APIGW.0301', message) });
  });
});

describe('IAM', () => {
  it.each([
    ['a wrong password', passwordAuth({ password: 'wrong' })],
    ['an unknown user', passwordAuth({ user: 'nobody' })],
    ['a foreign project', passwordAuth({}, { project: { id: 'f'.repeat(32) } })],
  ])('refuses %s in its own style', async (_, auth) => {
    const { iam } = await start();
    const response = await iam(auth);
    expect(response.status).toBe(401);
    expect(response.headers.get('x-subject-token')).toBeNull();
    expect(await response.json()).toEqual({
      error: { code: 401, message: expect.any(String), title: 'Unauthorized' },
    });
  });

  it('answers 400 to a request that is none', async () => {
    const { iam, url } = await start();
    expect((await iam({ identity: { methods: ['totp'] } })).status).toBe(400);
    const garbage = await fetch(`${url}/iam/v3/auth/tokens`, { method: 'POST', body: '{' });
    expect(await garbage.json()).toMatchObject({ error: { code: 400, title: 'Bad Request' } });
  });

  it('has no other call', async () => {
    const { url } = await start();
    for (const path of ['/iam/v3/auth/tokens', '/iam/v3/users', '/iam']) {
      const response = await fetch(url + path);
      expect(response.status).toBe(404);
      expect(await response.json()).toMatchObject({ error_code: 'APIGW.0101' });
    }
  });
});

describe('a signature', () => {
  it('opens the job query, with a permanent and with a temporary key', async () => {
    const { at, get, time } = await withJob();
    expect((await get(sign(at, time.now))).status).toBe(200);
    expect((await get(sign(at, time.now, KEY, { 'x-project-id': PROJECT }))).status).toBe(200);
    expect((await get(sign(at, time.now, DEFAULT_ACCOUNT.accessKeys[1]))).status).toBe(200);
  });

  it('covers the query', async () => {
    const { at, get, time } = await withJob();
    const url = `${at}?b=2&a=x%20y`;
    expect((await get(sign(url, time.now), url)).status).toBe(200);
    expect((await get(sign(url, time.now), `${at}?b=2&a=z`)).status).toBe(401);
  });

  it('does not need the session token to be signed, only to be right', async () => {
    const { at, get, time } = await withJob();
    const { securityToken = '', ...permanent } = DEFAULT_ACCOUNT.accessKeys[1]!;
    const headers = sign(at, time.now, permanent);
    expect((await get({ ...headers, 'x-security-token': securityToken })).status).toBe(200);
    expect((await get({ ...headers, 'x-security-token': 'another' })).status).toBe(401);
    expect((await get(headers)).status).toBe(401);
  });

  it.each([-15 * MINUTE, 15 * MINUTE])('is good with a clock that is %d ms off', async (skew) => {
    const { at, get, time } = await withJob();
    expect((await get(sign(at, time.now + skew))).status).toBe(200);
  });

  it.each([-15 * MINUTE - 1_000, 15 * MINUTE + 1_000])(
    'is refused, with both times, when the clock is %d ms off',
    async (skew) => {
      const { at, get, time } = await withJob();
      const { status, body } = await get(sign(at, time.now + skew));
      expect(status).toBe(401);
      expect(body).toEqual(
        gatewayError(
          'APIGW.0301',
          expect.stringMatching(/signature time:\d{8}T\d{6}Z,server time:20250102T030405Z/),
        ),
      );
    },
  );

  it('of an unknown key is refused with a text that quotes the key', async () => {
    const { at, get, time } = await withJob();
    const { status, body } = await get(sign(at, time.now, { access: 'NOSUCHKEY', secret: 'x' }));
    expect(status).toBe(401);
    expect(body['error_msg']).toBe('Incorrect IAM authentication information: ak NOSUCHKEY not exist');
  });

  it('of a wrong secret is refused with the canonical request as the gateway saw it', async () => {
    const { at, get, time, jobId } = await withJob();
    const { status, body } = await get(sign(at, time.now, { ...KEY, secret: 'wrong' }));
    expect(status).toBe(401);
    expect(body['error_msg']).toContain(`canonicalRequest:GET|/otc-ecs/v1/${PROJECT}/jobs/${jobId}/||host:`);
  });

  it('is refused without a signed date of the right form', async () => {
    const { at, get, time } = await withJob();
    const headers = sign(at, time.now);
    const unsigned = {
      ...headers,
      authorization: headers['authorization']!.replace('host;x-sdk-date', 'host'),
    };
    for (const bad of [unsigned, { ...headers, 'x-sdk-date': '2025-01-02' }]) {
      const { status, body } = await get(bad);
      expect(status).toBe(401);
      expect(body['error_msg']).toContain('x-sdk-date');
    }
  });
});

describe('a project', () => {
  const other = 'f'.repeat(32);

  it('that differs from the token or the signature is refused in the style of the service', async () => {
    const { url, jobId, at, get, time, token } = await withJob();
    const foreign = url + queryPath('otc-ecs', jobId, other);
    const refused = { status: 400, body: { code: 'Common.0018', message: expect.any(String) } };
    expect(await get({ 'x-auth-token': await token() }, foreign)).toEqual(refused);
    expect(await get(sign(foreign, time.now), foreign)).toEqual(refused);
    expect(await get(sign(at, time.now, KEY, { 'x-project-id': other }))).toEqual(refused);
  });

  it('has its own jobs: one token opens one project, a signature all of the account', async () => {
    const projects = [...DEFAULT_ACCOUNT.projects, { id: other, name: 'eu-nl' }];
    const { simulator, url, get, time, token } = await withJob({
      accounts: [{ ...DEFAULT_ACCOUNT, projects }],
    });
    const jobId = simulator.submit({ system: 'otc-ecs', projectId: other, life: { end: 'never' } });
    const there = url + queryPath('otc-ecs', jobId, other);
    const here = url + queryPath('otc-ecs', jobId);
    expect((await get(sign(there, time.now), there)).status).toBe(200);
    expect(await get({ 'x-auth-token': await token() }, there)).toMatchObject({
      body: { code: 'Common.0018' },
    });
    expect(await get(sign(here, time.now), here)).toMatchObject({ body: { code: 'Common.0011' } });
  });
});

describe('a path', () => {
  it.each<[string, (jobId: string) => string]>([
    ['a trailing slash', (id) => `${queryPath('otc-ecs', id)}/`],
    ["ELB's version on ECS", (id) => `/otc-ecs/v1.0/${PROJECT}/jobs/${id}`],
    ["the version of the submit call's link on ELB", (id) => `/huawei-elb/v1/${PROJECT}/jobs/${id}`],
    ['another call', () => `/otc-ecs/v1/${PROJECT}/cloudservers`],
    ['no job id', () => `/otc-ecs/v1/${PROJECT}/jobs/`],
    ['a system that is not served', (id) => `/otc-rds/v1/${PROJECT}/jobs/${id}`],
    ['no system', () => '/'],
  ])('with %s is no API, for any caller', async (_, path) => {
    const { url, jobId, get, token } = await withJob();
    const unknown = { status: 404, body: gatewayError('APIGW.0101') };
    expect(await get({ 'x-auth-token': await token() }, url + path(jobId))).toEqual(unknown);
    expect(await get({}, url + path(jobId))).toEqual(unknown);
  });

  it('is no API for any method but GET', async () => {
    const { at, token } = await withJob();
    for (const method of ['POST', 'DELETE']) {
      const response = await fetch(at, { method, headers: { 'x-auth-token': await token() } });
      expect(response.status).toBe(404);
    }
  });

  it('to a job that does not exist is answered by the service', async () => {
    const { ask } = await withJob();
    const response = await ask('huawei-elb', 'nosuchjob');
    expect(response.status).toBe(400);
    expect(await response.json()).toEqual({ code: 'Common.0011', message: expect.any(String) });
  });
});
