import { gzipSync } from 'node:zlib';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { createClouds } from '../../../lib/adapters/clouds/client.ts';
import type { OriginAuth, OriginConfig } from '../../../lib/core/origin-config.ts';
import { createHttp, type Limits } from '../../../lib/adapters/platform/http.ts';
import { createTelemetry } from '../../../lib/adapters/platform/log.ts';
import { createSecrets } from '../../../lib/adapters/platform/secrets.ts';
import type { Clouds } from '../../../lib/ports.ts';
import { serve, serveRaw } from '../platform/serve.ts';
import { fixture, NOW } from './fixture.ts';

const PROJECT = '0123456789abcdef0123456789abcdef';
const SUCCESS = fixture('ecs-success');
const JOB = { origin: 'hwc-ecs', projectId: PROJECT, jobId: SUCCESS.jobId };
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

const PASSWORD = 'the-password/of+monitor';
const SECRET_KEY = 'exampleSecretKey/0123456789abcdefghijklmn';
const READY = 'MIIready-made-token+with/odd=characters';

type Kind = 'token' | 'keys' | 'password';

interface Setup {
  endpoint: string;
  auth?: Kind;
  over?: Partial<OriginConfig>;
  limits?: Limits;
  allowPrivate?: boolean;
}

interface Rig {
  clouds: Clouds;
  ask: () => ReturnType<Clouds['check']>;
  pass: (ms: number) => void;
  lines: string[];
  redact: (text: string) => string;
}

/** The client as the service puts it together, in front of a server of the test's. */
function rig({ endpoint, auth = 'token', over, limits, allowPrivate = true }: Setup): Rig {
  let now = NOW;
  const lines: string[] = [];
  const secrets = createSecrets();
  const http = createHttp({
    allowPrivate: () => allowPrivate,
    redact: secrets.redact,
    ...(limits && { limits }),
  });
  onTestFinished(() => http.close());
  const clock = (): number => now;
  const telemetry = createTelemetry({
    write: (line) => void lines.push(line),
    redact: secrets.redact,
    clock,
    level: 'debug',
  });
  const auths: Record<'token' | 'keys' | 'password', OriginAuth> = {
    token: { kind: 'token', token: secrets.add(READY) },
    keys: {
      kind: 'keys',
      accessKey: secrets.add('EXAMPLEACCESSKEY0001'),
      secretKey: secrets.add(SECRET_KEY),
    },
    password: {
      kind: 'password',
      iam: endpoint,
      user: 'monitor',
      domain: 'OTC00000000001000000001',
      password: secrets.add(PASSWORD),
    },
  };
  const config: OriginConfig = {
    name: 'hwc-ecs',
    dialect: 'ecs',
    cloud: 'huawei',
    region: 'eu-west-101',
    endpoint,
    projectId: PROJECT,
    auth: auths[auth],
    ...over,
  };
  const clouds = createClouds([config], { http, secrets, clock, telemetry });
  return {
    clouds,
    ask: () => clouds.check(JOB),
    pass: (ms) => void (now += ms),
    lines,
    redact: secrets.redact,
  };
}

type Reply = (req: IncomingMessage, res: ServerResponse) => void;

/** IAM and a service in one. Tokens are `token-1`, `token-2` ...; `iam` and `service` may answer differently. */
async function cloud({
  iam,
  service,
  life = 24 * HOUR,
}: { iam?: Reply; service?: Reply; life?: number } = {}) {
  let tokens = 0;
  const server = await serve((req, res) => {
    if (!req.url!.startsWith('/v3/auth/tokens')) {
      return service ? service(req, res) : void res.end(SUCCESS.text);
    }
    if (iam) return iam(req, res);
    tokens += 1;
    const expires_at = new Date(NOW + life).toISOString().replace('Z', '000Z');
    res.writeHead(201, { 'X-Subject-Token': `token-${tokens}`.padEnd(4_000, '.') });
    res.end(JSON.stringify({ token: { expires_at, project: { id: PROJECT } } }));
  });
  const to = (prefix: string) => server.requests.filter((r) => r.path.startsWith(prefix));
  return { ...server, iamCalls: () => to('/v3/auth'), jobCalls: () => to('/v1') };
}

const tokenOf = (headers: IncomingMessage['headers']): string =>
  String(headers['x-auth-token']).replace(/\.*$/, '');

