/**
 * The real process, killed after effects of what people ask for: a challenge, a disabled target, sending again, a recovery, a
 * replay, a rotation. A caller that got no answer looks what there is, and asks again; another life goes
 * on. What counts is what the receiver got and what the table says.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, expect, it } from 'vitest';
import { createClient, type NewSubscription, type Subscription } from '../../client/index.ts';
import { openStore } from '../../lib/adapters/store/sqlite/index.ts';
import { createSimulator, DEFAULT_ACCOUNT } from '../../lib/adapters/simulator/simulator.ts';
import { createTokens } from '../../lib/adapters/api/tokens.ts';
import { answerChallenge, verifyWebhook } from '../../receiver/index.ts';
import { bundled } from '../bundled.ts';

const PROJECT = DEFAULT_ACCOUNT.projects[0]!.id;
const { killed } = await bundled();
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What it answers to messages, and all that arrived: of webhooks with the keys that verify them. */
async function receiver() {
  const answers = { webhook: 200, slack: 200 };
  const keys = new Set<string>();
  const arrived: { id: string; by: string[] }[] = [];
  const server = createServer((request, response) => {
    void text(request).then(
      (body) => {
        if (request.url!.startsWith('/services')) return response.writeHead(answers.slack).end('ok');
        const by = [...keys].filter((key) => verifyWebhook(request.headers, body, key).ok);
        const event = JSON.parse(body) as Parameters<typeof answerChallenge>[0]['event'];
        const challenge = answerChallenge({ event });
        if (challenge !== null) return response.end(challenge);
        if (answers.webhook === 200) arrived.push({ id: String(request.headers['webhook-id']), by });
        response.writeHead(answers.webhook).end();
      },
      () => request.socket.destroy(),
    );
  });
  const port = await listening(server);
  closing.push(() => (server.closeAllConnections(), server.close()));
  return { url: `http://127.0.0.1:${port}`, answers, keys, arrived };
}
async function listening(server: ReturnType<typeof createServer>): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  server.close();
  return port;
}

