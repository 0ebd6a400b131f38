/**
 * Every secret of the configuration, and every token fetched with one, is sent through a service whose clouds, Slack, mail
 * server and subscribers all repeat what they were told, in their errors as in their answers. None of it may come out again:
 * not in a log line of any level, an event, a message, the output of `explain`, or the database.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { afterEach, expect, it } from 'vitest';
import { createClient } from '../client/index.ts';
import { createTokens } from '../lib/adapters/api/tokens.ts';
import type { Store } from '../lib/ports.ts';
import { explanation } from '../cli/render.ts';
import { mailSink, slackSink, webhookSink } from '../cli/demo/sinks.ts';
import { explanationView } from '../lib/adapters/api/jobs/views.ts';
import { createService } from '../lib/wire/local/service.ts';
import { openParts } from '../lib/wire/local/parts.ts';
import { loadConfig } from '../lib/wire/local/read-config.ts';
import { explain } from '../lib/app/inspect/explain.ts';
import { createTelemetry } from '../lib/adapters/platform/log.ts';
import { createSecrets } from '../lib/adapters/platform/secrets.ts';
import { createSimulator, DEFAULT_ACCOUNT } from '../lib/adapters/simulator/simulator.ts';

const PROJECT = DEFAULT_ACCOUNT.projects[0]!.id;
const [KEY] = DEFAULT_ACCOUNT.accessKeys;
const SIGNING_KEY = `whsec_${Buffer.from('a signing key that nobody else may see').toString('base64')}`;

const closing: (() => Promise<unknown> | void)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;
async function serving(answer: Answer): Promise<string> {
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return text;
};

/** Answers with all that it was asked, as an error: what a careless gateway or a debugging proxy does. */
const echo = (status: number): Promise<string> =>
  serving(async (request, response) => {
    const message = `${request.url} ${JSON.stringify(request.headers)} ${await bodyOf(request)}`;
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ error_code: 'APIGW.0301', error_msg: message }));
  });

/** Passes on to the simulated IAM and remembers the tokens. */
function iamOf(simulator: string, tokens: string[]): Promise<string> {
  return serving(async (request, response) => {
    const answer = await fetch(`${simulator}/iam${request.url}`, {
      method: request.method!,
      body: await bodyOf(request),
      headers: { 'content-type': 'application/json' },
    });
    const token = answer.headers.get('x-subject-token');
    if (token) tokens.push(token);
    response.writeHead(answer.status, token ? { 'x-subject-token': token } : {});
    response.end(await answer.text());
  });
}