describe('a request that is aborted', () => {
  test('comes back at once, as no word of the cloud', async () => {
    const ending = new AbortController();
    const server = await cloud({ service: () => ending.abort() });
    const { clouds } = rig({ endpoint: server.url });
    const seen = await clouds.check(JOB, ending.signal);
    expect(seen).toMatchObject({ kind: 'unavailable', detail: expect.stringContaining('stopped') });
  });

  test('before its token has come leaves IAM as it was: the next one asks it anew', async () => {
    const ending = new AbortController();
    let hangs = true;
    const server = await cloud({
      iam(_req, res) {
        if (hangs) return ending.abort();
        res.writeHead(201, { 'X-Subject-Token': 'token-1' });
        res.end(JSON.stringify({ token: { project: { id: PROJECT } } }));
      },
    });
    const { clouds } = rig({ endpoint: server.url, auth: 'password' });
    expect(await clouds.check(JOB, ending.signal)).toMatchObject({ kind: 'unavailable' });
    expect(server.jobCalls()).toHaveLength(0);
    hangs = false;
    expect(await clouds.check(JOB)).toMatchObject({ kind: 'succeeded' });
    expect(server.iamCalls()).toHaveLength(2);
  });
});

describe('a request', () => {
  test('goes to the documented path with a ready-made token', async () => {
    const server = await cloud();
    expect(await rig({ endpoint: server.url }).ask()).toMatchObject({ kind: 'succeeded', status: 'SUCCESS' });
    expect(server.requests).toMatchObject([
      {
        method: 'GET',
        path: `/v1/${PROJECT}/jobs/${JOB.jobId}`,
        headers: { 'x-auth-token': READY, accept: 'application/json', 'accept-encoding': 'identity' },
      },
    ]);
  });

  test('that is answered in a form that nobody asked for says so instead of quoting it', async () => {
    const server = await cloud({
      service: (_req, res) => res.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(SUCCESS.text)),
    });
    expect(await rig({ endpoint: server.url }).ask()).toEqual({
      kind: 'malformed',
      detail:
        'HTTP 200: the answer is compressed (gzip), which Jobchime did not request: check what is in between',
    });
  });

  test('is signed with access key and secret key, without the slash that is signed', async () => {
    const server = await cloud();
    await rig({ endpoint: server.url, auth: 'keys' }).ask();
    const { path, headers } = server.requests[0]!;
    expect(path.endsWith('/')).toBe(false);
    expect(headers).toMatchObject({ 'x-project-id': PROJECT, 'x-sdk-date': '20260301T120000Z' });
    expect(headers.authorization).toMatch(
      /^SDK-HMAC-SHA256 Access=EXAMPLEACCESSKEY0001, SignedHeaders=host;x-project-id;x-sdk-date, Signature=[0-9a-f]{64}$/,
    );
  });

  test('carries and signs the security token of temporary keys', async () => {
    const server = await cloud();
    const auth: OriginAuth = {
      kind: 'keys',
      accessKey: () => 'EXAMPLEACCESSKEY0001',
      secretKey: () => SECRET_KEY,
      securityToken: () => 'EXAMPLE-SESSION-TOKEN-0001',
    };
    await rig({ endpoint: server.url, over: { auth } }).ask();
    expect(server.requests[0]!.headers).toMatchObject({ 'x-security-token': 'EXAMPLE-SESSION-TOKEN-0001' });
    expect(server.requests[0]!.headers.authorization).toContain('x-sdk-date;x-security-token,');
  });

  test('is not put with ids that could change the URL, nor for another project, nor to nobody', async () => {
    const server = await cloud();
    const { clouds } = rig({ endpoint: server.url });
    for (const jobId of ['', '../tokens', 'a/b', 'a?b', 'a%2fb', 'a b', 'a\nb', 'x'.repeat(65)]) {
      expect(await clouds.check({ ...JOB, jobId })).toMatchObject({ kind: 'malformed' });
      expect(await clouds.check({ ...JOB, projectId: jobId })).toMatchObject({ kind: 'malformed' });
    }
    expect(await clouds.check({ ...JOB, projectId: 'f'.repeat(32) })).toEqual({
      kind: 'denied',
      detail: `the job is of project ${'f'.repeat(32)}, the credentials are of project ${PROJECT}`,
    });
    expect(await clouds.check({ ...JOB, origin: 'gone' })).toMatchObject({ kind: 'misrouted' });
    expect(server.requests).toHaveLength(0);
  });

  test('to ELB goes to v1.0', async () => {
    const elb = fixture('elb-success');
    const server = await cloud({ service: (_req, res) => res.end(elb.text) });
    const { clouds } = rig({ endpoint: server.url, over: { dialect: 'elb' } });
    expect(await clouds.check({ ...JOB, jobId: elb.jobId })).toMatchObject({ kind: 'succeeded' });
    expect(server.requests[0]!.path).toBe(`/v1.0/${PROJECT}/jobs/${elb.jobId}`);
  });
});

