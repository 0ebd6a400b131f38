import { describe, expect, it } from 'vitest';
import { jobEvent } from '../../../lib/core/jobs/event.ts';
import { newJob } from '../../../lib/core/jobs/job.ts';
import { decide } from '../../../lib/core/jobs/transition.ts';
import { createSealer } from '../../../lib/adapters/platform/seal.ts';
import { dispatchStored, failed, POLICY, spec, START } from '../../kit.ts';
import { CA, CERTIFICATE, KEY } from '../platform/certificates.ts';
import { apiKit, type ApiKit } from './kit.ts';

const HOOK = 'https://hooks.example.com/in/secret';
const webhook = { name: 'ci', on: 'everything', channel: 'webhook', target: HOOK };
const info = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
const SECRETS = ['tk_0123456789abcdef', 'routing-key-0123456789', 'access-key-01', 'secret-key-0123456789'];
const [TOKEN, ROUTING, ACCESS, SECRET] = SECRETS as [string, string, string, string];
const REQUEST = {
  method: 'PUT',
  headers: { 'X-Api-Key': TOKEN, 'X-Source': 'jobchime' },
  contentType: 'application/vnd.example+json',
  body: '{"key": {{ secret.routing }}, "text": {{ message.title }}}',
  path: '/{{ delivery.id }}',
  secrets: { routing: ROUTING },
  auth: { accessKey: ACCESS, secretKey: SECRET },
  timeoutSeconds: 30,
  success: { json: { ok: true } },
};
const SHOWN = {
  ...REQUEST,
  headers: ['x-api-key', 'x-source'],
  secrets: ['routing'],
  auth: true,
};

async function happen(kit: ApiKit, n: number): Promise<void> {
  kit.clock.pass(1_000);
  const { job } = decide(newJob(spec(n), info, START, START), failed, START, POLICY);
  await dispatchStored(kit.dispatching, [jobEvent(job, job.outbox[0]!)]);
  await kit.deliverAll();
}
const create = (kit: ApiKit, request: unknown, more: object = {}) =>
  kit.call('POST', '/v1/subscriptions', { body: { ...webhook, request, ...more } });

