import { createSign, generateKeyPairSync, sign } from 'node:crypto';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { createSmn } from '../../../lib/adapters/clouds/smn.ts';
import { whoseCall } from '../../../lib/adapters/clouds/whose-call.ts';
import { createHttp } from '../../../lib/adapters/platform/http.ts';
import { issue } from '../../../lib/adapters/simulator/x509.ts';
import { createSimulator } from '../../../lib/adapters/simulator/simulator.ts';
import { NEW_TRAIL } from '../../../lib/core/discover/trail.ts';
import { newOrigin } from '../../../lib/core/jobs/origin.ts';
import { stringToSign, type SmnMessage } from '../../../lib/core/intake/smn-message.ts';
import { PROJECT, spec, START } from '../../kit.ts';
import { serve } from '../platform/serve.ts';
import { ANSWERS } from '../../core/jobs/answers.ts';
import { apiKit } from './kit.ts';

const OTHER = 'f'.repeat(32);
const TOPIC = `urn:smn:eu-de:${PROJECT}:jobs`;
const ECS = 'https://ecs.eu-de.otc.t-systems.com';

/** The API with a simulated SMN behind it, at a time of the test. */
let now = START;
/** One for all: its keys take their time. */
const simulator = createSimulator({ clock: () => now });
let url = '';
beforeAll(async () => void ({ url } = await simulator.listen()));
afterAll(() => simulator.close());

async function kitWithSmn(over: { ca?: string; topics?: string[] } = {}) {
  now = START;
  const before = simulator.smn.confirmed().length;
  const asked: string[] = [];
  const http = createHttp({ allowPrivate: () => true, redact: (text) => text });
  onTestFinished(() => http.close());
  const smn = createSmn(
    { topics: over.topics ?? [TOPIC], standIn: { endpoint: url, ca: () => over.ca ?? simulator.smn.ca() } },
    async () => ({
      http: {
        exchange: (request) => {
          asked.push(request.url as string);
          return http.exchange(request);
        },
      },
      close: async () => {},
    }),
  );
  const kit = await apiKit({ over: () => ({ intake: { whoseCall, smn } }) });
  const send = (message: object) => kit.call('POST', '/v1/intake', { token: null, body: message });
  const confirmed = () => simulator.smn.confirmed().slice(before);
  return { ...kit, simulator, confirmed, asked, send, url, at: (ms: number) => (now = START + ms) };
}
const order = { topic: TOPIC, message: 'a trace', subject: 'CTS' };

