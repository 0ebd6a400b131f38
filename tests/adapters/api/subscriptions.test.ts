import { describe, expect, it } from 'vitest';
import { jobEvent } from '../../../lib/core/jobs/event.ts';
import { newJob } from '../../../lib/core/jobs/job.ts';
import { decide } from '../../../lib/core/jobs/transition.ts';
import { MAX_SUBSCRIPTIONS } from '../../../lib/adapters/api/subscriptions/create.ts';
import type { Receipt } from '../../../lib/core/notify/delivery.ts';
import { newStored } from '../../../lib/core/notify/stored-subscription.ts';
import { expire } from '../../../lib/app/upkeep/expire.ts';
import { failed, ok, POLICY, spec, START, subscription, dispatchStored } from '../../kit.ts';
import { undeployedBeside } from '../../../lib/wire/deployed.ts';
import { apiKit, type ApiKit } from './kit.ts';

const SLACK = 'https://hooks.slack.com/services/T00000000/B00000000/verysecretpathpart';
const HOOK = 'https://hooks.example.com/in/anothersecretpath';
const webhook = { name: 'ci', on: 'everything', channel: 'webhook', target: HOOK };

const info = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
/** The nth job has failed: an event that everybody wants. */
async function happen({ dispatching, clock }: ApiKit, n: number): Promise<void> {
  clock.pass(10);
  const { job } = decide(newJob(spec(n), info, START, START), failed, START, POLICY);
  await dispatchStored(dispatching, [jobEvent(job, job.outbox[0]!)]);
}
const jobsIn = (kit: ApiKit): number[] =>
  kit.channel.sent.map(({ event }) => parseInt(event.subject.slice(-4), 16));