/** Refuses the login and repeats it. */
async function spitefulMailServer(): Promise<number> {
  const server = createTcpServer((socket) => {
    socket.write('220 spiteful\r\n');
    socket.on('error', () => {});
    socket.on('data', (data) => {
      const line = data.toString().trim();
      if (line.startsWith('EHLO')) socket.write('250-spiteful\r\n250 AUTH PLAIN LOGIN\r\n');
      else if (line.startsWith('AUTH')) {
        const plain = Buffer.from(line.split(' ')[2] ?? '', 'base64')
          .toString()
          .replaceAll('\0', ' ');
        socket.write(`535 ${line} is ${plain}, which is wrong\r\n`);
      } else socket.write('221 bye\r\n');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** A webhook that repeats the challenge and every event, and has two keys: which, and all that is answered of it later. */
async function rotatedThrough(url: string, tokens: Store['tokens'], target: string) {
  const { text: token } = await createTokens(tokens, { clock: Date.now, random: randomBytes }).create({
    name: 'ci',
    scopes: ['admin'],
    projects: null,
    expiresAt: null,
  });
  const { subscriptions } = createClient({ url, token });
  const { id, signingKeys = [] } = await subscriptions.create({
    name: 'api-hook',
    on: 'everything',
    channel: 'webhook',
    target,
  });
  const { signingKeys: newer } = await subscriptions.rotate(id);
  const refused = await subscriptions.verify(id).catch((error: unknown) => String(error));
  const passed = await subscriptions.change(id, { skipChallenge: true });
  const answers = JSON.stringify([refused, passed, await subscriptions.list()]);
  return { id, made: [...signingKeys, ...newer], answers };
}

it('no secret comes out anywhere, for every kind of origin and every channel', async () => {
  const simulator = createSimulator();
  const { url } = await simulator.listen();
  closing.push(() => simulator.close());
  const tokens: string[] = [];
  const iam = await iamOf(url, tokens);
  const ready = await fetch(`${iam}/v3/auth/tokens`, {
    method: 'POST',
    body: JSON.stringify({
      auth: {
        identity: {
          methods: ['password'],
          password: {
            user: {
              name: DEFAULT_ACCOUNT.user,
              password: DEFAULT_ACCOUNT.password,
              domain: { name: DEFAULT_ACCOUNT.domain },
            },
          },
        },
        scope: { project: { id: PROJECT } },
      },
    }),
  });
  expect(ready.status).toBe(201);
  const [slack, webhook, mail] = [await slackSink(), await webhookSink(SIGNING_KEY), await mailSink()];
  closing.push(...[slack, webhook, mail].map((sink) => () => sink.close()));
  const [echoing, gone] = [await echo(500), await echo(410)];
  const spiteful = await spitefulMailServer();
  const env = {
    AK: KEY!.access,
    SK: KEY!.secret,
    WRONG_AK: 'ACCESSKEYNOBODYKNOWS1',
    WRONG_SK: 'secret-key/that+nobody=knows',
    SESSION: 'SESSION-TOKEN-OF-A-TEMPORARY-KEY',
    PASSWORD: DEFAULT_ACCOUNT.password,
    WRONG_PASSWORD: 'pass"word\\with odd % characters',
    TOKEN: tokens[0]!,
    SLACK: slack.url,
    SLACK_ECHO: `${echoing}/services/T1/B1/slack-secret-path`,
    SLACK_GONE: `${gone}/services/T2/B2/another-secret-path`,
    SLACK_TOKEN: 'xoxb-1234567890-token-of-a-bot-in-slack',
    HOOK_ECHO: `${echoing}/hooks?key=secret-in-the-query`,
    SIGNING_KEY,
    SMTP_PASSWORD: 'smtp-password-of-the-service',
    HEADER_TOKEN: 'token-in-a-header/of+a=webhook',
    BODY_KEY: 'key"in\\the body of a webhook',
    SMN_AK: 'ACCESSKEYOFAWEBHOOK1',
    SMN_SK: 'secret-key-of-a-webhook/0123',
    SEAL: Buffer.alloc(32, 7).toString('base64'),
    API_HOOK: `${echoing}/hooks/secret-path-of-a-hook`,
  };
  const folder = mkdtempSync(join(tmpdir(), 'jobchime-secrets-'));
  closing.push(() => rmSync(folder, { recursive: true, force: true }));
  const origin = (name: string, endpoint: string, auth: string): string =>
    `  ${name}: { dialect: ecs, cloud: huawei, region: eu-de, endpoint: "${endpoint}", project: "${PROJECT}", auth: { ${auth} } }`;
  const password = (reference: string): string =>
    `iam: "${iam}", user: ${DEFAULT_ACCOUNT.user}, domain: ${DEFAULT_ACCOUNT.domain}, password: env:${reference}`;
  const ecs = `${url}/huawei-ecs`;
  const text = `
origins:
${[
  origin('keys', ecs, 'access_key: env:AK, secret_key: env:SK'),
  origin(
    'wrong-keys',
    ecs,
    'access_key: env:WRONG_AK, secret_key: env:WRONG_SK, security_token: env:SESSION',
  ),
  origin('password', ecs, password('PASSWORD')),
  origin('wrong-password', ecs, password('WRONG_PASSWORD')),
  origin('token', ecs, 'token: env:TOKEN'),
  origin('echo-keys', echoing, 'access_key: env:AK, secret_key: env:SK'),
  origin('echo-password', echoing, password('PASSWORD')),
  origin('echo-token', echoing, 'token: env:TOKEN'),
].join('\n')}
subscriptions:
  slack: { on: everything, channel: slack, target: env:SLACK }
  slack-echo: { on: everything, channel: slack, target: env:SLACK_ECHO }
  slack-gone: { on: everything, channel: slack, target: env:SLACK_GONE }
  bot-echo: { on: everything, channel: slack, token: env:SLACK_TOKEN, to: C0123456789, api: "${echoing}/api/" }
  hook: { on: everything, channel: webhook, target: "${webhook.url}", signing_keys: [env:SIGNING_KEY] }
  hook-echo: { on: everything, channel: webhook, target: "${env.HOOK_ECHO}", signing_keys: [env:SIGNING_KEY] }
  hook-own:
    on: everything
    channel: webhook
    target: "${echoing}/own"
    headers: { Authorization: Bearer env:HEADER_TOKEN, X-Api-Key: env:HEADER_TOKEN }
    secrets: { key: env:BODY_KEY }
    body: '{"key": {{ secret.key }}, "title": {{ message.title }}}'
  hook-broken:
    on: everything
    channel: webhook
    target: "${echoing}/broken"
    auth: { access_key: env:SMN_AK, secret_key: env:SMN_SK }
    secrets: { key: env:BODY_KEY }
    body: '{"key": "{{ secret.key }}"}'
  mail: { on: everything, channel: email, to: [ops@example.com] }
mail: { host: 127.0.0.1, port: ${spiteful}, user: jobchime, password: env:SMTP_PASSWORD, from: jobchime@example.com }
allow_private: [127.0.0.1]
api: { listen: '127.0.0.1:0', secret_key: env:SEAL }
policy: { first_check: 50ms, check_every: 300ms, trouble_first: 200ms, unreachable_after: 500ms }
log_level: debug
`;
  const secrets = createSecrets();
  const loaded = loadConfig(text, join(folder, 'jobchime.yaml'), env, secrets);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const lines: string[] = [];
  const telemetry = createTelemetry({
    write: (line) => void lines.push(line),
    redact: secrets.redact,
    clock: Date.now,
    level: 'debug',
  });
  const { parts, close } = openParts(loaded.config, secrets, telemetry);
  const service = createService(parts);
  // The cloud's own words about the job repeat every secret too.
  const all = Object.values(env).join(' ');
  const jobId = simulator.submit({
    system: 'huawei-ecs',
    life: {
      end: 'FAIL',
      runMs: 300,
      error: { code: env.AK, reason: all },
      entities: { note: all },
      subJobs: [{ end: 'FAIL', error: { code: 'Ecs.0001', reason: all }, errorcodeMessage: all }],
    },
  });
  const { api } = await service.start();
  const keys = await rotatedThrough(api!, parts.store.tokens, env.API_HOOK);
  await service.track(
    loaded.config.origins.map(({ name }) => ({ origin: name, projectId: PROJECT, jobId, name: 'job' })),
  );
  const told = (): boolean =>
    slack.arrivals.filter((a) => a.title.includes('failed')).length >= 3 &&
    lines.filter((line) => line.includes('"origin.unreachable"') && line.includes('event.published'))
      .length >= 4 &&
    [
      'slack-echo',
      'slack-gone',
      'bot-echo',
      'hook-echo',
      'hook-own',
      'hook-broken',
      keys.id,
      '"email"',
    ].every((name) => lines.some((line) => line.includes('delivery.attempted') && line.includes(name)));
  await expect.poll(told, { timeout: 15_000 }).toBe(true);
  await service.stop();

  const jobs = (await parts.store.jobs.list({ limit: 100 })).rows;
  const explained = await Promise.all(jobs.map((job) => explain(parts, job.key)));
  const deliveries = (await parts.store.deliveries.list({ limit: 1_000 })).rows;
  await close();
  const files = readdirSync(folder).map((file) => readFileSync(join(folder, file), 'latin1'));
  const out = {
    logs: lines.join('\n'),
    explain: explained.map((e) => explanation(explanationView(e!, true), Date.now())).join('\n'),
    events: deliveries.map((d) => JSON.stringify(d)).join('\n'),
    messages: [slack, webhook, mail].flatMap((sink) => sink.arrivals.map((a) => a.body)).join('\n'),
    database: files.join('\n'),
    answers: keys.answers,
  };
  // Everything was there to be given away: the texts say so in the secrets' places.
  for (const [where, text] of Object.entries(out)) expect(text, where).toContain('[redacted]');
  const forms = (value: string): string[] => [
    value,
    encodeURIComponent(value),
    JSON.stringify(value).slice(1, -1),
  ];
  const hidden = {
    ...env,
    ...Object.fromEntries(tokens.map((token, i) => [`TOKEN_${i}`, token])),
    SMTP_BASE64: Buffer.from(`\0jobchime\0${env.SMTP_PASSWORD}`).toString('base64'),
    SLACK_PATH: '/services/T1/B1/slack-secret-path',
    QUERY: 'secret-in-the-query',
    HOOK_PATH: 'secret-path-of-a-hook',
    ...Object.fromEntries(keys.made.map((key, i) => [`KEY_${i}`, key.slice('whsec_'.length)])),
  };
  const leaks = Object.entries(out).flatMap(([where, text]) =>
    Object.entries(hidden)
      .filter(([, value]) => forms(value).some((form) => text.includes(form)))
      .map(([name]) => `${name} in ${where}`),
  );
  expect(leaks).toEqual([]);
}, 30_000);