describe('a call that a hook hands in', () => {
  const call = (url: string, body: unknown) => ({ url, body });

  it('has its jobs tracked under the origin that the call went to, by its host and project', async () => {
    const kit = await kitWithSmn();
    const url = `${ECS}/v1.1/${PROJECT}/cloudservers`;
    const got = await kit.call('POST', '/v1/intake', {
      body: { url, body: '{"job_id": "aa01"}', name: 'web-7' },
    });
    expect(got.body).toMatchObject({
      from: 'calls',
      results: [{ outcome: 'tracked', key: `otc-ecs/${PROJECT}/aa01` }],
      ignored: 0,
    });
    expect(await kit.store.jobs.get(`otc-ecs/${PROJECT}/aa01`)).toMatchObject({
      name: 'web-7',
      requestedBy: 'admin',
    });
    const again = await kit.call('POST', '/v1/intake', { body: { url, body: { job_id: 'aa01' } } });
    expect(again.body.results).toMatchObject([{ outcome: 'already_tracked' }]);
  });

  it('has the same jobs tracked that `jobchime track` takes from the answer', async () => {
    const kit = await kitWithSmn();
    const url = `${ECS}/v1.1/${PROJECT}/cloudservers`;
    for (const [says, answer, ids] of ANSWERS) {
      const got = await kit.call('POST', '/v1/intake', { body: { url, method: 'POST', body: answer } });
      const keys = got.body.results.map(({ key }: { key: string }) => key);
      expect([says, ...keys]).toEqual([says, ...ids.map((id) => `otc-ecs/${PROJECT}/${id}`)]);
    }
  });

  it('is one of many, in one group, and a query names its job by its URL', async () => {
    const kit = await kitWithSmn();
    const body = {
      group: 'apply-42',
      calls: [
        call(`${ECS}/v1.1/${PROJECT}/cloudservers`, { job_id: 'aa01' }),
        { ...call(`${ECS}/v1/${PROJECT}/jobs/aa02`, undefined), method: 'GET' },
        { ...call(`${ECS}/v1/${PROJECT}/cloudservers/detail`, { job_id: 'aa03' }), method: 'GET' },
        call(`https://dli.eu-de.otc.t-systems.com/v1.0/${PROJECT}/jobs/5`, ''),
        { ...call(`https://evs.eu-nl.otc.t-systems.com/v1/${PROJECT}/jobs/aa04`, undefined), method: 'GET' },
        call(`https://mrs.eu-de.otc.t-systems.com/v2/${PROJECT}/clusters`, { job_id: 'not-ours' }),
        call(`${ECS}/v1.1/${OTHER}/cloudservers`, { job_id: 'of-others' }),
        call(`${ECS}/v1.1/${PROJECT}/cloudservers`, { order_id: 'CS1' }),
      ],
    };
    const got = await kit.call('POST', '/v1/intake', { body });
    expect(got.body).toMatchObject({
      ignored: 6,
      unknown: ['evs.eu-nl.otc.t-systems.com', 'mrs.eu-de.otc.t-systems.com', new URL(ECS).host],
    });
    expect(got.body.results.map(({ key, group }: { key: string; group: object }) => [key, group])).toEqual([
      [`otc-ecs/${PROJECT}/aa01`, expect.objectContaining({ name: 'apply-42' })],
      [`otc-ecs/${PROJECT}/aa02`, expect.objectContaining({ name: 'apply-42' })],
    ]);
  });

  it.each<[string, unknown]>([
    ['url', { url: 'ecs/jobs', body: {} }],
    ['url', { url: 7 }],
    ['', { url: ECS, nonsense: 1 }],
    ['group', { url: ECS, group: 'two words' }],
  ])('is refused, and says where, if its %s is wrong: %j', async (field, body) => {
    const kit = await kitWithSmn();
    const got = await kit.call('POST', '/v1/intake', { body });
    expect(got.status).toBe(422);
    expect(got.text).toContain(field);
  });

  it('needs a token that may track, and is nothing to one of other projects', async () => {
    const kit = await kitWithSmn();
    const body = call(`${ECS}/v1.1/${PROJECT}/cloudservers`, { job_id: 'aa01' });
    expect((await kit.call('POST', '/v1/intake', { token: null, body })).status).toBe(401);
    const reader = await kit.tokenFor(['read']);
    expect((await kit.call('POST', '/v1/intake', { token: reader, body })).status).toBe(403);
    const limited = await kit.tokenFor(['track'], { projects: [OTHER] });
    const got = await kit.call('POST', '/v1/intake', { token: limited, body });
    expect(got.body).toMatchObject({ results: [], ignored: 1 });
    expect(await kit.store.jobs.get(`otc-ecs/${PROJECT}/aa01`)).toBeNull();
  });
});

