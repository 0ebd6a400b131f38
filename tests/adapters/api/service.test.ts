/** The API as it runs: made from a configuration, beside the workers that deliver, over node:http. */
import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { simpleParser } from 'mailparser';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createClient } from '../../../client/index.ts';
import { answerChallenge } from '../../../receiver/index.ts';
import { createTokens } from '../../../lib/adapters/api/tokens.ts';
import { createService } from '../../../lib/wire/local/service.ts';
import { openParts } from '../../../lib/wire/local/parts.ts';
import type { Config } from '../../../lib/adapters/config/config.ts';
import { loadConfig } from '../../../lib/wire/local/read-config.ts';
import { createSecrets } from '../../../lib/adapters/platform/secrets.ts';
import { randomBytes } from 'node:crypto';
import { newJob } from '../../../lib/core/jobs/job.ts';
import { recordingTelemetry, running, scriptedClouds, spec } from '../../kit.ts';

const PROJECT = '0123456789abcdef0123456789abcdef';

const folder = mkdtempSync(join(tmpdir(), 'jobchime-api-'));
let closing: (() => Promise<unknown> | void)[] = [];
beforeEach(() => void (closing = []));
afterEach(async () => {
  for (const close of closing.toReversed()) await close();
  rmSync(folder, { recursive: true, force: true });
});

