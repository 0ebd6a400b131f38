import { once } from 'node:events';
import { request } from 'node:http';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { ApiError, createClient, type JobSpec } from '../../../client/index.ts';
import { serve, type Listening } from '../../../lib/wire/local/serve.ts';
import { jobId, PROJECT } from '../../kit.ts';
import { apiKit } from './kit.ts';

const job = (n: number, origin = 'hwc-ecs'): JobSpec => ({ origin, projectId: PROJECT, jobId: jobId(n) });
const open: Listening[] = [];
afterEach(async () => {
  for (const listening of open.splice(0)) await listening.close();
});

async function served() {
  const kit = await apiKit();
  const listening = await serve(kit.api, { host: '127.0.0.1', port: 0 });
  open.push(listening);
  return { ...kit, url: listening.url, client: createClient({ url: `${listening.url}/`, token: kit.admin }) };
}
const refusalOf = async (work: Promise<unknown>): Promise<ApiError> => {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(ApiError);
  return error as ApiError;
};

const badGateway = async () =>
  new Response('<h1>Bad gateway</h1>', { status: 502, statusText: 'Bad Gateway' });

describe('the client, over node:http', () => {
  it('tracks, lists, reads and removes jobs', async () => {
    const { client } = await served();
    const results = await client.jobs.track([job(1), job(2, 'nowhere')]);
    expect(results.map((one) => one.outcome)).toEqual(['tracked', 'refused']);
    const where = { origin: 'hwc-ecs', projectId: PROJECT, jobId: job(1).jobId };
    expect((await client.jobs.get(where)).state).toBe('outstanding');
    expect((await client.jobs.explain(where)).events).toEqual([]);
    expect((await client.events.list({ job: `hwc-ecs/${PROJECT}/${where.jobId}` })).items).toEqual([]);
    expect((await client.jobs.list({ state: 'failed', limit: 5 })).items).toEqual([]);
    await client.jobs.remove(where);
    expect((await refusalOf(client.jobs.get(where))).status).toBe(404);
    expect(await client.health()).toEqual({ status: 'ok' });
  });

  it('goes through all pages', async () => {
    const { client } = await served();
    await client.jobs.track(Array.from({ length: 7 }, (_, n) => job(n)));
    const keys: string[] = [];
    for await (const job of client.jobs.all({ limit: 3 })) keys.push(job.key);
    expect(new Set(keys).size).toBe(7);
  });

  it('makes, changes, pauses, tests and removes subscriptions', async () => {
    const { client } = await served();
    const target = 'https://hooks.example.com/x';
    const made = await client.subscriptions.create(
      { name: 'ci', on: 'failures', channel: 'webhook', target },
      { idempotencyKey: 'once' },
    );
    expect(made.signingKeys).toHaveLength(1);
    expect((await client.subscriptions.change(made.id, { name: 'cd' })).name).toBe('cd');
    expect((await client.subscriptions.pause(made.id)).state).toBe('paused');
    expect((await client.subscriptions.resume(made.id)).state).toBe('active');
    const { items } = await client.subscriptions.test(made.id);
    const { eventId, id: deliveryId } = items[0]!;
    expect((await client.deliveries.get({ eventId, deliveryId })).kind).toBe('ping');
    const all: string[] = [];
    for await (const one of client.subscriptions.all()) all.push(one.id);
    expect(all).toEqual(['ops', made.id]);
    await client.subscriptions.remove(made.id);
    expect((await refusalOf(client.subscriptions.get(made.id))).problem.detail).toContain(made.id);
  });

  it('throws what was refused, with its fields and how long to wait', async () => {
    const { client, url, store } = await served();
    const wrong = await refusalOf(client.jobs.track([{ ...job(1), jobId: '../x' }]));
    expect(wrong.problem.errors).toMatchObject([{ in: 'body', field: 'jobs[0].jobId' }]);
    const nobody = createClient({ url, token: 'jct_no' });
    expect((await refusalOf(nobody.jobs.list())).status).toBe(401);
    await client.jobs.track([job(1)]);
    const row = (await store.jobs.list({ limit: 1 })).rows[0]!;
    await store.jobs.save({ ...row, outbox: [{ kind: 'job.overdue', at: 0, sequence: 1 }] });
    const { origin, jobId } = job(1);
    expect((await refusalOf(client.jobs.remove({ origin, projectId: PROJECT, jobId }))).retryAfterMs).toBe(
      1_000,
    );
  });

  it('says so when something else answers in the stead of the API', async () => {
    const client = createClient({ url: 'https://proxy.test', token: 'x', fetch: badGateway });
    expect((await refusalOf(client.jobs.list())).message).toBe('HTTP 502: Bad Gateway');
  });
});

describe('the server', () => {
  it('answers a body that is far too large, and one that lies about its type', async () => {
    const { url, admin } = await served();
    const post = (body: string, type = 'application/json') =>
      fetch(`${url}/v1/jobs`, {
        method: 'POST',
        headers: { authorization: `Bearer ${admin}`, 'content-type': type },
        body,
      });
    expect((await post('x'.repeat(3_000_000))).status).toBe(413);
    expect((await post('{}', 'text/plain')).status).toBe(415);
    expect((await post(JSON.stringify(job(1)), 'application/json; charset=utf-8')).status).toBe(201);
  });

  it('answers what is hardly a request with a problem, and goes on', async () => {
    const { url } = await served();
    const { hostname, port } = new URL(url);
    const raw = async (text: string): Promise<string> => {
      const socket = connect(Number(port), hostname);
      socket.end(text);
      let answer = '';
      for await (const chunk of socket) answer += String(chunk);
      return answer;
    };
    const odd = await raw('GET /v1/jobs HTTP/1.1\r\nHost: a b/c\r\nConnection: close\r\n\r\n');
    expect(odd).toMatch(/^HTTP\/1.1 400 /);
    expect(odd).toContain('application/problem+json');
    expect(await raw('NONSENSE\r\n\r\n')).toMatch(/^HTTP\/1.1 400 /);
    expect(await raw('GET /%%%/%ff HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n')).toMatch(
      /^HTTP\/1.1 404 /,
    );
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it('answers HEAD without a body', async () => {
    const { url } = await served();
    const { hostname, port } = new URL(url);
    const asked = request({ hostname, port, path: '/healthz', method: 'HEAD' }).end();
    const [response] = (await once(asked, 'response')) as [{ statusCode: number; resume(): void }];
    response.resume();
    expect(response.statusCode).toBe(200);
  });

  it('names the place where it cannot listen', async () => {
    const { url, api } = await served();
    const port = Number(new URL(url).port);
    await expect(serve(api, { host: '127.0.0.1', port })).rejects.toThrow(
      `cannot listen on 127.0.0.1:${port} (EADDRINUSE); choose another api.listen`,
    );
  });
});
