import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createForwarder } from '../../cli/listen/forward.ts';
import { pull } from '../../cli/listen/pull.ts';
import { receive, type Receiving } from '../../cli/listen/receive.ts';
import { repliesOf } from '../../cli/listen/replies.ts';
import { forPeople, forPrograms, type Arrived } from '../../cli/listen/show.ts';
import { webhookBody } from '../../lib/adapters/channels/webhook/sender.ts';
import type { Event } from '../../lib/core/jobs/event.ts';
import { SAMPLES } from '../core/notify/samples.ts';
import { world } from './world.ts';

const KEY = `whsec_${Buffer.alloc(32, 5).toString('base64')}`;
const BODY = webhookBody(SAMPLES['job.failed']!);

async function listening(over: Partial<Receiving> = {}) {
  const shown: Arrived[] = [];
  const { url, close } = await receive({
    host: '127.0.0.1',
    port: 0,
    keys: [KEY],
    replies: null,
    forward: null,
    show: (arrived) => void shown.push(arrived),
    ...over,
  });
  onTestFinished(close);
  const send = (body = BODY, key = KEY, id = 'dlv_1') =>
    fetch(url, { method: 'POST', headers: signed(body, key, id), body });
  return { url, shown, send };
}
function signed(body: string, key = KEY, id = 'dlv_1'): Record<string, string> {
  const now = new Date();
  return {
    'content-type': 'application/json',
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(now.getTime() / 1_000)),
    'webhook-signature': new Webhook(key).sign(id, now, body),
    'x-own': 'kept',
  };
}