describe('a subscription made through the API', () => {
  it('is shown shortened, works at once, and its key is shown once', async () => {
    const kit = await apiKit({ fixed: [] });
    const { call } = kit;
    const made = await call('POST', '/v1/subscriptions', { body: webhook });
    expect(made.status).toBe(201);
    const { signingKeys, ...shown } = made.body;
    expect(signingKeys).toEqual([expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/)]);
    expect(shown).toMatchObject({
      name: 'ci',
      from: 'api',
      state: 'active',
      on: 'everything',
      channel: 'webhook',
      targets: [{ shown: 'https://hooks.example.com/…', state: 'ok' }],
      held: 0,
    });
    expect(made.headers.get('location')).toBe(`/v1/subscriptions/${shown.id}`);
    const got = await call('GET', `/v1/subscriptions/${shown.id}`);
    expect(got.body).toEqual(shown);
    await happen(kit, 1);
    await kit.deliverAll();
    expect(kit.channel.sent[0]!.target.address()).toBe(HOOK);
    expect(kit.channel.sent[0]!.target.signingKeys!.map((key) => key())).toEqual(signingKeys);
  });

  it('keeps its secrets sealed: nothing that is stored or answered holds them', async () => {
    const kit = await apiKit();
    const key = `whsec_${Buffer.alloc(32, 3).toString('base64')}`;
    const answers = [
      await kit.call('POST', '/v1/subscriptions', { body: { ...webhook, signingKeys: [key] } }),
      await kit.call('POST', '/v1/subscriptions', {
        body: { name: 's', on: 'failures', channel: 'slack', target: SLACK },
        headers: { 'idempotency-key': 'one' },
      }),
      await kit.call('GET', '/v1/subscriptions'),
    ];
    const stored = [
      await kit.store.subscriptions.list({ limit: 9 }),
      await kit.store.idempotency.list({ limit: 9 }),
    ];
    const said = JSON.stringify([answers.map((a) => a.text), stored, kit.telemetry.lines]);
    for (const secret of ['verysecretpathpart', 'anothersecretpath', key.slice(6)])
      expect(said).not.toContain(secret);
    await kit.subscriptions.all();
    expect(kit.secrets.redact(SLACK)).not.toContain('verysecret');
  });

  it('is refused without a key to keep secrets with, or without mail', async () => {
    const { call, store } = await apiKit({
      over: ({ subscribing }) => ({
        subscribing: { ...subscribing, allowPrivate: [], sealer: null, confirmation: null },
      }),
    });
    const hook = await call('POST', '/v1/subscriptions', { body: webhook });
    expect([hook.status, hook.body.errors[0]]).toEqual([
      422,
      {
        in: 'body',
        field: 'channel',
        problem: 'has a secret, and this service has no key to keep it with',
        fix: 'Configure api.secret_key: a reference to 32 random bytes in base64, from openssl rand -base64 32.',
      },
    ]);
    const mail = { ...webhook, channel: 'email', target: 'ops@example.com' };
    expect((await call('POST', '/v1/subscriptions', { body: mail })).body.errors[0].fix).toBe(
      'Configure mail and api.public_url.',
    );
    expect((await store.subscriptions.list({ limit: 9 })).rows).toEqual([]);
  });

  it('is refused where nothing is deployed that sends over its channel', async () => {
    const { call, store } = await apiKit({
      over: ({ subscribing }) => ({
        subscribing: { ...subscribing, undeployed: undeployedBeside(['email', 'slack']) },
      }),
    });
    const hook = await call('POST', '/v1/subscriptions', { body: webhook });
    expect([hook.status, hook.body.errors[0]]).toEqual([
      422,
      {
        in: 'body',
        field: 'channel',
        problem: 'is webhook, and this stage has no function for that channel',
        fix: 'Deploy it with --param channels=email,slack,webhook, or take another channel.',
      },
    ]);
    expect((await store.subscriptions.list({ limit: 9 })).rows).toEqual([]);
  });

  it.each([
    [{ target: 'http://hooks.example.com/' }, 'target'],
    [{ target: 'https://10.0.0.1/' }, 'target'],
    [{ target: 'https://[::ffff:10.0.0.1]/' }, 'target'],
    [{ target: 'ops@example.com' }, 'target'],
    [{ channel: 'email' }, 'target'],
    [{ channel: 'teams', target: 'https://contoso.webhook.office.com/webhookb2/a' }, 'target'],
    [{ channel: 'wecom', target: 'https://qyapi.weixin.qq.com/cgi-bin/webhook/send' }, 'target'],
    [{ channel: 'email', target: 'ops@example.com, other@example.com' }, 'target'],
    [{ channel: 'sms' }, 'channel'],
    [{ on: undefined }, 'on'],
    [{ pattern: { source: ['jobchime'] } }, 'on'],
    [{ on: 'failure' }, 'on'],
    [{ on: undefined, pattern: { source: 'jobchime' } }, 'pattern'],
    [{ on: undefined, pattern: {} }, 'pattern'],
    [{ on: undefined, pattern: { 'detail-type': ['job.fail'] } }, 'pattern'],
    [{ on: undefined, pattern: { detail: { labels: { team: ['web'] } } } }, 'pattern'],
    [{ on: undefined, pattern: { id: ['x'.repeat(16_000)] } }, 'pattern'],
    [{ signingKeys: ['whsec_short'] }, 'signingKeys[0]'],
    [{ signingKeys: [`whsec_${'A'.repeat(33)}B=`] }, 'signingKeys[0]'],
    [{ signingKeys: [] }, 'signingKeys'],
    [{ channel: 'slack', target: SLACK, signingKeys: [`whsec_${'A'.repeat(32)}`] }, 'signingKeys'],
    [{ name: 'a\nb' }, 'name'],
    [{ secret: 'x' }, 'secret'],
  ])('names the field at fault: %j', async (over, field) => {
    const { call, store } = await apiKit();
    const got = await call('POST', '/v1/subscriptions', { body: { ...webhook, ...over } });
    expect(got.status).toBe(422);
    expect(got.body.errors.map((e: { field: string }) => e.field)).toContain(field);
    expect((await store.subscriptions.list({ limit: 9 })).rows).toEqual([]);
  });

  it('can be changed; what waits for it goes to the new target', async () => {
    const kit = await apiKit({ fixed: [] });
    const { id } = (await kit.call('POST', '/v1/subscriptions', { body: webhook })).body;
    kit.answers.send = { kind: 'retry', reason: 'server_error', detail: 'HTTP 500' };
    await happen(kit, 1);
    await kit.deliverAll();
    kit.answers.send = ok;
    const moved = 'https://elsewhere.example.com/new';
    const pattern = { 'detail-type': ['job.failed'] };
    const got = await kit.call('PATCH', `/v1/subscriptions/${id}`, {
      body: { name: 'cd', pattern, target: moved },
    });
    expect(got.body).toMatchObject({
      name: 'cd',
      on: null,
      pattern,
      targets: [{ shown: 'https://elsewhere.example.com/…' }],
    });
    kit.clock.pass(2_000);
    await kit.deliverAll();
    await kit.deliverAll();
    expect(kit.channel.sent.map((m) => m.target.address())).toEqual([HOOK, moved]);
    for (const body of [{}, { channel: 'slack' }, { on: 'failures', pattern }, { target: 'x' }])
      expect((await kit.call('PATCH', `/v1/subscriptions/${id}`, { body })).status).toBe(422);
    expect((await kit.call('PATCH', '/v1/subscriptions/sub_none', { body: { name: 'x' } })).status).toBe(404);
  });

  it('can ask for the events of a job one after the other, and no longer', async () => {
    const kit = await apiKit({ fixed: [] });
    const ordered = async () => (await kit.subscriptions.all())[0]!.ordered;
    const made = await kit.call('POST', '/v1/subscriptions', { body: { ...webhook, ordered: true } });
    expect([made.status, made.body.ordered, await ordered()]).toEqual([201, true, true]);
    const path = `/v1/subscriptions/${made.body.id}`;
    const changed = await kit.call('PATCH', path, { body: { ordered: false } });
    kit.subscriptions.changed();
    expect([changed.status, changed.body.ordered, await ordered()]).toEqual([200, undefined, undefined]);
    const wrong = await kit.call('PATCH', path, { body: { ordered: 'yes' } });
    expect([wrong.status, wrong.body.errors[0].field]).toEqual([422, 'ordered']);
  });

  it('gathers by a digest and quiet hours that are changed one by one, in its own time zone', async () => {
    const kit = await apiKit({ fixed: [] });
    const windows = async () => (await kit.subscriptions.all())[0]!.windows;
    const made = await kit.call('POST', '/v1/subscriptions', {
      body: { ...webhook, digest: { every: '1h' } },
    });
    expect(made.status).toBe(201);
    const path = `/v1/subscriptions/${made.body.id}`;
    const change = async (body: object) => {
      const got = await kit.call('PATCH', path, { body });
      kit.subscriptions.changed();
      return got;
    };
    expect((await change({ quiet: { from: '22:00', to: '06:00' }, zone: 'Europe/Berlin' })).status).toBe(200);
    expect(await windows()).toMatchObject({
      digest: { when: { every: 3_600_000 } },
      quiet: { from: '22:00', to: '06:00', zone: 'Europe/Berlin' },
    });
    expect((await change({ digest: { at: '09:00', failures: 'wait' } })).status).toBe(200);
    expect(await windows()).toMatchObject({
      digest: { when: { at: '09:00', zone: 'Europe/Berlin' }, failuresAtOnce: false },
      quiet: { from: '22:00' },
    });
    const before = await windows();
    for (const [field, value] of [
      ['digest', { every: '1h', at: '09:00' }],
      ['digest', { every: '2d' }],
      ['quiet', { from: '22:00', to: '22:00' }],
    ] as const) {
      const wrong = await change({ [field]: value });
      expect([wrong.status, wrong.body.errors[0].field.startsWith(field)]).toEqual([422, true]);
    }
    expect(await windows()).toEqual(before);
  });

  it('says in which language and time zone its messages are', async () => {
    const kit = await apiKit({ fixed: [] });
    const reader = async () => (await kit.subscriptions.all())[0]!.targets[0]!.reader;
    const made = await kit.call('POST', '/v1/subscriptions', { body: { ...webhook, lang: 'de' } });
    expect([made.status, made.body.lang, await reader()]).toEqual([201, 'de', { lang: 'de', zone: 'UTC' }]);
    const path = `/v1/subscriptions/${made.body.id}`;
    const changed = await kit.call('PATCH', path, { body: { lang: 'zh', zone: 'Asia/Shanghai' } });
    kit.subscriptions.changed();
    expect(changed.body).toMatchObject({ lang: 'zh', zone: 'Asia/Shanghai' });
    expect(await reader()).toEqual({ lang: 'zh', zone: 'Asia/Shanghai' });
    for (const [field, value] of [
      ['lang', 'fr'],
      ['zone', 'CST'],
    ] as const) {
      const wrong = await kit.call('PATCH', path, { body: { [field]: value } });
      expect([wrong.status, wrong.body.errors[0].field]).toEqual([422, field]);
    }
  });

  it('can be deleted; what waits for it is not sent any more', async () => {
    const kit = await apiKit({ fixed: [] });
    const { id } = (await kit.call('POST', '/v1/subscriptions', { body: webhook })).body;
    await happen(kit, 1);
    expect((await kit.call('DELETE', `/v1/subscriptions/${id}`)).status).toBe(204);
    await kit.deliverAll();
    expect(kit.channel.sent).toEqual([]);
    expect((await kit.store.deliveries.list({ limit: 9 })).rows[0]).toMatchObject({
      state: 'failed',
      reason: 'subscription_removed',
    });
    expect((await kit.call('DELETE', `/v1/subscriptions/${id}`)).status).toBe(404);
  });

  it('is listed after those of the configuration, page by page', async () => {
    const { call, clock } = await apiKit();
    for (let n = 0; n < 5; n += 1) {
      clock.pass(1);
      await call('POST', '/v1/subscriptions', { body: { ...webhook, name: `n${n}` } });
    }
    const names: string[] = [];
    let cursor = '';
    for (let n = 0; n < 5; n += 1) {
      const { body } = await call('GET', `/v1/subscriptions?limit=2${cursor && `&cursor=${cursor}`}`);
      names.push(...body.items.map((item: { name: string }) => item.name));
      if (body.next === null) break;
      cursor = body.next;
    }
    expect(names).toEqual(['ops', 'n4', 'n3', 'n2', 'n1', 'n0']);
  });

  it('is kept for, not sent to, while its secrets cannot be opened', async () => {
    const kit = await apiKit({ fixed: [] });
    const { id } = (await kit.call('POST', '/v1/subscriptions', { body: webhook })).body;
    const row = (await kit.store.subscriptions.get(id))!;
    const whole = row.definition!;
    const saved = await kit.store.subscriptions.save({
      ...row,
      definition: { ...whole, address: `${whole.address.slice(0, -4)}AAAA` },
    });
    kit.subscriptions.changed();
    await happen(kit, 1);
    await kit.deliverAll();
    expect(kit.channel.sent).toEqual([]);
    expect((await kit.call('GET', `/v1/subscriptions/${id}`)).body).toMatchObject({
      state: 'locked',
      held: 1,
    });
    expect(kit.telemetry.lines.filter((line) => line.event === 'subscription.locked')).toHaveLength(1);
    if (saved.outcome === 'saved') await kit.store.subscriptions.save({ ...saved.row, definition: whole });
    kit.subscriptions.changed();
    await kit.deliverAll();
    expect(jobsIn(kit)).toEqual([1]);
  });
});