test('an origin is described as it is configured', () => {
  const { clouds } = rig({ endpoint: 'https://ecs.test', over: { concurrency: 9 } });
  expect(clouds.describe('hwc-ecs')).toEqual({
    credentials: 'token',
    info: {
      origin: 'hwc-ecs',
      service: 'ecs',
      cloud: 'huawei',
      region: 'eu-west-101',
      consoleUrl: 'https://console.eu.huaweicloud.com/ecm/?region=eu-west-101#/ecs/manager/vmList',
    },
    projectId: PROJECT,
    account: expect.any(String) as string,
    concurrency: 9,
    rate: 5,
  });
  expect(clouds.describe('gone')).toBeNull();
});

test('a dialect that the cloud does not have is refused at the start', () => {
  expect(() => rig({ endpoint: 'https://x.test', over: { cloud: 'otc', dialect: 'eip' } })).toThrow(
    "origin 'hwc-ecs': cloud 'otc' has no dialect 'eip'",
  );
});

const drip = (socket: Socket): void => {
  const timer = setInterval(() => socket.write('1\r\n \r\n'), 10);
  socket.on('close', () => clearInterval(timer));
  socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
};

test('a check makes no Request, Response or Headers, which cost more than the request itself', async () => {
  const server = await cloud();
  const { ask } = rig({ endpoint: server.url, auth: 'keys' });
  const made: string[] = [];
  for (const name of ['Request', 'Response', 'Headers'])
    vi.stubGlobal(name, function refused() {
      made.push(name);
      throw new Error(`no ${name} is needed`);
    });
  onTestFinished(() => void vi.unstubAllGlobals());
  expect(await ask()).toMatchObject({ kind: 'succeeded' });
  expect(made).toEqual([]);
});

describe('trouble on the way', () => {
  const limits = { deadlineMs: 100, maxBytes: 100_000 };
  const raw: [string, (socket: Socket) => void, object][] = [
    ['silence', () => {}, { kind: 'unavailable', detail: expect.stringMatching(/^timeout: /) }],
    ['a body that drips', drip, { kind: 'unavailable', detail: expect.stringMatching(/^timeout: /) }],
    [
      'a reset',
      (socket) => socket.resetAndDestroy(),
      { kind: 'unavailable', detail: expect.stringMatching(/^reset: /) },
    ],
    [
      'a body that breaks off',
      (socket) => socket.end(`HTTP/1.1 200 OK\r\ncontent-length: 9000\r\n\r\n${SUCCESS.text}`),
      { kind: 'unavailable', detail: expect.stringMatching(/^reset: /) },
    ],
    [
      'what is not HTTP',
      (socket) => socket.end('SSH-2.0-OpenSSH\r\n'),
      { kind: 'unavailable', detail: expect.stringMatching(/^network: /) },
    ],
  ];
  test.each(raw)('%s', async (_what, answer, expected) => {
    const server = await serveRaw(answer);
    expect(await rig({ endpoint: server.url, limits }).ask()).toMatchObject(expected);
  });

  test('ten megabytes', async () => {
    const server = await cloud({
      service: (_req, res) => res.end(`${SUCCESS.text}${' '.repeat(10_000_000)}`),
    });
    expect(await rig({ endpoint: server.url }).ask()).toMatchObject({
      kind: 'malformed',
      detail: expect.stringMatching(/^too_large: /),
    });
  });

  test('a redirect is not followed', async () => {
    const server = await cloud({
      service: (req, res) =>
        req.url!.includes('elsewhere')
          ? void res.end(SUCCESS.text)
          : void res.writeHead(302, { location: '/v1/elsewhere' }).end(),
    });
    expect(await rig({ endpoint: server.url }).ask()).toMatchObject({ kind: 'misrouted' });
    expect(server.requests).toHaveLength(1);
  });

  test('an endpoint on a private address that is not allowed', async () => {
    const server = await cloud();
    const seen = await rig({ endpoint: server.url, allowPrivate: false }).ask();
    expect(seen).toMatchObject({ kind: 'misrouted', detail: expect.stringMatching(/^blocked_address: /) });
    expect(server.connections()).toBe(0);
  });

  test('a token with a line break is never sent, and nobody sees it', async () => {
    const server = await cloud();
    const auth: OriginAuth = { kind: 'token', token: () => 'line\nbreak' };
    const seen = await rig({ endpoint: server.url, over: { auth } }).ask();
    expect(seen).toEqual({
      kind: 'misrouted',
      detail: 'bad_url: header x-auth-token has characters that HTTP does not allow',
    });
    expect(server.connections()).toBe(0);
  });

  test('a mistake of our own is an observation and a line in the log, not an exception', async () => {
    const { ask, lines } = rig({ endpoint: 'no URL at all' });
    expect(await ask()).toMatchObject({
      kind: 'unavailable',
      detail: expect.stringMatching(/^the request could not be sent: TypeError/),
    });
    expect(JSON.parse(lines[0]!)).toMatchObject({
      level: 'error',
      event: 'clouds.broken',
      origin: 'hwc-ecs',
    });
  });
});

