import { createHash, createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { DEFAULT_ACCOUNT, SECOND_ACCOUNT } from '../../../lib/adapters/simulator/simulator.ts';
import { KEY, passwordAuth, PROJECT, queryPath, sign, start } from './harness.ts';

const MINUTE = 60_000;
const THEIRS = SECOND_ACCOUNT.projects[0]!.id;
const agency = { domain_name: SECOND_ACCOUNT.domain, agency_name: 'job-watching' };
const assumeRole = (more = {}) => ({
  identity: { methods: ['assume_role'], assume_role: { ...agency, ...more } },
});
const ownToken = (token = {}) => ({ identity: { methods: ['token'], token } });

interface Credential {
  access: string;
  secret: string;
  securitytoken: string;
  expires_at: string;
}

async function withIam(options = {}) {
  const started = await start(options);
  const { url, token } = started;
  const theirJob = started.simulator.submit({ system: 'otc-ecs', projectId: THEIRS, life: { end: 'never' } });
  const theirs = queryPath('otc-ecs', theirJob, THEIRS);
  const post = async (path: string, auth: unknown, headers?: Record<string, string>) => {
    const caller = headers ?? { 'x-auth-token': await token() };
    const response = await fetch(`${url}/iam${path}`, {
      method: 'POST',
      headers: caller,
      body: JSON.stringify({ auth }),
    });
    const body = (await response.json()) as Record<string, unknown> & { credential: Credential };
    return { status: response.status, body, token: response.headers.get('x-subject-token') ?? '' };
  };
  const tokens = (auth: unknown, headers?: Record<string, string>) => post('/v3/auth/tokens', auth, headers);
  const keys = (auth: unknown, headers?: Record<string, string>) =>
    post('/v3.0/OS-CREDENTIAL/securitytokens', auth, headers);
  /** A signed question with what the call above answered. */
  const signed = ({ access, secret, securitytoken }: Credential, path: string) =>
    started.get(path, sign(url + path, started.time.now, { access, secret, securityToken: securitytoken }));
  return { ...started, theirs, tokens, keys, signed };
}

describe('an agency token', () => {
  it('opens the project of the account that delegated it', async () => {
    const { tokens, get, theirs, token } = await withIam();
    expect((await get(theirs, { 'x-auth-token': await token() })).body).toMatchObject({
      code: 'Common.0018',
    });
    const issued = await tokens({ ...assumeRole(), scope: { project: { id: THEIRS } } });
    expect(issued.status).toBe(201);
    expect(issued.body).toMatchObject({
      token: {
        methods: ['assume_role'],
        project: { id: THEIRS },
        user: { domain: { name: 'second-domain' } },
      },
    });
    expect((await get(theirs, { 'x-auth-token': issued.token })).status).toBe(200);
  });

  it("takes the domain's id and the agency's other name", async () => {
    const { tokens } = await withIam();
    const { body } = await tokens(assumeRole());
    const { domain } = body['token'] as { domain: { id: string } };
    const assume_role = { domain_id: domain.id, xrole_name: 'job-watching' };
    const identity = { methods: ['assume_role'], assume_role };
    expect((await tokens({ identity, scope: { project: { name: 'eu-nl' } } })).status).toBe(201);
  });

  it.each<[string, number, unknown, Record<string, string> | undefined]>([
    ['without a caller', 401, assumeRole(), {}],
    ['of an unknown agency', 404, assumeRole({ agency_name: 'other' }), undefined],
    ['of an unknown domain', 404, assumeRole({ domain_name: 'other' }), undefined],
    ['without a name', 400, assumeRole({ agency_name: undefined }), undefined],
    [
      "for the caller's own project",
      401,
      { ...assumeRole(), scope: { project: { id: PROJECT } } },
      undefined,
    ],
  ])('%s is refused with %d', async (_, status, auth, headers) => {
    const { tokens } = await withIam();
    const refused = await tokens(auth, headers);
    expect(refused).toMatchObject({ status, body: { error: { code: status } }, token: '' });
  });

  it('is refused to whom it is not delegated', async () => {
    const { tokens, iam, simulator } = await withIam();
    const password = passwordAuth({ user: 'second-user', password: 'second-password' }, {});
    password.identity.password.user.domain.name = 'second-domain';
    const token = (await iam(password)).headers.get('x-subject-token')!;
    expect((await tokens(assumeRole(), { 'x-auth-token': token })).status).toBe(403);
    simulator.revokeTokens();
    expect((await tokens(assumeRole(), { 'x-auth-token': token })).status).toBe(401);
  });
});

describe('temporary keys', () => {
  it('of an agency open its project for as long as was asked', async () => {
    const { keys, signed, theirs, time } = await withIam();
    const { status, body } = await keys(assumeRole({ duration_seconds: 1_800 }));
    expect(status).toBe(201);
    expect(body).toEqual({
      credential: {
        access: expect.stringMatching(/^[0-9A-F]{20}$/),
        secret: expect.stringMatching(/^.{40}$/),
        securitytoken: expect.any(String),
        expires_at: '2025-01-02T03:34:05.000000Z',
      },
    });
    time.now += 30 * MINUTE - 1;
    expect((await signed(body.credential, theirs)).status).toBe(200);
    time.now += 1;
    const expired = await signed(body.credential, theirs);
    expect(expired).toMatchObject({ status: 401, body: { error_code: 'APIGW.0301' } });
    expect(expired.body['error_msg']).toContain('the securityToken has expired');
  });

  it('of a token open the projects of its account, 15 minutes when nothing is said', async () => {
    const { keys, signed, token, simulator } = await withIam();
    const ours = queryPath('otc-ecs', simulator.submit({ system: 'otc-ecs', life: { end: 'never' } }));
    const inHeader = await keys(ownToken());
    const inBody = await keys(ownToken({ id: await token() }), {});
    for (const { status, body } of [inHeader, inBody]) {
      expect(status).toBe(201);
      expect(body.credential.expires_at).toBe('2025-01-02T03:19:05.000000Z');
      expect((await signed(body.credential, ours)).status).toBe(200);
    }
    expect(inHeader.body.credential.access).not.toBe(inBody.body.credential.access);
  });

  it('need their own security token, and are forgotten on a reset', async () => {
    const { keys, signed, theirs, simulator } = await withIam();
    const { credential } = (await keys(assumeRole())).body;
    expect((await signed({ ...credential, securitytoken: 'another' }, theirs)).status).toBe(401);
    simulator.reset();
    const gone = await signed(credential, theirs);
    expect(gone.body['error_msg']).toContain(`ak ${credential.access} not exist`);
  });

  it('can be scoped to one project', async () => {
    const { keys, signed, theirs } = await withIam();
    const { credential } = (await keys({ ...ownToken(), scope: { project: { id: PROJECT } } })).body;
    expect((await signed(credential, theirs)).body).toMatchObject({ code: 'Common.0018' });
    expect((await keys({ ...ownToken(), scope: { project: { id: THEIRS } } })).body).toMatchObject({
      error_code: 'IAM.0004',
    });
  });

  it.each<[string, number, string, unknown, Record<string, string> | undefined]>([
    ['too short', 400, 'IAM.0007', assumeRole({ duration_seconds: 899 }), undefined],
    ['too long', 400, 'IAM.0007', ownToken({ duration_seconds: 86_401 }), undefined],
    ['of nobody', 401, 'IAM.0001', ownToken(), {}],
    ['of an unknown agency', 404, 'IAM.0004', assumeRole({ agency_name: 'other' }), undefined],
  ])('that are %s are refused with %d', async (_, status, error_code, auth, headers) => {
    const { keys } = await withIam();
    expect(await keys(auth, headers)).toMatchObject({ status, body: { error_code } });
  });

  it('are refused to a token that has expired, in a form of its own', async () => {
    const { keys, token, time } = await withIam({ tokenLifeMs: MINUTE });
    const headers = { 'x-auth-token': await token() };
    time.now += MINUTE;
    expect(await keys(ownToken(), headers)).toEqual({
      status: 400,
      body: { error_code: 'IAM.1108', error_msg: expect.any(String) },
      token: '',
    });
  });

  it('can be asked for with a signature', async () => {
    const { keys, url, time } = await withIam();
    const body = JSON.stringify({ auth: assumeRole() });
    const headers = signedPost(`${url}/iam/v3.0/OS-CREDENTIAL/securitytokens`, body, time.now);
    expect((await keys(assumeRole(), headers)).status).toBe(201);
    expect((await keys(assumeRole({ duration_seconds: 900 }), headers)).status).toBe(401);
  });
});

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const stamp = (at: number): string => new Date(at).toISOString().replace(/[-:]|\.\d{3}/g, '');

/** Written from the algorithm, so that it owes nothing to what checks it. */
function signedPost(url: string, body: string, now: number): Record<string, string> {
  const date = stamp(now);
  const { pathname } = new URL(url);
  const canonical = `POST\n${pathname}/\n\nx-sdk-date:${date}\n\nx-sdk-date\n${sha256(body)}`;
  const signature = hmac(KEY.secret, `SDK-HMAC-SHA256\n${date}\n${sha256(canonical)}`).toString('hex');
  const authorization = `SDK-HMAC-SHA256 Access=${KEY.access}, SignedHeaders=x-sdk-date, Signature=${signature}`;
  return { 'x-sdk-date': date, authorization };
}

/** As the Go client of Open Telekom Cloud signs: a key derived along a scope whose region and service are empty. */
function olderHeaders(url: string, now: number, { access, secret } = KEY): Record<string, string> {
  const date = stamp(now);
  const { host, pathname } = new URL(url);
  const canonical = `GET\n${pathname}/\n\nhost:${host}\nx-sdk-date:${date}\n\nhost;x-sdk-date\n${sha256('')}`;
  const day = date.slice(0, 8);
  const key = ['', '', 'sdk_request'].reduce(hmac, hmac(`SDK${secret}`, day));
  const toSign = `SDK-HMAC-SHA256\n${date}\n${day}///sdk_request\n${sha256(canonical)}`;
  const signature = hmac(key, toSign).toString('hex');
  return {
    'x-sdk-date': date,
    authorization: `SDK-HMAC-SHA256 Credential=${access}/${day}///sdk_request, SignedHeaders=host;x-sdk-date, Signature=${signature}`,
  };
}

describe('the older form of signing', () => {
  const path = queryPath('otc-ecs', 'x');

  it('is taken where an option says so', async () => {
    const { get, url, time } = await start({ olderSignature: true });
    expect((await get(path, olderHeaders(url + path, time.now))).status).toBe(400);
    expect((await get(path, sign(url + path, time.now))).status).toBe(400);
    const wrong = olderHeaders(url + path, time.now, { ...KEY, secret: 'wrong' });
    expect((await get(path, wrong)).body['error_msg']).toContain('verify aksk signature fail');
  });

  it('is refused otherwise', async () => {
    const { get, url, time } = await start();
    const { status, body } = await get(path, olderHeaders(url + path, time.now));
    expect(status).toBe(401);
    expect(body['error_msg']).toContain('authorization header format is incorrect');
  });
});

describe('a second account', () => {
  it('signs for its own project, which is foreign to the first', async () => {
    const { get, url, time, simulator } = await start();
    const theirs = queryPath('huawei-cce', 'x', THEIRS);
    const [key] = SECOND_ACCOUNT.accessKeys;
    expect((await get(theirs, sign(url + theirs, time.now, key))).status).toBe(404);
    expect((await get(theirs, sign(url + theirs, time.now, KEY))).body).toMatchObject({
      error_code: 'Common.0018',
    });
    expect(simulator.requests().total).toBe(2);
    expect(DEFAULT_ACCOUNT.projects[0]!.id).not.toBe(THEIRS);
  });
});