describe('a stored subscription whose pattern cannot be compiled', () => {
  const broken: [what: string, pattern: unknown][] = [
    ['is no pattern', { 'detail-type': 'job.failed' }],
    ['is larger than one may be', { id: [...Array(1_000).keys()].map((n) => `evt_${n}`) }],
    ['has too many ways', { $or: [...Array(1_001).keys()].map((n) => ({ id: [`evt_${n}`] })) }],
    ['is nothing', null],
  ];
  it.each(broken)('(it %s) does not take the others along, and says so once, loudly', async (_, pattern) => {
    const kit = await apiKit();
    const { id } = (await kit.call('POST', '/v1/subscriptions', { body: webhook })).body;
    const row = (await kit.store.subscriptions.get(id))!;
    await kit.store.subscriptions.save({ ...row, definition: { ...row.definition!, on: null, pattern } });
    kit.subscriptions.changed();
    for (const nth of [1, 2]) {
      await happen(kit, nth);
      await kit.deliverAll();
      kit.clock.pass(5_000);
    }
    expect(kit.channel.sent.map((message) => message.subscription)).toEqual(['ops', 'ops']);
    expect(kit.telemetry.lines.filter((line) => line.level === 'error')).toEqual([
      {
        level: 'error',
        event: 'subscription.invalid',
        subscription: id,
        problem: expect.stringContaining('its pattern matches nothing: '),
        fix: expect.stringContaining('PATCH'),
      },
    ]);
    expect((await kit.call('GET', `/v1/subscriptions/${id}`)).body).toMatchObject({
      state: 'invalid',
      pattern,
    });
    expect((await kit.call('GET', '/v1/subscriptions')).body.items).toHaveLength(2);

    const whole = await kit.call('PATCH', `/v1/subscriptions/${id}`, { body: { on: 'everything' } });
    expect(whole.body.state).toBe('active');
    await happen(kit, 3);
    await kit.deliverAll();
    expect(kit.channel.sent.map((message) => message.subscription).slice(2)).toContain(id);
  });
});