describe('a token of IAM', () => {
  test('is asked for as documented', async () => {
    const server = await cloud();
    expect(await rig({ endpoint: server.url, auth: 'password' }).ask()).toMatchObject({ kind: 'succeeded' });
    const [call] = server.iamCalls();
    expect(call).toMatchObject({ method: 'POST', path: '/v3/auth/tokens?nocatalog=true' });
    expect(JSON.parse(call!.body)).toEqual({
      auth: {
        identity: {
          methods: ['password'],
          password: {
            user: { name: 'monitor', domain: { name: 'OTC00000000001000000001' }, password: PASSWORD },
          },
        },
        scope: { project: { id: PROJECT } },
      },
    });
    expect(tokenOf(server.jobCalls()[0]!.headers)).toBe('token-1');
  });

  test('may be asked for by ids', async () => {
    const server = await cloud();
    const ask = async (auth: Partial<Extract<OriginAuth, { kind: 'password' }>>): Promise<unknown> => {
      const base = {
        kind: 'password',
        iam: `${server.url}/`,
        domain: 'unused',
        password: () => PASSWORD,
      } as const;
      await rig({ endpoint: server.url, over: { auth: { ...base, user: 'monitor', ...auth } } }).ask();
      return JSON.parse(server.iamCalls().at(-1)!.body).auth.identity.password.user;
    };
    expect(await ask({ user: { id: 'u1' } })).toEqual({ id: 'u1', password: PASSWORD });
    expect(await ask({ domain: { id: 'd1' } })).toEqual({
      name: 'monitor',
      domain: { id: 'd1' },
      password: PASSWORD,
    });
  });

  test('is fetched once, however many ask at the same time', async () => {
    const server = await cloud();
    const { ask } = rig({ endpoint: server.url, auth: 'password' });
    const seen = await Promise.all(Array.from({ length: 50 }, ask));
    expect(seen.every((it) => it.kind === 'succeeded')).toBe(true);
    expect(server.iamCalls()).toHaveLength(1);
    expect(server.jobCalls()).toHaveLength(50);
  });

  test('is used until shortly before its end, then renewed', async () => {
    const server = await cloud({ life: 2 * HOUR });
    const { ask, pass } = rig({ endpoint: server.url, auth: 'password' });
    await ask();
    pass(2 * HOUR - 10 * MINUTE - 1);
    await ask();
    expect(server.iamCalls()).toHaveLength(1);
    pass(1);
    await ask();
    expect(server.iamCalls()).toHaveLength(2);
    expect(server.jobCalls().map((call) => tokenOf(call.headers))).toEqual(['token-1', 'token-1', 'token-2']);
  });

  test('that was revoked is renewed once for all, and each request sent once more', async () => {
    let revoked = false;
    const server = await cloud({
      service: (req, res) =>
        revoked && tokenOf(req.headers) === 'token-1'
          ? void res
              .writeHead(401)
              .end('{"error_code":"APIGW.0307","error_msg":"The token must be updated."}')
          : void res.end(SUCCESS.text),
    });
    const { ask, pass } = rig({ endpoint: server.url, auth: 'password' });
    await ask();
    revoked = true;
    pass(2 * MINUTE);
    const seen = await Promise.all(Array.from({ length: 10 }, ask));
    expect(seen.every((it) => it.kind === 'succeeded')).toBe(true);
    expect(server.iamCalls()).toHaveLength(2);
    expect(server.jobCalls()).toHaveLength(1 + 10 + 10);
  });

  test('that is refused although it is new is not renewed again and again', async () => {
    const server = await cloud({
      service: (_req, res) => res.writeHead(401).end('{"error_code":"APIGW.0301"}'),
    });
    const { ask, pass } = rig({ endpoint: server.url, auth: 'password' });
    for (let i = 0; i < 5; i++) expect(await ask()).toMatchObject({ kind: 'denied' });
    expect([server.iamCalls().length, server.jobCalls().length]).toEqual([1, 5]);
    pass(2 * MINUTE);
    expect(await ask()).toMatchObject({ kind: 'denied' });
    expect([server.iamCalls().length, server.jobCalls().length]).toEqual([2, 7]);
  });

  test('that is refused is replaced once for each request, whatever time passes meanwhile', async () => {
    const server = await cloud({
      service: (_req, res) => {
        asker.pass(2 * MINUTE);
        res.writeHead(401).end();
      },
    });
    const asker = rig({ endpoint: server.url, auth: 'password' });
    await asker.ask();
    expect(server.jobCalls()).toHaveLength(2);
  });

  test('is redacted while it may be in use, and forgotten later', async () => {
    const server = await cloud({ life: HOUR });
    const { ask, pass, redact } = rig({ endpoint: server.url, auth: 'password' });
    for (let i = 0; i < 3; i++) {
      await ask();
      pass(HOUR);
    }
    const [first, second, third] = server.jobCalls().map((call) => String(call.headers['x-auth-token']));
    expect([second, third].map((token) => redact(token!))).toEqual(['[redacted]', '[redacted]']);
    expect(redact(first!)).toBe(first);
  });

  test('that is ready-made is not renewed: nobody could', async () => {
    const server = await cloud({ service: (_req, res) => res.writeHead(401).end() });
    expect(await rig({ endpoint: server.url }).ask()).toMatchObject({ kind: 'denied' });
    expect(server.requests).toHaveLength(1);
  });

  test('for another project is not used', async () => {
    const server = await cloud({
      iam: (_req, res) =>
        res.writeHead(201, { 'X-Subject-Token': 'x' }).end('{"token":{"project":{"id":"other"}}}'),
    });
    expect(await rig({ endpoint: server.url, auth: 'password' }).ask()).toEqual({
      kind: 'denied',
      detail: 'IAM: the token is for project other',
    });
    expect(server.jobCalls()).toHaveLength(0);
  });

  test('whose life is not given is taken to last an hour', async () => {
    const server = await cloud({
      iam: (_req, res) => res.writeHead(201, { 'X-Subject-Token': 'short' }).end('{}'),
    });
    const { ask, pass } = rig({ endpoint: server.url, auth: 'password' });
    await ask();
    pass(50 * MINUTE);
    await ask();
    expect(server.iamCalls()).toHaveLength(1);
    pass(5 * MINUTE);
    await ask();
    expect(server.iamCalls()).toHaveLength(2);
  });

  test('of 32 KiB gets through both ways', async () => {
    const token = 't'.repeat(32_768);
    const server = await cloud({
      iam: (_req, res) => res.writeHead(201, { 'X-Subject-Token': token }).end('{}'),
    });
    expect(await rig({ endpoint: server.url, auth: 'password' }).ask()).toMatchObject({ kind: 'succeeded' });
    expect(server.jobCalls()[0]!.headers['x-auth-token']).toBe(token);
  });
});