describe('a push', () => {
  it('of a cloud has the jobs of its project checked now, and tracks nothing', async () => {
    const kit = await kitWithSmn();
    await kit.call('POST', '/v1/jobs', { body: spec(1) });
    const before = (await kit.store.jobs.list({ limit: 9 })).rows[0]!;
    expect(before.due!.at).toBeGreaterThan(START);
    const trace = { trace_id: 't1', response: { job_id: 'new' }, project_id: PROJECT };
    const got = await kit.call('POST', '/v1/intake', { body: { cts: trace } });
    expect(got.body).toEqual({ from: 'functiongraph', checked: 1, accounts: 0 });
    const { rows } = await kit.store.jobs.list({ limit: 9 });
    expect(rows.map(({ key, due, nextCheckAt }) => [key, due!.at, nextCheckAt])).toEqual([
      [before.key, kit.clock.now(), kit.clock.now()],
    ]);
  });

  it('has the records of its project read now, where the token sees that', async () => {
    const trails = [
      { name: 'prod-cts', projectId: PROJECT, account: 'prod' },
      { name: 'other-cts', projectId: OTHER, account: 'other' },
    ];
    const kit = await apiKit({ over: () => ({ trails }) });
    const read = (at: number) => ({ ...NEW_TRAIL, upTo: at, nextAt: at + 60_000 });
    await kit.store.origins.create(
      trails.map(({ name }) => ({ ...newOrigin(name, START), trail: read(START - 20_000) })),
    );
    const rung = async () =>
      Promise.all(trails.map(async ({ name }) => (await kit.store.origins.get(name))!.trail!.rungAt));
    const limited = await kit.tokenFor(['track'], { projects: [PROJECT] });
    const push = (project_id?: string) =>
      kit.call('POST', '/v1/intake', {
        token: limited,
        body: { trace_id: 't1', ...(project_id && { project_id }) },
      });
    expect((await push(OTHER)).body).toMatchObject({ accounts: 0 });
    expect(await rung()).toEqual([undefined, undefined]);
    expect((await push()).body).toMatchObject({ accounts: 1 });
    expect(await rung()).toEqual([kit.clock.now(), undefined]);
    const all = { cts: { trace_id: 't1', project_id: OTHER } };
    expect((await kit.call('POST', '/v1/intake', { body: all })).body).toMatchObject({ accounts: 1 });
    expect(await rung()).toEqual([kit.clock.now(), kit.clock.now()]);
  });

  it('of another project than those of the token does nothing', async () => {
    const kit = await kitWithSmn();
    await kit.call('POST', '/v1/jobs', { body: spec(1) });
    const token = await kit.tokenFor(['track'], { projects: [OTHER] });
    for (const body of [{ trace_id: 't1', project_id: PROJECT }, { trace_id: 't1' }]) {
      expect((await kit.call('POST', '/v1/intake', { token, body })).body).toEqual({
        from: 'trace',
        checked: 0,
        accounts: 0,
      });
    }
  });

  it('of no known shape is refused', async () => {
    const kit = await kitWithSmn();
    expect((await kit.call('POST', '/v1/intake', { body: { hello: 'world' } })).status).toBe(422);
  });
});