describe('the number of subscriptions', () => {
  it('is bounded: one more is a problem of its own, until one is removed', async () => {
    const kit = await apiKit();
    const fill = (from: number, to: number) =>
      kit.store.subscriptions.create(
        Array.from({ length: to - from }, (_, i) => {
          const id = `sub_${String(from + i).padStart(24, '0')}`;
          const where = { endpoint: 'ep_1', shown: 's', address: 'a@example.com' };
          const kept = { name: 'x', on: 'failures', pattern: null, channel: 'email', ...where } as const;
          return newStored(id, 'active', { ...kept, signingKeys: [], confirmation: null }, START);
        }),
      );
    await fill(0, MAX_SUBSCRIPTIONS - 1);
    // Pausing what stands in the configuration takes no place.
    await kit.call('POST', '/v1/subscriptions/ops/pause');
    const last = await kit.call('POST', '/v1/subscriptions', { body: webhook });
    expect(last.status).toBe(201);
    const mail = { name: 'me', on: 'failures', channel: 'email', target: 'me@example.com' };
    for (const body of [webhook, mail]) {
      const got = await kit.call('POST', '/v1/subscriptions', { body });
      expect([got.status, got.body.type]).toEqual([409, 'urn:jobchime:problem:full']);
      expect(got.body.detail).toContain('There are 5000 subscriptions');
    }
    expect(kit.mails).toEqual([]);
    await kit.call('DELETE', `/v1/subscriptions/${last.body.id}`);
    expect((await kit.call('POST', '/v1/subscriptions', { body: webhook })).status).toBe(201);
  });
});