describe('trouble with IAM', () => {
  const replies: [string, Reply, object][] = [
    [
      'a wrong password',
      (_req, res) =>
        res.writeHead(401).end('{"error":{"code":401,"message":"The username or password is wrong."}}'),
      { kind: 'denied', detail: 'IAM: HTTP 401: The username or password is wrong.' },
    ],
    ['an unknown project', (_req, res) => res.writeHead(404).end(), { kind: 'denied' }],
    [
      'a request it does not like',
      (_req, res) => res.writeHead(400).end('{"error":{"code":400}}'),
      { kind: 'denied' },
    ],
    [
      'too many requests',
      (_req, res) => res.writeHead(429).end('{"error_code":"IAM.0012","error_msg":"limit:5,time:1 minute"}'),
      { kind: 'throttled', retryAfterMs: MINUTE },
    ],
    ['an outage', (_req, res) => res.writeHead(503).end('<html></html>'), { kind: 'unavailable' }],
    [
      'a wrong host',
      (_req, res) => res.writeHead(404).end('{"error_code":"APIGW.0101"}'),
      { kind: 'misrouted' },
    ],
    ['an answer without a token', (_req, res) => res.writeHead(201).end('{}'), { kind: 'malformed' }],
    [
      'no answer',
      (req) => req.socket.destroy(),
      { kind: 'unavailable', detail: expect.stringMatching(/^IAM: reset: /) },
    ],
  ];
  test.each(replies)('%s is an observation', async (_what, iam, expected) => {
    const server = await cloud({ iam });
    expect(await rig({ endpoint: server.url, auth: 'password' }).ask()).toMatchObject(expected);
    expect(server.jobCalls()).toHaveLength(0);
  });

  test('is not asked for by every job', async () => {
    const server = await cloud({ iam: (_req, res) => res.writeHead(503).end() });
    const { ask, pass } = rig({ endpoint: server.url, auth: 'password' });
    for (let i = 0; i < 3; i++) await Promise.all(Array.from({ length: 20 }, ask));
    expect(server.iamCalls()).toHaveLength(1);
    pass(30_000);
    await ask();
    expect(server.iamCalls()).toHaveLength(2);
  });

  test('over a wrong password is not made worse: three tries in a quarter of an hour', async () => {
    const server = await cloud({ iam: (_req, res) => res.writeHead(401).end() });
    const { ask, pass } = rig({ endpoint: server.url, auth: 'password' });
    for (let s = 0; s < 15 * 60; s += 10) {
      await ask();
      pass(10_000);
    }
    expect(server.iamCalls()).toHaveLength(3);
  });

  test('is not felt while the present token holds', async () => {
    let down = false;
    let tokens = 0;
    const server = await cloud({
      iam: (_req, res) => {
        if (down) return void res.writeHead(503).end();
        tokens += 1;
        const expires_at = new Date(NOW + HOUR).toISOString();
        res
          .writeHead(201, { 'X-Subject-Token': `token-${tokens}` })
          .end(JSON.stringify({ token: { expires_at } }));
      },
    });
    const { ask, pass } = rig({ endpoint: server.url, auth: 'password' });
    await ask();
    down = true;
    pass(55 * MINUTE);
    expect(await ask()).toMatchObject({ kind: 'succeeded' });
    expect(await ask()).toMatchObject({ kind: 'succeeded' });
    expect(server.iamCalls()).toHaveLength(2);
    pass(5 * MINUTE);
    expect(await ask()).toMatchObject({ kind: 'unavailable' });
  });
});