/** Something that takes webhooks, elsewhere. */
async function another(status = 202) {
  const got: { headers: Record<string, unknown>; body: string }[] = [];
  const server = createServer((request, response) => {
    void buffer(request).then((body) => {
      got.push({ headers: request.headers, body: body.toString() });
      response.writeHead(status, { 'content-type': 'application/json' }).end('{"taken":true}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return { got, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hooks` };
}
function forwardTo(url: string) {
  const forward = createForwarder(url);
  onTestFinished(forward.close);
  return forward;
}

describe('a receiver on the own machine', () => {
  it('shows and takes what is genuine, refuses the rest and says why', async () => {
    const { url, send, shown } = await listening();
    expect((await send()).status).toBe(200);
    expect((await send(BODY, `whsec_${Buffer.alloc(32, 6).toString('base64')}`, 'dlv_2')).status).toBe(401);
    expect((await fetch(url, { method: 'POST', body: BODY })).status).toBe(401);
    expect((await fetch(url)).status).toBe(405);
    expect(shown.map(({ failure }) => failure)).toEqual([null, 'bad_signature', 'missing_header']);
    const [first, second] = shown.map(forPeople);
    expect(first).toMatch(
      /^\d\d:\d\d:\d\d  job\.failed  verified  dlv_1  -> HTTP 200\n  \{\n    "id": "evt_/,
    );
    expect(second).toContain('NOT VERIFIED: it was signed with another key, or changed on the way');
    expect(JSON.parse(forPrograms(shown[0]!))).toMatchObject({
      verified: true,
      id: 'dlv_1',
      event: { type: 'job.failed' },
    });
  });

  it('answers as it is told, in this order, and knows a message that comes again', async () => {
    const { send, shown } = await listening({ replies: repliesOf('500,drop,slow,204'), slowMs: 10 });
    expect((await send()).status).toBe(500);
    await expect(send()).rejects.toThrow('fetch failed');
    expect((await send()).status).toBe(200);
    expect((await send()).status).toBe(204);
    expect((await send(BODY, KEY, 'dlv_9')).status).toBe(204);
    expect(shown.map(({ times }) => times)).toEqual([1, 2, 3, 4, 1]);
    expect(forPeople(shown[2]!)).toContain('(seen 3 times)  -> HTTP 200 after 0.01 s');
    for (const wrong of ['', 'ok', '199', '600', '200;'])
      expect(() => repliesOf(wrong)).toThrow('status codes');
  });

  it('answers the challenge of a new subscription, whatever else it is told', async () => {
    const { send } = await listening({ replies: repliesOf('500') });
    const body = JSON.stringify({ id: 'evt_1', type: 'jobchime.challenge', data: { challenge: 'abc' } });
    const answer = await send(body);
    expect([answer.status, await answer.json()]).toEqual([200, { challenge: 'abc' }]);
    expect((await send(body, `whsec_${Buffer.alloc(32, 6).toString('base64')}`)).status).toBe(500);
  });

  it('passes each message on as it came, and answers what is answered there', async () => {
    const { got, url } = await another();
    const { send, shown } = await listening({ forward: forwardTo(url) });
    const answer = await send();
    expect([answer.status, await answer.json()]).toEqual([202, { taken: true }]);
    expect(got[0]!.body).toBe(BODY);
    expect(got[0]!.headers).toMatchObject({ 'x-own': 'kept', 'webhook-id': 'dlv_1' });
    expect(() =>
      new Webhook(KEY).verify(got[0]!.body, got[0]!.headers as Record<string, string>),
    ).not.toThrow();
    expect(shown[0]!.answer).toBe('forwarded: HTTP 202');
  });

  it('says so where nobody takes what is passed on', async () => {
    const { send, shown } = await listening({ forward: forwardTo('http://127.0.0.1:1/') });
    expect((await send()).status).toBe(502);
    expect(shown[0]!.answer).toContain('127.0.0.1:1');
  });

  it('prints nothing that would do something to a terminal, and JSON stays what it is', () => {
    const text = 'a\u001b[31m\u009b2J\u202eb';
    const event = { id: 'e', type: 'ping', timestamp: '', version: 1, sequence: 1, data: { text } };
    const arrived: Arrived = { at: 0, id: text, event, failure: null, times: 1, answer: 'HTTP 200' };
    for (const shown of [forPeople(arrived), forPrograms(arrived)])
      expect(shown).not.toMatch(/(?!\n)[\p{Cc}\p{Cf}]/u);
    expect((JSON.parse(forPrograms(arrived)) as { event: unknown }).event).toEqual(event);
  });
});

describe('pulling from a service elsewhere', () => {
  it('makes each event the webhook that it would be, signed here, and forwards it', async () => {
    const { got, url } = await another(500);
    const shown: Arrived[] = [];
    const events = async function* () {
      yield* [SAMPLES['job.failed']!, SAMPLES['job.succeeded']!] as Event[];
    };
    const client = { events: Object.assign(events, { list: null }) } as never;
    const signal = new AbortController().signal;
    await pull({ client, keys: [KEY], forward: forwardTo(url), show: (one) => void shown.push(one), signal });
    expect(got.map(({ body }) => body)).toEqual(
      [SAMPLES['job.failed']!, SAMPLES['job.succeeded']!].map(webhookBody),
    );
    for (const { body, headers } of got)
      expect(() => new Webhook(KEY).verify(body, headers as Record<string, string>)).not.toThrow();
    expect(got[0]!.headers['webhook-id']).toBe(SAMPLES['job.failed']!.metadata.id);
    expect(shown.map(({ answer }) => answer)).toEqual(['forwarded: HTTP 500', 'forwarded: HTTP 500']);
  });
});

describe('jobchime listen', () => {
  it('has its receiver subscribed by the command that it shows, and a remote one sees the same event', async () => {
    const w = await world('api: { listen: 127.0.0.1:0, secret_key: env:SEAL_KEY }\n');
    w.env.SEAL_KEY = Buffer.alloc(32, 7).toString('base64');
    const service = await w.start('jobchime start', 'service.started');
    const listener = await w.start('jobchime listen --port 0', 'subscriptions test listen');
    const printed = listener.printed();
    const [, key] = /export (WEBHOOK_KEY=\S+)/.exec(printed)!;
    const [, command] = /^ {2}(jobchime subscriptions add .*)$/m.exec(printed)!;
    expect(await w.run(`${key} ${command}`)).toMatchObject({ code: 0, err: '' });
    const { out } = await w.run('jobchime token create dev --scope read');
    const token = /jct_\w+/.exec(out)![0];
    const [, url] = /"api":"(http:[^"]+)"/.exec(service.printed())!;
    const remote = await w.start(
      `env JOBCHIME_TOKEN=${token} jobchime listen --url ${url} --after '' --json`,
      'Pulling the events',
    );
    w.simulator.submit({ system: 'otc-ecs', jobId: 'a1', life: { end: 'SUCCESS', runMs: 50 } });
    await w.run('jobchime track otc-ecs a1');
    await listener.until('job.succeeded  verified');
    await remote.until('"type":"job.succeeded"');
    for (const { child, ended } of [listener, remote, service]) {
      child.kill('SIGTERM');
      expect(await ended).toBe(0);
    }
  }, 60_000);

  it('refuses what does not go together, and never quotes a key', async () => {
    const w = await world();
    const refusalOf = async (line: string): Promise<string> => (await w.spawn(line)).err;
    expect(await refusalOf('jobchime listen --answer 200 --forward http://127.0.0.1:1/')).toContain(
      'not both',
    );
    expect(await refusalOf('jobchime listen --after evt_1')).toContain('--after goes with --url');
    expect(await refusalOf('jobchime listen --forward ftp://x')).toContain('is no URL to post to');
    const wrong = await refusalOf('jobchime listen --signing-key my-own-password');
    expect(wrong).toContain('is not a webhook signing key');
    expect(wrong).not.toContain('my-own-password');
    expect(await refusalOf('jobchime listen --signing-key env:NONE')).toContain('env:NONE is not set');
  }, 60_000);
});