describe('pausing', () => {
  it.each(['config', 'api'])(
    'holds what is meant for a subscription of the %s, and resuming sends it, oldest first',
    async (from) => {
      const kit = await apiKit({ fixed: from === 'config' ? [subscription('ops')] : [] });
      const { call } = kit;
      const id =
        from === 'config' ? 'ops' : (await call('POST', '/v1/subscriptions', { body: webhook })).body.id;
      await happen(kit, 1);
      await kit.deliverAll();
      expect((await call('POST', `/v1/subscriptions/${id}/pause`)).body).toMatchObject({
        state: 'paused',
        held: 0,
      });
      for (const n of [2, 3, 4]) await happen(kit, n);
      await kit.deliverAll();
      const held = await kit.store.deliveries.list({ state: 'held', limit: 9 });
      await kit.deliverAll();
      expect(await kit.store.deliveries.list({ state: 'held', limit: 9 })).toEqual(held);
      expect(jobsIn(kit)).toEqual([1]);
      expect((await call('GET', `/v1/subscriptions/${id}`)).body).toMatchObject({ state: 'paused', held: 3 });
      const { body } = await call('GET', '/v1/deliveries?state=held');
      expect(body.items).toHaveLength(3);
      expect(body.items[0]).toMatchObject({ reason: 'paused', nextTryAt: null });
      expect((await call('POST', `/v1/subscriptions/${id}/pause`)).status).toBe(200);
      expect((await call('POST', `/v1/subscriptions/${id}/resume`)).body.state).toBe('active');
      await happen(kit, 5);
      kit.clock.pass(10);
      await kit.deliverAll();
      expect(jobsIn(kit)).toEqual([1, 2, 3, 4, 5]);
      expect((await call('GET', `/v1/subscriptions/${id}`)).body.held).toBe(0);
      expect((await call('POST', `/v1/subscriptions/${id}/resume`)).status).toBe(200);
    },
  );

  it('survives a worker that held one more row after the resume', async () => {
    const kit = await apiKit({ fixed: [subscription('ops')] });
    await kit.call('POST', '/v1/subscriptions/ops/pause');
    await happen(kit, 1);
    await kit.deliverAll();
    await kit.call('POST', '/v1/subscriptions/ops/resume');
    await kit.deliverAll();
    await kit.deliverAll();
    expect(jobsIn(kit)).toEqual([1]);
  });

  it('is undone for an endpoint that was disabled, too', async () => {
    const kit = await apiKit({ fixed: [subscription('ops')] });
    kit.answers.send = { kind: 'never', reason: 'gone', detail: 'HTTP 410', disable: true };
    await happen(kit, 1);
    await kit.deliverAll();
    await happen(kit, 2);
    await kit.deliverAll();
    const disabled = (await kit.call('GET', '/v1/subscriptions/ops')).body;
    expect(disabled).toMatchObject({
      state: 'active',
      held: 2,
      targets: [{ state: 'disabled', reason: 'gone' }],
    });
    kit.answers.send = ok;
    await kit.deliverAll();
    expect(jobsIn(kit)).toEqual([1]);
    const resumed = (await kit.call('POST', '/v1/subscriptions/ops/resume')).body;
    expect(resumed.targets).toEqual([{ shown: expect.any(String), state: 'ok', reason: null, since: null }]);
    await kit.deliverAll();
    expect(jobsIn(kit)).toEqual([1, 1, 2]);
  });
});

