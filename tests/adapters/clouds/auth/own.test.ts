/** Ways to sign in that other clouds have, from the configuration to the wire. */
import { expect, onTestFinished, test } from 'vitest';
import { createClouds } from '../../../../lib/adapters/clouds/client.ts';
import { createHttp } from '../../../../lib/adapters/platform/http.ts';
import { parseConfig } from '../../../../lib/adapters/config/config.ts';
import { depsWith } from '../../config/kit.ts';
import { serve } from '../../platform/serve.ts';
import { NOW } from '../fixture.ts';

const SECRET = 'example-secret-of-the-client';
const DIALECT = `dialects:
  tasks:
    clouds: [mine]
    path: /v1/{project_id}/{region}/tasks/{job_id}
    id: id
    status: state
    words: { running: [busy], succeeded: [ok], failed: [bad] }
    faults: { throttled: [SlowDown*] }
`;

async function rig(
  auth: (url: string) => string,
  reply: (path: string, n: number) => [number, object, object?],
  dialect = DIALECT,
) {
  let n = 0;
  const server = await serve((req, res) => {
    const [status, body, headers = {}] = reply(req.url!, (n += 1));
    res.writeHead(status, headers as Record<string, string>).end(JSON.stringify(body));
  });
  const { deps, secrets } = depsWith({ SECRET });
  const read = parseConfig(
    `${dialect}origins:\n  one:\n    dialect: tasks\n    cloud: mine\n    region: r1\n    project: my-project\n` +
      `    endpoint: ${server.url}/base\n    auth: ${auth(server.url)}\n`,
    deps,
  );
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const http = createHttp({ redact: secrets.redact, allowPrivate: (host) => host === '127.0.0.1' });
  onTestFinished(() => http.close());
  let now = NOW;
  const clouds = createClouds(read.config.origins, {
    http,
    secrets,
    clock: () => now,
    telemetry: { line: () => {} },
  });
  const ask = () =>
    clouds.check({ key: 'k', origin: 'one', projectId: 'my-project', jobId: 'task-7' } as never);
  return { server, ask, clouds, secrets, pass: (ms: number) => (now += ms) };
}
const OK = { id: 'task-7', state: 'ok' };

test.each([
  ['{ bearer: env:SECRET }', { authorization: `Bearer ${SECRET}` }, 'token'],
  ['{ header: { name: X-Api-Key, value: env:SECRET } }', { 'x-api-key': SECRET }, 'token'],
  [
    '{ basic: { user: u, password: env:SECRET } }',
    { authorization: `Basic ${Buffer.from(`u:${SECRET}`).toString('base64')}` },
    'password',
  ],
])('%s is sent with every request, below the endpoint', async (auth, headers, credentials) => {
  const { server, ask, clouds, secrets } = await rig(
    () => auth,
    () => [200, OK],
  );
  expect(await ask()).toMatchObject({ kind: 'succeeded' });
  expect(server.requests).toEqual([
    expect.objectContaining({ method: 'GET', path: '/base/v1/my-project/r1/tasks/task-7' }),
  ]);
  expect(server.requests[0]!.headers).toMatchObject(headers);
  for (const value of Object.values(headers))
    expect(secrets.redact(value)).not.toContain(value.split(' ').at(-1));
  expect(clouds.describe('one')).toMatchObject({ credentials, info: { service: 'tasks', cloud: 'mine' } });
});

test('POST sends its body as JSON, filled in', async () => {
  const dialect = DIALECT.replace(
    'path: /v1/{project_id}/{region}/tasks/{job_id}',
    'method: POST\n    path: /query\n    body: { ids: ["{job_id}"] }',
  );
  const { server, ask } = await rig(
    () => '{ bearer: env:SECRET }',
    () => [200, OK],
    dialect,
  );
  expect(await ask()).toMatchObject({ kind: 'succeeded' });
  expect(server.requests[0]).toMatchObject({
    method: 'POST',
    path: '/base/query',
    body: '{"ids":["task-7"]}',
  });
  expect(server.requests[0]!.headers['content-type']).toBe('application/json');
});

const oauth =
  (more = '') =>
  (url: string) =>
    `{ oauth2: { token_url: "${url}/token", client_id: "a b", client_secret: env:SECRET, scope: "x y"${more} } }`;
const tokens = (path: string, n: number): [number, object] =>
  path === '/token'
    ? [200, { access_token: `access-token-${n}`, token_type: 'Bearer', expires_in: 3600 }]
    : [200, OK];