describe('a message of SMN', () => {
  it('is believed by its signature alone, whatever its Content-Type, and has its project checked now', async () => {
    const kit = await kitWithSmn();
    await kit.call('POST', '/v1/jobs', { body: spec(1) });
    const message = kit.simulator.smn.message(order);
    const got = await kit.call('POST', '/v1/intake', {
      token: null,
      raw: JSON.stringify(message),
      headers: { 'content-type': 'text/plain;charset=UTF-8' },
    });
    expect([got.status, got.body]).toEqual([200, { from: 'smn', checked: 1, accounts: 0 }]);
    expect(kit.asked).toEqual([`${kit.url}/smn/SMN_eu-de_simulator.pem`]);
    // The certificate is kept, and a repetition does nothing.
    expect((await kit.send(message)).body).toEqual({ from: 'smn', repeated: true });
    expect((await kit.send(kit.simulator.smn.message(order))).body).toMatchObject({ from: 'smn' });
    expect(kit.asked).toHaveLength(1);
  });

  it('confirms a subscription by a call to the cloud', async () => {
    const kit = await kitWithSmn();
    const got = await kit.send(kit.simulator.smn.message({ topic: TOPIC, type: 'SubscriptionConfirmation' }));
    expect(got.body).toEqual({ from: 'smn', subscription: 'confirmed' });
    expect(kit.confirmed()).toHaveLength(1);
  });

  it('of the end of a subscription is told in the log, and its address is not called: it would subscribe again', async () => {
    const kit = await kitWithSmn();
    const got = await kit.send(kit.simulator.smn.message({ topic: TOPIC, type: 'UnsubscribeConfirmation' }));
    expect(got.body).toEqual({ from: 'smn', subscription: 'removed' });
    expect(kit.confirmed()).toEqual([]);
    expect(kit.telemetry.lines.map(({ event }) => event)).toContain('intake.unsubscribed');
  });

  const KEY = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey;
  const signedBy = (message: SmnMessage, key = KEY): SmnMessage => ({
    ...message,
    signature: sign('RSA-SHA256', Buffer.from(stringToSign(message)), key).toString('base64'),
  });

  it.each<[why: string, forged: (message: SmnMessage) => object]>([
    ['its signature is wrong', (message) => ({ ...message, message: 'another' })],
    ['its signature is wrong', (message) => ({ ...message, subject: 'another' })],
    ['its signature is wrong', (message) => ({ ...message, subject: '' })],
    ['its signature is wrong', (message) => ({ ...message, message_id: 'another' })],
    ['its signature is wrong', (message) => ({ ...message, timestamp: '2026-03-01T12:00:01Z' })],
    ['its signature is wrong', (message) => ({ ...message, type: 'UnsubscribeConfirmation' })],
    ['its signature is wrong', (message) => ({ ...message, signature: 'AAAA' })],
    ['its signature is wrong', (message) => ({ ...message, signature: '' })],
    ['its signature is wrong', signedBy],
    [
      'its signature is wrong',
      (message) => ({
        ...message,
        signature: createSign('RSA-SHA1').update(stringToSign(message)).sign(KEY, 'base64'),
      }),
    ],
    ['its topic is not configured', (message) => ({ ...message, topic_urn: `urn:smn:eu-de:${OTHER}:jobs` })],
    [
      "its certificate is not at the region's own SMN",
      (message) =>
        signedBy({ ...message, signing_cert_url: 'https://smn.eu-de.example.com/smn/SMN_eu-de_1.pem' }),
    ],
  ])('is refused where %s', async (why, forged) => {
    const kit = await kitWithSmn();
    const got = await kit.send(forged(kit.simulator.smn.message(order)));
    expect(got.status).toBe(403);
    expect(got.body.detail).toBe(`The message is not believed: ${why}.`);
  });

  it('is refused where it is older than an hour, or from the future, before anybody is asked', async () => {
    const kit = await kitWithSmn();
    for (const ms of [-3_601_000, 901_000]) {
      kit.at(ms);
      expect((await kit.send(kit.simulator.smn.message(order))).body.detail).toContain(
        'too old, or from the future',
      );
    }
    expect(kit.asked).toEqual([]);
  });

  it('is refused where its certificate is signed by itself, or by another authority', async () => {
    const kit = await kitWithSmn({ ca: issue('Another CA', [0, START * 2]).certificate });
    const message = kit.simulator.smn.message(order);
    expect((await kit.send(message)).body.detail).toContain('its certificate is signed by somebody else');
    const own = issue('smn', [0, START * 2]);
    const server = createServer((_, res) => res.end(own.certificate));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const http = createHttp({ allowPrivate: () => true, redact: (text) => text });
    onTestFinished(() => http.close());
    const smn = createSmn(
      { topics: [TOPIC], standIn: { endpoint: at, ca: () => own.certificate } },
      async () => ({ http, close: async () => {} }),
    );
    const forged = signedBy({ ...message, signing_cert_url: `${at}/smn/SMN_eu-de_1.pem` }, own.key);
    expect(await smn.doubt(forged, START)).toEqual({ why: 'its certificate is signed by itself' });
  });

  it('makes us ask for few certificates, however many addresses strangers name, and drives no good one out', async () => {
    const kit = await kitWithSmn();
    expect((await kit.send(kit.simulator.smn.message(order))).status).toBe(200);
    const named = (n: number) => ({
      ...kit.simulator.smn.message(order),
      signing_cert_url: `${kit.url}/smn/SMN_${n}.pem`,
    });
    for (let minute = 0; minute < 6; minute += 1) {
      kit.at(minute * 60_000);
      for (let n = 0; n < 20; n += 1) expect((await kit.send(named(minute * 20 + n))).status).toBe(503);
      expect((await kit.send(kit.simulator.smn.message(order))).status).toBe(200);
    }
    expect(kit.asked.filter((url) => url.endsWith('eu-de_simulator.pem'))).toHaveLength(1);
    expect(kit.asked.length).toBeLessThanOrEqual(1 + 6 * 5);
  });

  it.each<[string, (res: ServerResponse, other: string) => void, RegExp]>([
    [
      'answers with a redirect',
      (res, other) => res.writeHead(302, { location: other }).end(),
      /cannot be had/,
    ],
    ['is a page', (res) => res.end('<html>'), /is none/],
    ['is larger than any', (res) => res.end('x'.repeat(100_000)), /is none/],
    ['is not there', (res) => res.writeHead(404).end(), /cannot be had/],
  ])('is refused where its certificate %s, and nobody else is asked', async (_, answer, why) => {
    const elsewhere = await serve((_request, response) =>
      response.end(issue('x', [0, START * 2]).certificate),
    );
    const smnHost = await serve((_request, response) => answer(response, `${elsewhere.url}/smn/a.pem`));
    const http = createHttp({ allowPrivate: () => true, redact: (text) => text });
    onTestFinished(() => http.close());
    const smn = createSmn(
      { topics: [TOPIC], standIn: { endpoint: smnHost.url, ca: () => simulator.smn.ca() } },
      async () => ({ http, close: async () => {} }),
    );
    now = START;
    const message = { ...simulator.smn.message(order), signing_cert_url: `${smnHost.url}/smn/a.pem` };
    expect((await smn.doubt(message, START))?.why).toMatch(why);
    expect(elsewhere.requests).toEqual([]);
  });

  it('is refused where its certificate is not valid yet, or any more', async () => {
    const authority = issue('CA', [0, START * 2]);
    const hour = 3_600_000;
    for (const span of [
      [START - 9 * hour, START - hour],
      [START + hour, START + 9 * hour],
    ] as const) {
      const signer = issue('smn', span, authority);
      const host = await serve((_, response) => response.end(signer.certificate));
      const http = createHttp({ allowPrivate: () => true, redact: (text) => text });
      onTestFinished(() => http.close());
      const smn = createSmn(
        { topics: [TOPIC], standIn: { endpoint: host.url, ca: () => authority.certificate } },
        async () => ({ http, close: async () => {} }),
      );
      now = START;
      const given = { ...simulator.smn.message(order), signing_cert_url: `${host.url}/smn/a.pem` };
      expect(await smn.doubt(signedBy(given, signer.key), START)).toEqual({
        why: 'its certificate is not valid now',
      });
    }
  });

  it.each([
    'https://attacker.example.com/confirm',
    'http://console.otc.t-systems.com/smn/confirm',
    'https://console.otc.t-systems.com.example.com/smn',
    'https://console.otc.t-systems.com:8443/smn',
    'https://console.otc.t-systems.com@example.com/smn',
    'http://169.254.169.254/latest/meta-data',
  ])('confirms nothing at another place: %s', async (subscribe_url) => {
    const kit = await kitWithSmn();
    const genuine = kit.simulator.smn.message({ topic: TOPIC, type: 'SubscriptionConfirmation' });
    // Even where it were signed so.
    const smn = createSmn({ topics: [TOPIC], standIn: null }, () => Promise.reject(new Error('asked')));
    expect(await smn.confirm({ ...genuine, subscribe_url })).toBe(
      'the address to confirm at is not at this cloud',
    );
    expect((await kit.send({ ...genuine, subscribe_url })).status).toBe(403);
    expect(kit.confirmed()).toEqual([]);
  });

  it('has a bound in size and in number, which strangers share', async () => {
    const kit = await apiKit({ over: () => ({ limits: { burst: 5, perSecond: 1 } }) });
    const large = { topic_urn: TOPIC, signing_cert_url: 'x', message: 'x'.repeat(300_000) };
    expect((await kit.call('POST', '/v1/intake', { token: null, body: large })).status).toBe(413);
    const asks = Array.from({ length: 9 }, () =>
      kit.call('POST', '/v1/intake', { token: null, body: order }),
    );
    const codes = (await Promise.all(asks)).map(({ status }) => status);
    expect(codes.filter((code) => code === 429)).toHaveLength(5);
    // Who has a token does not wait for them.
    expect((await kit.call('POST', '/v1/intake', { body: { trace_id: 't' } })).status).toBe(200);
  });

  it('may come again where its certificate cannot be had just now, and that is asked for once in a while', async () => {
    const kit = await kitWithSmn();
    const message = { ...kit.simulator.smn.message(order), signing_cert_url: `${kit.url}/smn/SMN_gone.pem` };
    for (const _ of [1, 2, 3]) expect((await kit.send(message)).status).toBe(503);
    expect(kit.asked).toHaveLength(1);
  });
});