describe('a subscription of the configuration', () => {
  it('is shown as failing from the first message that is given up until one arrives', async () => {
    const kit = await apiKit();
    const target = async () => (await kit.call('GET', '/v1/subscriptions/ops')).body.targets[0];
    kit.answers.send = { kind: 'retry', reason: 'server_error', detail: 'HTTP 500' };
    await happen(kit, 1);
    const since = new Date(kit.clock.now()).toISOString();
    await kit.deliverAll();
    expect(await target()).toMatchObject({ state: 'ok', reason: null, since: null });
    kit.clock.pass(60_000);
    await kit.deliverAll();
    expect(await target()).toMatchObject({ state: 'failing', reason: 'server_error', since });
    kit.answers.send = ok;
    await happen(kit, 2);
    await kit.deliverAll();
    expect(await target()).toMatchObject({ state: 'ok', reason: null, since: null });
  });

  it('cannot be changed or deleted, and says why', async () => {
    const { call } = await apiKit();
    for (const paused of [false, true]) {
      if (paused) await call('POST', '/v1/subscriptions/ops/pause');
      for (const [method, sent] of [
        ['PATCH', { body: { name: 'x' } }],
        ['DELETE', {}],
      ] as const) {
        const got = await call(method, '/v1/subscriptions/ops', sent);
        expect([got.status, got.body.type]).toEqual([409, 'urn:jobchime:problem:read_only']);
        expect(got.body.detail).toContain('stands in the configuration file');
      }
    }
    expect((await call('DELETE', '/v1/subscriptions/nobody')).status).toBe(404);
    expect((await call('POST', '/v1/subscriptions/nobody/pause')).status).toBe(404);
    expect((await call('POST', '/v1/subscriptions/nobody/resume')).status).toBe(404);
    expect((await call('POST', '/v1/subscriptions/nobody/test')).status).toBe(404);
  });
});