/** One life after the other, each as many effects long as `lives` says, the last one as long as it is wanted. */
async function world(lives: number[]) {
  const simulator = createSimulator();
  const { url: cloud } = await simulator.listen();
  const folder = mkdtempSync(join(tmpdir(), 'jobchime-kill-again-'));
  closing.push(
    () => rmSync(folder, { recursive: true, force: true }),
    () => simulator.close(),
  );
  const port = await freePort();
  const [key] = DEFAULT_ACCOUNT.accessKeys;
  const path = join(folder, 'jobchime.yaml');
  writeFileSync(
    path,
    `origins:
  otc-ecs: { dialect: ecs, cloud: otc, region: eu-de, endpoint: ${cloud}/otc-ecs, project: '${PROJECT}', auth: { access_key: env:AK, secret_key: env:SK } }
api: { listen: 127.0.0.1:${port}, secret_key: env:KEY, limits: { burst: 10000, per_second: 1000 } }
allow_private: [127.0.0.1]
policy: { first_check: 10ms, check_every: 100ms }
`,
  );
  const store = openStore(join(folder, 'jobchime.db'));
  closing.push(() => store.close());
  const tokens = createTokens(store.tokens, { clock: Date.now, random: (n) => Buffer.alloc(n, 5) });
  const { text: token } = await tokens.create({
    name: 'ops',
    scopes: ['admin'],
    projects: null,
    expiresAt: null,
  });
  let kill = (): boolean => false;
  let isOver = false;
  let deaths = 0;
  const living = (async () => {
    while (!isOver) {
      const nth = lives[deaths] ?? 1e9;
      const child = spawn(process.execPath, [killed, path, 'effects', String(nth)], {
        env: {
          ...process.env,
          NODE_COMPILE_CACHE: join(tmpdir(), 'node-compile-cache'),
          AK: key!.access,
          SK: key!.secret,
          KEY: Buffer.alloc(32, 7).toString('base64'),
        },
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      kill = () => child.kill('SIGKILL');
      const [, signal] = (await once(child, 'exit')) as [number | null, string | null];
      if (!isOver && signal !== 'SIGKILL') throw new Error(`it ended by itself (${signal})`);
      if (!isOver) deaths += 1;
    }
  })();
  closing.push(async () => {
    isOver = true;
    kill();
    await living;
  });
  const client = createClient({ url: `http://127.0.0.1:${port}`, token });
  /** As a client that does not give up: what has no answer, or one that says to come again, is asked for once more. */
  async function insist<T>(ask: () => Promise<T>): Promise<T> {
    for (let n = 0; n < 1_200; n += 1) {
      try {
        return await ask();
      } catch (error) {
        const { status } = error as { status?: number };
        const comeAgain = status === undefined || status === 409 || status >= 500;
        if (!comeAgain) throw error;
        await pause(50);
      }
    }
    throw new Error('it never answered');
  }
  const until = async (what: () => Promise<boolean>): Promise<void> => {
    for (let n = 0; n < 1_200 && !(await insist(what)); n += 1) await pause(50);
    expect(await insist(what)).toBe(true);
  };
  return { client, insist, until, store, simulator, deaths: () => deaths };
}

it('what somebody asks for survives a kill after any effect: nothing lost, nothing under another id', async () => {
  // Small numbers, so that every step of every request is the last one of some life.
  const lives = [1, 2, 3, 1, 2, 9, 3, 6, 2, 5, 4, 3];
  const w = await world(lives);
  const { client, insist, until, store, simulator } = w;
  const sink = await receiver();
  const subscribed = (body: NewSubscription) =>
    insist(async () => {
      const { items } = await client.subscriptions.list();
      return items.find(({ name }) => name === body.name) ?? (await client.subscriptions.create(body));
    });
  const key = (byte: number) => `whsec_${Buffer.alloc(32, byte).toString('base64')}`;
  const all = async () => (await store.deliveries.list({ limit: 500 })).rows;
  const none =
    (...states: string[]) =>
    async () =>
      (await all()).every((row) => !states.includes(row.state)) && (await all()).length > 0;

  // A challenge.
  const hook = { name: 'hook', on: 'everything', channel: 'webhook', target: `${sink.url}/hook` } as const;
  const made = await subscribed({ ...hook, signingKeys: [key(1)] });
  await until(async () => (await client.subscriptions.verify(made.id)).state === 'active');
  sink.keys.add(key(1));
  const slack = {
    name: 's',
    on: 'everything',
    channel: 'slack',
    target: `${sink.url}/services/T0/B0/x`,
  } as const;
  const team = await subscribed(slack);

  // A target that is gone, and is disabled; messages of another that are refused.
  sink.answers.webhook = 410;
  sink.answers.slack = 400;
  const jobs = [1, 2, 3, 4].map(() =>
    simulator.submit({ system: 'otc-ecs', life: { end: 'FAIL', runMs: 5 } }),
  );
  const specs = jobs.map((jobId) => ({ origin: 'otc-ecs', projectId: PROJECT, jobId }));
  await insist(() => client.jobs.track(specs));
  const ofJobs = async () => (await all()).filter((row) => row.event.kind === 'job.failed');
  await until(async () => {
    const rows = await ofJobs();
    return rows.length === 8 && rows.every(({ state }) => state === 'held' || state === 'failed');
  });
  const disabled: Subscription = await insist(() => client.subscriptions.get(made.id));
  expect(disabled.targets[0]).toMatchObject({ state: 'disabled', reason: 'gone' });
  const ids = new Set((await ofJobs()).map(({ id }) => id));
  sink.answers.webhook = 200;
  sink.answers.slack = 200;
  await insist(() => client.subscriptions.resume(made.id));

  // A recovery.
  const since = new Date(Date.now() - 3_600_000).toISOString();
  const recovery = await insist(() =>
    client.recoveries.create({ since, subscription: team.id, perSecond: 100 }),
  );
  await until(async () => (await client.recoveries.get(recovery.id)).state === 'done');
  await until(none('pending', 'sending', 'retrying', 'held', 'failed'));
  // What has arrived is sent again.
  const before = new Map((await all()).map((row) => [row.id, row]));
  const mine = [...before.values()].filter((row) => row.subscription === made.id);
  for (const row of mine) {
    const [eventId, deliveryId] = row.key.split('/') as [string, string];
    await insist(() => client.deliveries.redeliver({ eventId, deliveryId }));
  }
  await until(async () => (await all()).every((row) => row.resend === undefined));
  // A rotation: the next message carries both keys.
  const rotated = await insist(() => client.subscriptions.rotate(made.id, {}));
  expect(rotated.keys!.length).toBeGreaterThanOrEqual(2);
  sink.keys.add(rotated.signingKeys[0]!);
  // All of it to somebody new.
  const target = `${sink.url}/late`;
  const late = await subscribed({ ...hook, name: 'late', target, signingKeys: [...sink.keys] });
  await until(async () => (await client.subscriptions.verify(late.id)).state === 'active');
  const replay = await insist(() => client.recoveries.replay(late.id, { since, perSecond: 100 }));
  await until(async () => (await client.recoveries.get(replay.id)).state === 'done');
  const [first] = mine;
  const [eventId, deliveryId] = first!.key.split('/') as [string, string];
  await insist(() => client.deliveries.redeliver({ eventId, deliveryId }));
  await until(async () => (await all()).every((row) => row.resend === undefined));
  await until(none('pending', 'sending', 'retrying', 'held', 'failed'));

  expect(w.deaths()).toBe(lives.length);
  const rows = await all();
  expect(
    (await ofJobs())
      .filter((row) => row.subscription !== late.id)
      .map(({ id }) => id)
      .toSorted(),
  ).toEqual([...ids].toSorted());
  const events = new Set(
    rows.filter((row) => row.subscription === late.id).map((row) => row.event.metadata.id),
  );
  for (const job of await ofJobs()) expect(events).toContain(job.event.metadata.id);
  const webhooks = rows.filter((row) => row.channel === 'webhook');
  const times = Map.groupBy(sink.arrived, ({ id }) => id);
  // Nothing that the table does not know, and nothing without a signature.
  expect([...times.keys()].toSorted()).toEqual(webhooks.map(({ id }) => id).toSorted());
  expect(sink.arrived.filter(({ by }) => by.length === 0)).toEqual([]);
  for (const row of webhooks) {
    expect(row.state).toBe('delivered');
    const uncertain = row.attempts.filter(({ reason }) => reason === 'uncertain').length;
    const asked = (row.asked ?? []).filter(({ how }) => how === 'redeliver').length;
    expect(times.get(row.id)!.length).toBeLessThanOrEqual(1 + uncertain + asked);
  }
  expect(times.get(first!.id)!.at(-1)!.by).toHaveLength(2);
  expect((await store.subscriptions.list({ limit: 9 })).rows).toHaveLength(3);
  expect((await store.recoveries.list({ limit: 9 })).rows.every(({ state }) => state === 'done')).toBe(true);
}, 180_000);