type Hit = { headers: Record<string, string>; body: string };
/** A receiver that answers the challenge, and takes everything else. */
async function sink(): Promise<{ url: string; hits: Hit[]; asked: Hit[] }> {
  const hits: Hit[] = [];
  const asked: Hit[] = [];
  const server = createServer((req, res) => {
    let body = '';
    req.on('data', (chunk) => (body += String(chunk)));
    req.on('end', () => {
      const hit = { headers: req.headers as Record<string, string>, body };
      const answer = answerChallenge({ event: JSON.parse(body) as { type: string } });
      (answer ? asked : hits).push(hit);
      res.end(answer ?? 'ok');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.push(() => void server.close());
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks/secret-path`, hits, asked };
}

async function mailbox(): Promise<{ port: number; texts: string[] }> {
  const texts: string[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onData(stream, _session, done) {
      simpleParser(stream, (error, mail) => {
        if (mail) texts.push(mail.text ?? '');
        done(error);
      });
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  closing.push(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { port: (server.server.address() as AddressInfo).port, texts };
}

function configOf(text: string): { config: Config; secrets: ReturnType<typeof createSecrets> } {
  const secrets = createSecrets();
  const env = { TOKEN: 'an-iam-token-of-some-length', KEY: Buffer.alloc(32, 5).toString('base64') };
  const loaded = loadConfig(text, join(folder, 'jobchime.yaml'), env, secrets);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return { config: loaded.config, secrets };
}

it('serves what the configuration names, and delivers to what was subscribed through it', async () => {
  const { url: target, hits, asked } = await sink();
  const { port, texts } = await mailbox();
  const { config, secrets } = configOf(`
store: ':memory:'
origins:
  hwc-ecs: { dialect: ecs, cloud: huawei, region: eu-west-101, endpoint: http://127.0.0.1:9, project: '${PROJECT}', auth: { token: env:TOKEN } }
mail: { host: 127.0.0.1, port: ${port}, from: jobchime@example.com }
allow_private: [127.0.0.1]
api: { listen: '127.0.0.1:0', secret_key: env:KEY, public_url: https://jobchime.example.com }
`);
  const telemetry = recordingTelemetry();
  const { parts, close } = openParts({ ...config, store: ':memory:' }, secrets, telemetry);
  closing.push(close);
  const service = createService(parts);
  const { api } = await service.start();
  closing.push(() => service.stop());
  const made = await createTokens(parts.store.tokens, { clock: Date.now, random: randomBytes }).create({
    name: 'test',
    scopes: ['admin'],
    projects: null,
    expiresAt: null,
  });
  const client = createClient({ url: api!, token: made.text });

  const hook = await client.subscriptions.create({ name: 'ci', on: 'failures', channel: 'webhook', target });
  expect([hook.state, hook.verification?.state]).toEqual(['active', 'verified']);
  expect(new Webhook(hook.signingKeys![0]!).verify(asked[0]!.body, asked[0]!.headers)).toMatchObject({
    type: 'jobchime.challenge',
    data: { subscription: hook.id },
  });
  await client.subscriptions.test(hook.id);
  await expect.poll(() => hits.length).toBe(1);
  const { headers, body } = hits[0]!;
  expect(new Webhook(hook.signingKeys![0]!).verify(body, headers)).toMatchObject({ type: 'ping' });
  expect(telemetry.lines.map((line) => secrets.redact(JSON.stringify(line))).join()).not.toContain(
    'secret-path',
  );

  const rotated = await client.subscriptions.rotate(hook.id);
  await client.subscriptions.test(hook.id);
  await expect.poll(() => hits.length).toBe(2);
  for (const key of [hook.signingKeys![0]!, rotated.signingKeys[0]!])
    expect(new Webhook(key).verify(hits[1]!.body, hits[1]!.headers)).toMatchObject({ type: 'ping' });

  await client.subscriptions.pause(hook.id);
  const [{ key } = { key: '' }] = await track(client);
  expect((await client.events.list({ job: key })).items).toEqual([]);
  const [job] = (await client.jobs.list()).items;
  expect(job).toMatchObject({
    key,
    consoleUrl: 'https://console.eu.huaweicloud.com/ecm/?region=eu-west-101#/ecs/manager/vmList',
  });
  await client.subscriptions.resume(hook.id);

  const mail = await client.subscriptions.create({
    name: 'me',
    on: 'endings',
    channel: 'email',
    target: 'me@example.com',
  });
  expect(mail.state).toBe('confirming');
  await expect.poll(() => texts.length).toBe(1);
  const [, path] = /https:\/\/jobchime\.example\.com(\/v1\/confirm\/\S+)/.exec(texts[0]!) ?? [];
  expect(await (await fetch(api! + path!)).text()).toContain('<form method="post">');
  await fetch(api! + path!, { method: 'POST' });
  expect((await client.subscriptions.get(mail.id)).state).toBe('active');
  await client.subscriptions.test(mail.id);
  await expect.poll(() => texts.length).toBe(2);
  expect(texts[1]).toContain('Test of subscription');

  const [, leave] =
    /Unsubscribe: https:\/\/jobchime\.example\.com(\/v1\/unsubscribe\/\S+)/.exec(texts[1]!) ?? [];
  const click = new URLSearchParams({ 'List-Unsubscribe': 'One-Click' });
  const left = await fetch(api! + leave!, { method: 'POST', body: click, redirect: 'error' });
  expect([left.status, await left.text()]).toEqual([200, expect.stringContaining('Unsubscribed')]);
  expect((await client.subscriptions.get(mail.id)).targets).toMatchObject([{ reason: 'unsubscribed' }]);
  const published = () =>
    telemetry.lines.filter(
      ({ event, kind }) => event === 'event.published' && kind === 'subscription.disabled',
    );
  await expect.poll(() => published().length).toBe(1);
});

it('ends its work at once while a request is still under way, and answers that one', async () => {
  const { config, secrets } = configOf(
    `origins:\n  hwc-ecs: { dialect: ecs, cloud: huawei, region: x, endpoint: http://127.0.0.1:9, ` +
      `project: '${PROJECT}', auth: { token: env:TOKEN } }\nallow_private: [127.0.0.1]\napi: { listen: '127.0.0.1:0' }\n`,
  );
  const { parts, close } = openParts({ ...config, store: ':memory:' }, secrets, recordingTelemetry());
  closing.push(close);
  const clouds = scriptedClouds(() => running);
  const service = createService({ ...parts, clouds });
  const { api } = await service.start();
  const socket = connect(Number(new URL(api!).port), '127.0.0.1');
  let heard = '';
  socket.on('data', (chunk) => (heard += String(chunk)));
  const ended = once(socket, 'close');
  const { text } = await createTokens(parts.store.tokens, { clock: Date.now, random: randomBytes }).create({
    name: 'test',
    scopes: ['track'],
    projects: null,
    expiresAt: null,
  });
  socket.write(
    `POST /v1/jobs HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${text}\r\n` +
      'content-type: application/json\r\ncontent-length: 2\r\n\r\n{',
  );
  await expect.poll(async () => (await fetch(`${api}/healthz`)).status).toBe(200);
  const stopped = service.stop();
  await parts.store.jobs.create([
    newJob(spec(1), { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'x' }, Date.now(), 0),
  ]);
  // Longer than a tick.
  await new Promise((resolve) => setTimeout(resolve, 700));
  expect(heard).toBe('');
  socket.write('}');
  await Promise.all([ended, stopped]);
  expect(heard).toMatch(/^HTTP\/1.1 422 /);
  expect(clouds.asked).toEqual([]);
});

async function track(client: ReturnType<typeof createClient>): Promise<{ key: string }[]> {
  const results = await client.jobs.track([{ origin: 'hwc-ecs', projectId: PROJECT, jobId: 'a1' }]);
  return results.flatMap((one) => (one.outcome === 'refused' ? [] : [one]));
}