describe('testing a subscription', () => {
  it('sends a message to it alone, whatever it wants otherwise, and tells what came of it', async () => {
    const kit = await apiKit({ fixed: [subscription('ops', { on: 'failures' }), subscription('all')] });
    const got = await kit.call('POST', '/v1/subscriptions/ops/test');
    expect([got.status, got.body.items]).toMatchObject([
      202,
      [{ kind: 'ping', subscription: 'ops', state: 'pending' }],
    ]);
    await kit.deliverAll();
    expect(kit.channel.sent.map((m) => [m.event.kind, m.target.shown])).toEqual([
      ['ping', 'https://hooks.test/ops'],
    ]);
    const [{ eventId, id }] = got.body.items;
    expect((await kit.call('GET', `/v1/deliveries/${eventId}/${id}`)).body.state).toBe('delivered');
  });

  const trouble: Record<string, (kit: ApiKit) => Promise<unknown>> = {
    paused: (kit) => kit.call('POST', '/v1/subscriptions/ops/pause'),
    async disabled(kit) {
      kit.answers.send = { kind: 'never', reason: 'gone', detail: 'HTTP 410', disable: true };
      await happen(kit, 1);
      await kit.deliverAll();
    },
  };
  const answers: [what: string, receipt: Receipt, state: string][] = [
    ['takes it', ok, 'delivered'],
    ['is gone', { kind: 'never', reason: 'gone', detail: 'HTTP 410', disable: true }, 'failed'],
    ['is in trouble', { kind: 'retry', reason: 'server_error', detail: 'HTTP 500' }, 'retrying'],
    [
      'wants less',
      { kind: 'retry', reason: 'rate_limited', detail: 'HTTP 429', afterMs: 60_000 },
      'retrying',
    ],
    ['hangs', { kind: 'retry', reason: 'timeout', detail: 'timeout', hung: true }, 'retrying'],
  ];
  for (const [state, make] of Object.entries(trouble)) {
    it.each(answers)(
      `that is ${state} sends at once, and changes no health: it %s`,
      async (_, receipt, became) => {
        const kit = await apiKit();
        await make(kit);
        const healthy = async () => [
          (await kit.call('GET', '/v1/subscriptions/ops')).body,
          (await kit.store.endpoints.list({ limit: 9 })).rows,
        ];
        const before = await healthy();
        kit.answers.send = receipt;
        const got = await kit.call('POST', '/v1/subscriptions/ops/test');
        expect(got.status).toBe(202);
        await kit.deliverAll();
        expect(kit.channel.sent.filter(({ event }) => event.kind === 'ping')).toHaveLength(1);
        const [{ eventId, id }] = got.body.items;
        expect((await kit.call('GET', `/v1/deliveries/${eventId}/${id}`)).body.state).toBe(became);
        expect(await healthy()).toEqual(before);
      },
    );
  }

  it('is refused where its secrets cannot be opened', async () => {
    const kit = await apiKit({ fixed: [] });
    const { id } = (await kit.call('POST', '/v1/subscriptions', { body: webhook })).body;
    const row = (await kit.store.subscriptions.get(id))!;
    await kit.store.subscriptions.save({ ...row, definition: { ...row.definition!, address: 'v1.AAAA' } });
    const got = await kit.call('POST', `/v1/subscriptions/${id}/test`);
    expect([got.status, got.body.detail]).toEqual([409, expect.stringContaining('api.secret_key')]);
  });
});

const tokenIn = (link: string): string => link.split('/v1/confirm/')[1]!;