test('OAuth 2.0: a token is fetched once, used until shortly before its end, and renewed', async () => {
  const { server, ask, pass, secrets } = await rig(oauth(), tokens);
  await Promise.all([ask(), ask(), ask()]);
  const paths = () => server.requests.map(({ path }) => path);
  expect(paths().filter((path) => path === '/token')).toHaveLength(1);
  const [first] = server.requests;
  expect(Object.fromEntries(new URLSearchParams(first!.body))).toEqual({
    grant_type: 'client_credentials',
    scope: 'x y',
  });
  expect(first!.headers).toMatchObject({
    'content-type': 'application/x-www-form-urlencoded',
    authorization: `Basic ${Buffer.from(`a+b:${SECRET}`).toString('base64')}`,
  });
  expect(server.requests[1]!.headers['authorization']).toBe('Bearer access-token-1');
  expect(secrets.redact('access-token-1')).toBe('[redacted]');
  pass(3_500_000);
  expect(await ask()).toMatchObject({ kind: 'succeeded' });
  expect(paths().filter((path) => path === '/token')).toHaveLength(2);
});

test('OAuth 2.0: id and secret may go into the form', async () => {
  const { server, ask } = await rig(oauth(', client_auth: body, audience: api'), tokens);
  await ask();
  expect(Object.fromEntries(new URLSearchParams(server.requests[0]!.body))).toMatchObject({
    client_id: 'a b',
    client_secret: SECRET,
    audience: 'api',
  });
  expect(server.requests[0]!.headers['authorization']).toBeUndefined();
});

test('OAuth 2.0: a token that the service refuses is replaced once', async () => {
  const { server, ask, pass } = await rig(oauth(), (path, n) =>
    path === '/token' || n !== 4 ? tokens(path, n) : [401, { error: 'expired' }],
  );
  await ask();
  pass(120_000);
  await ask();
  expect(await ask()).toMatchObject({ kind: 'succeeded' });
  expect(server.requests.filter(({ path }) => path === '/token')).toHaveLength(2);
});

test.each([
  [400, { error: 'invalid_client', error_description: 'no such client' }, 'denied'],
  [401, { error: 'invalid_client' }, 'denied'],
  [400, { error: 'invalid_scope' }, 'denied'],
  [400, { error: 'slow_down' }, 'throttled'],
  [400, { error: 'temporarily_unavailable' }, 'unavailable'],
  [404, {}, 'denied'],
  [503, {}, 'unavailable'],
  [200, { token: 'x' }, 'malformed'],
  [200, { access_token: 'some-token', token_type: 'mac' }, 'malformed'],
])('OAuth 2.0: %i %j is trouble of the origin: %s', async (status, body, kind) => {
  const { server, ask } = await rig(oauth(), () => [status, body]);
  expect(await ask()).toMatchObject({ kind, detail: expect.stringMatching(/^OAuth 2\.0: /) });
  expect(await ask()).toMatchObject({ kind });
  // The client is left alone for a while, and the service never saw a request.
  expect(server.requests.map(({ path }) => path)).toEqual(['/token']);
});

const keystone = (who: string) => (url: string) => `{ keystone: { url: ${url}/identity, ${who} } }`;
test.each([
  [
    'user: u, user_domain: d, password: env:SECRET',
    {
      identity: {
        methods: ['password'],
        password: { user: { name: 'u', domain: { name: 'd' }, password: SECRET } },
      },
      scope: { project: { id: 'my-project' } },
    },
  ],
  [
    'application_credential: app1, secret: env:SECRET',
    {
      identity: {
        methods: ['application_credential'],
        application_credential: { id: 'app1', secret: SECRET },
      },
    },
  ],
])('Keystone: %s gets a token for the project', async (who, auth) => {
  const { server, ask } = await rig(keystone(who), (path) =>
    path.includes('/v3/auth/tokens')
      ? [
          201,
          { token: { expires_at: '2026-03-02T12:00:00.000000Z', project: { id: 'my-project' } } },
          { 'x-subject-token': 'a-keystone-token' },
        ]
      : [200, OK],
  );
  expect(await ask()).toMatchObject({ kind: 'succeeded' });
  expect(server.requests[0]!.path).toBe('/identity/v3/auth/tokens?nocatalog=true');
  expect(JSON.parse(server.requests[0]!.body)).toEqual({ auth });
  expect(server.requests[1]!.headers['x-auth-token']).toBe('a-keystone-token');
});

test('Keystone: credentials that are refused are trouble of the origin', async () => {
  const { ask } = await rig(keystone('user: u, password: env:SECRET'), () => [
    401,
    { error: { code: 401, message: 'no' } },
  ]);
  expect(await ask()).toMatchObject({ kind: 'denied', detail: expect.stringMatching(/^Keystone: HTTP 401/) });
});

test('the codes of a service come before its HTTP status, and nobody else’s count', async () => {
  const said: [number, object][] = [
    [400, { Code: 'SlowDown.User' }],
    [400, { code: 'Common.0011' }],
  ];
  const { ask } = await rig(
    () => '{ bearer: env:SECRET }',
    (_, n) => said[n - 1]!,
  );
  expect(await ask()).toMatchObject({ kind: 'throttled' });
  expect(await ask()).toMatchObject({ kind: 'malformed' });
});