describe('no secret comes back', () => {
  /** Whatever was sent is echoed wherever an answer has room for it. */
  const echoes: [string, (sent: string) => { status: number; body: string }][] = [
    [
      'in an error',
      (sent) => ({ status: 403, body: JSON.stringify({ code: 'X.1', message: `bad ${sent}` }) }),
    ],
    ['in a code', (sent) => ({ status: 400, body: JSON.stringify({ error: { code: sent } }) })],
    ['in what is not understood', (sent) => ({ status: 200, body: `${'x'.repeat(490)}${sent}` })],
    [
      'in an unknown status',
      (sent) => ({ status: 200, body: JSON.stringify({ job_id: JOB.jobId, status: sent }) }),
    ],
    ['in a job id', (sent) => ({ status: 200, body: JSON.stringify({ job_id: sent, status: 'SUCCESS' }) })],
    [
      'in a failed job',
      (sent) => ({
        status: 200,
        body: JSON.stringify({
          job_id: JOB.jobId,
          job_type: sent,
          status: 'FAIL',
          error_code: sent,
          fail_reason: `failed: {"x":{"message":${JSON.stringify(sent)}}}`,
          entities: {
            [sent]: [{ deep: sent }],
            sub_jobs: [{ status: 'FAIL', job_id: sent, job_type: sent, error_code: sent, fail_reason: sent }],
          },
        }),
      }),
    ],
  ];

  test.each(echoes)('%s', async (_where, echo) => {
    for (const auth of ['token', 'keys', 'password'] as const) {
      const server = await cloud({
        service: (req, res) => {
          const sent =
            auth === 'keys' ? `${SECRET_KEY} EXAMPLEACCESSKEY0001` : String(req.headers['x-auth-token']);
          const { status, body } = echo(`${sent} ${PASSWORD}`);
          res.writeHead(status).end(body);
        },
        iam: (_req, res) => res.writeHead(201, { 'X-Subject-Token': `MII${'Q'.repeat(4_000)}` }).end('{}'),
      });
      const { ask, lines } = rig({ endpoint: server.url, auth });
      const out = JSON.stringify([await ask(), lines]);
      expect(server.jobCalls()).toHaveLength(1);
      for (const secret of [
        READY,
        SECRET_KEY,
        'EXAMPLEACCESSKEY',
        'QQQQ',
        auth === 'password' ? PASSWORD : READY,
      ]) {
        expect(out).not.toContain(secret);
        expect(out).not.toContain(JSON.stringify(secret).slice(1, -1));
      }
    }
  });

  // Gateways and services quote the requests of others, whose secrets nobody has told us.
  const foreign = [
    [`with X-Auth-Token: MIIF${'aB3+'.repeat(300)}`, 'MIIF'],
    ['with x-auth-token=opensesame-1', 'opensesame'],
    [
      'with Authorization: SDK-HMAC-SHA256 Access=OPENSESAMEKEY1234567, SignedHeaders=host, Signature=beef',
      'OPENSESAMEKEY',
    ],
    ['with {"X-Security-Token":"opensesame-2"}', 'opensesame'],
    ['with password: "open sesame"', 'sesame'],
  ] as const;
  test.each(echoes)('that is of others: %s', async (where, echo) => {
    for (const [said, secret] of foreign) {
      const { status, body } = echo(` request ${said} was refused`);
      const server = await cloud({ service: (_req, res) => res.writeHead(status).end(body) });
      const { ask, lines } = rig({ endpoint: server.url });
      const out = JSON.stringify([await ask(), lines]);
      expect(out).not.toContain(secret);
      if (!/job id|not understood/.test(where)) expect(out).toContain('request with');
    }
  });

  test('that stands beside its name', async () => {
    const entities = {
      env: [{ name: 'root_password', value: 'opensesame', id: 1 }],
      headers: [['X-Auth-Token', 'opensesame']],
      params: [{ Key: 'adminPass', Values: ['opensesame'] }],
      tags: [{ key: 'team', value: 'web' }],
    };
    const body = JSON.stringify({ job_id: JOB.jobId, status: 'SUCCESS', entities });
    const server = await cloud({ service: (_req, res) => res.writeHead(200).end(body) });
    expect(await rig({ endpoint: server.url }).ask()).toMatchObject({
      report: {
        entities: {
          env: [{ name: 'root_password', value: '[redacted]', id: 1 }],
          headers: [['X-Auth-Token', '[redacted]']],
          params: [{ Key: 'adminPass', Values: '[redacted]' }],
          tags: [{ key: 'team', value: 'web' }],
        },
      },
    });
  });

  test('that stands in its own field', async () => {
    const entities = { server: { adminPass: 'opensesame', id: JOB.jobId }, 'X-Auth-Token': ['opensesame'] };
    const body = JSON.stringify({ job_id: JOB.jobId, status: 'SUCCESS', entities });
    const server = await cloud({ service: (_req, res) => res.writeHead(200).end(body) });
    expect(await rig({ endpoint: server.url }).ask()).toMatchObject({
      report: {
        entities: { server: { adminPass: '[redacted]', id: JOB.jobId }, 'X-Auth-Token': '[redacted]' },
      },
    });
  });

  test('nor from IAM', async () => {
    const server = await serve((_req, res, body) => res.writeHead(400).end(body));
    const { ask, lines } = rig({ endpoint: server.url, auth: 'password' });
    const out = JSON.stringify([await ask(), lines]);
    expect(out).toContain('IAM: HTTP 400');
    expect(out).toContain('[redacted]');
    expect(out).not.toContain(PASSWORD);
  });
});