describe('where a certificate may be', () => {
  const doubtOf = async (signing_cert_url: string, region = 'eu-de') => {
    const topic_urn = `urn:smn:${region}:${PROJECT}:jobs`;
    const asked: string[] = [];
    const smn = createSmn({ topics: [topic_urn], standIn: null }, async () => ({
      http: {
        exchange: async ({ url }) => {
          asked.push(url as string);
          return { ok: false, reason: 'unreachable', detail: 'nobody is there' } as never;
        },
      },
      close: async () => {},
    }));
    const timestamp = new Date(START).toISOString();
    const message = {
      type: 'Notification',
      message_id: '1',
      message: '',
      timestamp,
      signature: '',
      topic_urn,
      signing_cert_url,
    } as const;
    return { why: (await smn.doubt(message, START))?.why, asked };
  };

  it.each([
    ['eu-de', 'https://smn.eu-de.otc.t-systems.com/smn/SMN_eu-de_3190c26a56fb435f9882e3435b.pem'],
    ['cn-north-4', 'https://smn.cn-north-4.myhuaweicloud.com/smn/SMN_cn-north-4_1.pem'],
    ['eu-west-101', 'https://smn.eu-west-101.myhuaweicloud.eu/smn/SMN_eu-west-101_1.pem'],
  ])("is the region's own SMN: %s", async (region, url) => {
    expect((await doubtOf(url, region)).asked).toEqual([url]);
  });

  it.each([
    'http://smn.eu-de.otc.t-systems.com/smn/a.pem',
    'https://smn.eu-nl.otc.t-systems.com/smn/a.pem',
    'https://smn.eu-de.otc.t-systems.com.example.com/smn/a.pem',
    'https://smn.eu-de.otc.t-systems.com:8443/smn/a.pem',
    'https://user@smn.eu-de.otc.t-systems.com/smn/a.pem',
    'https://smn.eu-de.otc.t-systems.com@example.com/smn/a.pem',
    'https://obs.eu-de.otc.t-systems.com/smn/a.pem',
    'https://smn.eu-de.otc.t-systems.com/other/a.pem',
    'https://smn.eu-de.otc.t-systems.com/smn/../x/a.pem',
    'https://smn.eu-de.otc.t-systems.com/smn/a.txt',
    'https://smn.eu-de.otc.t-systems.com./smn/a.pem',
    'https://smn.eu-de.otc.t-systems.com:443/smn/a.pem',
    'https://smn。eu-de.otc.t-systems.com/smn/a.pem',
    'https://smn.eu-de.otc.t-systеms.com/smn/a.pem',
    'https://xn--smn.eu-de.otc.t-systems.com/smn/a.pem',
    'https://smn.eu-de.otc.t-systems.com/smn/%2e%2e/a.pem',
    'https://smn.eu-de.otc.t-systems.com/smn/a.pem%00.txt',
    'https://smn.eu-de.otc.t-systems.com?/smn/a.pem',
    'https://smn.eu-de.otc.t-systems.com#/smn/a.pem',
    ' https://smn.eu-de.otc.t-systems.com/smn/a.pem',
    'https://evil-smn.eu-de.otc.t-systems.com/smn/a.pem',
    'https://smn.eu-de.myhuaweicloud.com.cn.example/smn/a.pem',
    'ftp://smn.eu-de.otc.t-systems.com/smn/a.pem',
    'https://SMN.eu-de.otc.t-systems.com\\@example.com/smn/a.pem',
    'file:///smn/a.pem',
    'nothing',
  ])('is nowhere else: %s', async (url) => {
    expect(await doubtOf(url)).toEqual({ why: "its certificate is not at the region's own SMN", asked: [] });
  });
});