describe('the request that a receiver wants, said through the API', () => {
  it('is what each message and the challenge are sent as, and its secrets are shown to nobody', async () => {
    const kit = await apiKit({ fixed: [] });
    const made = await create(kit, REQUEST);
    expect(made.status).toBe(201);
    expect(made.body.request).toEqual(SHOWN);
    const path = `/v1/subscriptions/${made.body.id}`;
    expect((await kit.call('GET', path)).body.request).toEqual(SHOWN);
    await happen(kit, 1);
    for (const { target } of [kit.challenges[0]!, kit.channel.sent[0]!]) {
      const { request = {} } = target;
      expect(request).toMatchObject({
        method: 'PUT',
        contentType: REQUEST.contentType,
        body: REQUEST.body,
        path: REQUEST.path,
        timeoutMs: 30_000,
        success: REQUEST.success,
      });
      const values = [
        request.headers!['x-api-key'],
        request.secrets!['routing'],
        request.auth!.accessKey,
        request.auth!.secretKey,
      ];
      expect(values.map((value) => value!())).toEqual(SECRETS);
    }
    const stored = [
      await kit.store.subscriptions.list({ limit: 9 }),
      await kit.store.idempotency.list({ limit: 9 }),
    ];
    const listed = await kit.call('GET', '/v1/subscriptions');
    const said = JSON.stringify([made.text, listed.text, stored, kit.telemetry.lines]);
    for (const secret of SECRETS) expect(said).not.toContain(secret);
    for (const secret of [ROUTING, ACCESS, SECRET])
      expect(kit.secrets.redact(`it was ${secret}`)).not.toContain(secret);
    // A header may be an ordinary word, which the log needs.
    expect(kit.secrets.redact('jobchime')).toBe('jobchime');
  });

  it('is replaced as a whole, removed by null, and left alone by any other change', async () => {
    const kit = await apiKit({ fixed: [] });
    const path = `/v1/subscriptions/${(await create(kit, REQUEST)).body.id}`;
    expect((await kit.call('PATCH', path, { body: { name: 'cd' } })).body.request).toEqual(SHOWN);
    const rotated = await kit.call('POST', `${path}/rotate`);
    expect(rotated.body.request).toEqual(SHOWN);
    const body = { request: { headers: { 'X-Team': 'web' } } };
    expect((await kit.call('PATCH', path, { body })).body.request).toEqual({ headers: ['x-team'] });
    await happen(kit, 1);
    expect(kit.channel.sent[0]!.target.request).toEqual({ headers: { 'x-team': expect.any(Function) } });
    expect((await kit.call('PATCH', path, { body: { request: null } })).body).not.toHaveProperty('request');
    await happen(kit, 2);
    expect(kit.channel.sent[1]!.target).not.toHaveProperty('request');
    expect(kit.challenges).toHaveLength(1);
  });

  it('may let a receiver answer the challenge that did not before', async () => {
    const kit = await apiKit({ fixed: [] });
    kit.answers.challenge = 'HTTP 401';
    const path = `/v1/subscriptions/${(await create(kit, undefined)).body.id}`;
    kit.answers.challenge = null;
    const body = { request: { headers: { Authorization: TOKEN } } };
    expect((await kit.call('PATCH', path, { body })).body.state).toBe('active');
    expect(kit.challenges[1]!.target.request!.headers!['authorization']!()).toBe(TOKEN);
  });

  it('has mutual TLS, and an authority of its own', async () => {
    const kit = await apiKit({ fixed: [] });
    const [cert, key] = [CERTIFICATE, KEY];
    const made = await create(kit, { ca: CA, cert, key });
    expect(made.body.request).toEqual({
      ca: expect.stringContaining('CERTIFICATE'),
      cert: expect.any(String),
    });
    expect(kit.challenges[0]!.target.request!.identity!.key()).toBe(key);
    expect(JSON.stringify(await kit.store.subscriptions.list({ limit: 9 }))).not.toContain('PRIVATE KEY');
    const half = await create(kit, { cert });
    expect([half.status, half.body.errors[0].field]).toEqual([422, 'request.key']);
    expect(half.text).not.toContain('CERTIFICATE-----M');
  });

  it.each<[string, object, string]>([
    ['a reference to what this machine has', { headers: { 'X-Key': 'env:HOME' } }, 'request.headers.X-Key'],
    ['a file of this machine', { secrets: { a: 'file:/etc/passwd' } }, 'request.secrets.a'],
    ['a file as an authority', { ca: 'file:/etc/passwd' }, 'request.ca'],
    ['a header that frames the request', { headers: { Host: 'example.com' } }, 'request.headers.Host'],
    ['a header of ours', { headers: { 'Webhook-Id': 'x' } }, 'request.headers.Webhook-Id'],
    ['another header in a value', { headers: { A: 'x\r\nHost: evil' } }, 'request.headers.A'],
    ['another header in a name', { headers: { 'A: x\r\nHost': 'evil' } }, 'request.headers'],
    ["a proxy, which is the machine's own way out", { proxy: 'http://10.0.0.1:3128' }, 'request.proxy'],
    ['a template that is none', { body: '{% if %}' }, 'request.body'],
    ['a path that makes another host', { path: '.evil.example.com/' }, 'request.path'],
    ['a path that is a user and another host', { path: '@evil.example.com/' }, 'request.path'],
    ['a template that is too long', { body: 'x'.repeat(64 * 1024 + 1) }, 'request.body'],
    ['two ways to let oneself in', { headers: { Authorization: 'x' }, auth: REQUEST.auth }, 'request.auth'],
    ['a timeout that outlasts the claim', { timeoutSeconds: 31 }, 'request.timeoutSeconds'],
    ['a method without a body', { method: 'GET' }, 'request.method'],
    ['what nobody knows', { retries: 3 }, 'request.retries'],
  ])('is refused with %s', async (_, request, field) => {
    const kit = await apiKit({ fixed: [] });
    const got = await create(kit, request);
    expect([got.status, got.body.errors?.map((one: { field: string }) => one.field)]).toEqual([
      422,
      expect.arrayContaining([expect.stringContaining(field)]),
    ]);
    expect((await kit.store.subscriptions.list({ limit: 9 })).rows).toEqual([]);
  });

  it('is refused of a channel that has a form of its own, and without a key to keep it with', async () => {
    const kit = await apiKit({ fixed: [] });
    const slack = { channel: 'slack', target: 'https://hooks.slack.com/services/T00000000/B00000000/path' };
    const got = await create(kit, { method: 'PUT' }, slack);
    expect([got.status, got.body.errors[0].field]).toEqual([422, 'request']);
    const made = (await create(kit, undefined, slack)).body;
    const body = { request: { method: 'PUT' } };
    const changed = await kit.call('PATCH', `/v1/subscriptions/${made.id}`, { body });
    expect([changed.status, changed.body.errors[0].field]).toEqual([422, 'request']);
  });

  it('is not sent without what nobody can open: all that is meant for it is kept', async () => {
    const kit = await apiKit({ fixed: [] });
    const { id } = (await create(kit, { headers: { 'X-Api-Key': TOKEN } })).body;
    const row = (await kit.store.subscriptions.get(id))!;
    const sealed = createSealer(Buffer.alloc(32, 9)).seal(TOKEN, id);
    const definition = { ...row.definition!, request: { headers: { 'x-api-key': sealed } } };
    await kit.store.subscriptions.save({ ...row, definition });
    kit.subscriptions.changed();
    await happen(kit, 1);
    expect(kit.channel.sent).toEqual([]);
    expect((await kit.call('GET', `/v1/subscriptions/${id}`)).body).toMatchObject({
      state: 'locked',
      held: 1,
    });
  });
});