describe('a mail address', () => {
  const mail = { name: 'me', on: 'everything', channel: 'email', target: 'me@example.com' };

  it('gets nothing but the question until its owner presses the button', async () => {
    const kit = await apiKit({ fixed: [] });
    const { call } = kit;
    const made = await call('POST', '/v1/subscriptions', { body: mail });
    const { id } = made.body;
    expect([made.status, made.body.state]).toEqual([201, 'confirming']);
    expect(kit.mails).toEqual([
      { to: 'me@example.com', link: expect.stringMatching(/^https:\/\/jobchime\.test\/v1\/confirm\/sub_/) },
    ]);
    const confirm = `/v1/confirm/${tokenIn(kit.mails[0]!.link)}`;
    for (const verb of ['test', 'pause', 'resume'])
      expect((await call('POST', `/v1/subscriptions/${id}/${verb}`)).status).toBe(409);
    // What scans mails follows their links.
    const page = await call('GET', confirm, { token: null });
    expect(page.text).toContain('<form method="post">');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'none'");
    await happen(kit, 1);
    await kit.deliverAll();
    expect(kit.channel.sent).toEqual([]);
    const wrong = confirm.slice(0, -1) + (confirm.endsWith('0') ? '1' : '0');
    expect((await call('POST', wrong, { token: null })).status).toBe(404);
    expect((await call('POST', '/v1/confirm/x', { token: null })).status).toBe(404);
    expect((await call('POST', confirm, { token: null })).text).toContain('Confirmed');
    expect((await call('POST', confirm, { token: null })).status).toBe(200);
    expect((await call('GET', confirm, { token: null })).text).not.toContain('<form');
    await happen(kit, 2);
    await kit.deliverAll();
    expect(jobsIn(kit)).toEqual([2]);
    expect(JSON.stringify([kit.telemetry.lines, await kit.store.subscriptions.get(id)])).not.toContain(
      tokenIn(kit.mails[0]!.link).split('.')[1],
    );
  });

  it('has three days, and pausing does not confirm', async () => {
    const { call, mails, clock } = await apiKit();
    await call('POST', '/v1/subscriptions', { body: mail });
    clock.pass(3 * 86_400_000);
    const confirm = `/v1/confirm/${tokenIn(mails[0]!.link)}`;
    expect((await call('GET', confirm, { token: null })).status).toBe(410);
    expect((await call('POST', confirm, { token: null })).status).toBe(410);
  });

  it('is forgotten when its three days are over, unless it was confirmed or asked anew', async () => {
    const kit = await apiKit({ fixed: [] });
    const left = async () => {
      await expire({ ...kit, clock: kit.clock.now, retention: 1e9 }, 100);
      return (await kit.store.subscriptions.list({ limit: 9 })).rows.map((row) => row.state).toSorted();
    };
    const [confirmed, asked] = [
      (await kit.call('POST', '/v1/subscriptions', { body: mail })).body.id,
      (await kit.call('POST', '/v1/subscriptions', { body: mail })).body.id,
    ];
    await kit.call('POST', '/v1/subscriptions', { body: mail });
    await kit.call('POST', `/v1/confirm/${tokenIn(kit.mails[0]!.link)}`, { token: null });
    kit.clock.pass(86_400_000);
    const target = 'you@example.com';
    await kit.call('PATCH', `/v1/subscriptions/${asked}`, { body: { target } });
    await kit.call('PATCH', `/v1/subscriptions/${asked}`, { body: { name: 'you' } });
    expect(await left()).toEqual(['active', 'confirming', 'confirming']);
    kit.clock.pass(2 * 86_400_000);
    expect(await left()).toEqual(['active', 'confirming']);
    kit.clock.pass(86_400_000);
    expect(await left()).toEqual(['active']);
    await kit.call('PATCH', `/v1/subscriptions/${confirmed}`, { body: { target } });
    kit.clock.pass(3 * 86_400_000);
    expect(await left()).toEqual([]);
  });

  it('confirms anew when it is changed, with another link', async () => {
    const kit = await apiKit({ fixed: [] });
    const { id } = (await kit.call('POST', '/v1/subscriptions', { body: mail })).body;
    await kit.call('POST', `/v1/confirm/${tokenIn(kit.mails[0]!.link)}`, { token: null });
    const same = await kit.call('PATCH', `/v1/subscriptions/${id}`, {
      body: { target: 'me@example.com', on: 'failures' },
    });
    expect([same.body.state, kit.mails.length]).toEqual(['active', 1]);
    const other = await kit.call('PATCH', `/v1/subscriptions/${id}`, { body: { target: 'you@example.com' } });
    expect([other.body.state, kit.mails[1]!.to]).toEqual(['confirming', 'you@example.com']);
    expect(
      (await kit.call('POST', `/v1/confirm/${tokenIn(kit.mails[0]!.link)}`, { token: null })).status,
    ).toBe(404);
    await happen(kit, 1);
    await kit.deliverAll();
    expect(kit.channel.sent).toEqual([]);
  });

  it('is not subscribed when the question cannot be sent', async () => {
    const { call, answers, store } = await apiKit();
    answers.mail = { kind: 'retry', reason: 'unreachable', detail: 'connect ECONNREFUSED' };
    const got = await call('POST', '/v1/subscriptions', { body: mail });
    expect([got.status, got.body.detail]).toEqual([
      502,
      expect.stringContaining('could not be sent (unreachable)'),
    ]);
    expect((await store.subscriptions.list({ limit: 9 })).rows).toEqual([]);
  });
});
