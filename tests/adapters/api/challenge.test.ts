import { describe, expect, it } from 'vitest';
import { jobEvent } from '../../../lib/core/jobs/event.ts';
import { newJob } from '../../../lib/core/jobs/job.ts';
import { decide } from '../../../lib/core/jobs/transition.ts';
import { dispatchStored, failed, POLICY, spec, START, subscription } from '../../kit.ts';
import { apiKit, type ApiKit } from './kit.ts';

const HOOK = 'https://hooks.example.com/in/secret';
const webhook = { name: 'ci', on: 'everything', channel: 'webhook', target: HOOK };
const elsewhere = 'https://elsewhere.example.com/in/secret';
const info = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
const WHY = 'HTTP 404: no such hook';

async function happen(kit: ApiKit, n: number): Promise<void> {
  kit.clock.pass(1_000);
  const { job } = decide(newJob(spec(n), info, START, START), failed, START, POLICY);
  await dispatchStored(kit.dispatching, [jobEvent(job, job.outbox[0]!)]);
  await kit.deliverAll();
}
const sentTo = ({ channel }: ApiKit): string[] => channel.sent.map(({ target }) => target.address());
const create = async (kit: ApiKit, more: object = {}) =>
  (await kit.call('POST', '/v1/subscriptions', { body: { ...webhook, ...more } })).body;
const linesOf = ({ telemetry }: ApiKit, event: string) =>
  telemetry.lines.filter((line) => line.event === event);

describe('a webhook that is made through the API', () => {
  it('is asked at once, with its own keys, and works when it answers', async () => {
    const kit = await apiKit({ fixed: [] });
    const made = await create(kit);
    expect(made).toMatchObject({
      state: 'active',
      verification: { state: 'verified', by: null, detail: null },
    });
    const [question, ...others] = kit.challenges;
    expect(others).toEqual([]);
    expect(question).toMatchObject({
      id: expect.stringMatching(/^chl_[0-9a-f]{32}$/),
      challenge: expect.stringMatching(/^[\w-]{43}$/),
      subscription: made.id,
      at: kit.clock.now(),
    });
    expect(question!.target.address()).toBe(HOOK);
    expect(question!.target.signingKeys!.map((key) => key())).toEqual(made.signingKeys);
    await happen(kit, 1);
    expect(sentTo(kit)).toEqual([HOOK]);
    expect(linesOf(kit, 'subscription.verified')).toEqual([
      expect.objectContaining({ subscription: made.id, target: 'https://hooks.example.com/…' }),
    ]);
  });

  it('gets nothing before it has answered: what is meant for it is held, then sent, the oldest first', async () => {
    const kit = await apiKit({ fixed: [] });
    kit.answers.challenge = WHY;
    const made = await create(kit);
    expect(made).toMatchObject({ state: 'unverified', verification: { state: 'unverified', detail: WHY } });
    expect(made.signingKeys).toHaveLength(1);
    for (const n of [1, 2]) await happen(kit, n);
    expect(kit.channel.sent).toEqual([]);
    const path = `/v1/subscriptions/${made.id}`;
    expect((await kit.call('GET', path)).body).toMatchObject({ state: 'unverified', held: 2 });
    expect((await kit.call('GET', '/healthz')).body.targets).toEqual([
      expect.objectContaining({
        state: 'unverified',
        held: 2,
        resume: `jobchime subscriptions verify ${made.id}`,
      }),
    ]);

    const again = await kit.call('POST', `${path}/verify`);
    expect([again.status, again.body.type]).toEqual([502, 'urn:jobchime:problem:challenge_failed']);
    expect(again.body.detail).toContain(WHY);
    kit.answers.challenge = null;
    const verified = await kit.call('POST', `${path}/verify`);
    expect([verified.status, verified.body.state]).toEqual([200, 'active']);
    expect(new Set(kit.challenges.map(({ challenge }) => challenge)).size).toBe(3);
    await happen(kit, 3);
    expect(kit.channel.sent.map(({ event }) => parseInt(event.subject.slice(-4), 16))).toEqual([1, 2, 3]);
    expect(linesOf(kit, 'subscription.unverified')).toHaveLength(2);
  });

  it('gets no ping, no delivery that somebody asks for, and nothing that a job sends to its host', async () => {
    const kit = await apiKit({ fixed: [] });
    kit.answers.challenge = WHY;
    const { id } = await create(kit);
    const ping = await kit.call('POST', `/v1/subscriptions/${id}/test`);
    expect([ping.status, ping.body.detail]).toEqual([409, expect.stringContaining(`${id}/verify`)]);
    await happen(kit, 1);
    const [held] = (await kit.call('GET', '/v1/deliveries')).body.items;
    const asked = await kit.call('POST', `/v1/deliveries/${held.eventId}/${held.id}/redeliver`);
    expect([asked.status, asked.body.detail]).toEqual([409, expect.stringContaining('challenge')]);
    const tracked = await kit.call('POST', '/v1/jobs', {
      body: { ...spec(7), notify: ['https://hooks.example.com/own'] },
    });
    expect([tracked.status, tracked.body.errors?.[0].field ?? tracked.body.outcome]).toEqual([422, 'notify']);
    await kit.deliverAll();
    expect(kit.channel.sent).toEqual([]);
  });

  it('stays held when it is resumed, and may be paused while it waits', async () => {
    const kit = await apiKit({ fixed: [] });
    kit.answers.challenge = WHY;
    const path = `/v1/subscriptions/${(await create(kit)).id}`;
    await happen(kit, 1);
    expect((await kit.call('POST', `${path}/resume`)).body.state).toBe('unverified');
    expect((await kit.call('POST', `${path}/pause`)).body.state).toBe('paused');
    await kit.deliverAll();
    kit.answers.challenge = null;
    expect((await kit.call('POST', `${path}/verify`)).body).toMatchObject({
      state: 'paused',
      verification: { state: 'verified' },
    });
    await kit.deliverAll();
    expect(kit.channel.sent).toEqual([]);
    await kit.call('POST', `${path}/resume`);
    await kit.deliverAll();
    expect(sentTo(kit)).toEqual([HOOK]);
  });

  it('is not asked where somebody wants that, who is named in the row, the answer and the log', async () => {
    const kit = await apiKit({ fixed: [] });
    const made = await create(kit, { skipChallenge: true });
    const skipped = {
      state: 'skipped',
      at: new Date(kit.clock.now()).toISOString(),
      by: 'admin',
      detail: null,
    };
    expect(made).toMatchObject({ state: 'active', verification: skipped });
    expect((await kit.call('GET', `/v1/subscriptions/${made.id}`)).body.verification).toEqual(skipped);
    expect(kit.challenges).toEqual([]);
    expect(linesOf(kit, 'subscription.challenge_skipped')).toEqual([
      expect.objectContaining({
        subscription: made.id,
        askedBy: 'admin',
        target: 'https://hooks.example.com/…',
      }),
    ]);
    await happen(kit, 1);
    expect(sentTo(kit)).toEqual([HOOK]);
    const token = await kit.tokenFor(['read', 'track']);
    const refused = await kit.call('POST', '/v1/subscriptions', {
      token,
      body: { ...webhook, skipChallenge: true },
    });
    expect(refused.status).toBe(403);
  });

  it('can be asked at any time, and is sent to as before', async () => {
    const kit = await apiKit({ fixed: [] });
    const made = await create(kit, { skipChallenge: true });
    const path = `/v1/subscriptions/${made.id}`;
    for (const state of ['skipped', 'verified']) {
      kit.answers.challenge = WHY;
      const refused = await kit.call('POST', `${path}/verify`);
      expect([refused.status, refused.body.detail]).toEqual([
        502,
        expect.stringContaining('Messages still go there'),
      ]);
      const { body } = await kit.call('GET', path);
      expect(body).toMatchObject({ state: 'active', verification: { state, detail: null } });
      kit.answers.challenge = null;
      expect((await kit.call('POST', `${path}/verify`)).body.verification).toMatchObject({
        state: 'verified',
        by: null,
      });
    }
  });

  it('repeated with its Idempotency-Key is asked again while it has not answered', async () => {
    const kit = await apiKit({ fixed: [] });
    const once = { body: webhook, headers: { 'idempotency-key': 'a' } };
    kit.answers.challenge = WHY;
    const first = await kit.call('POST', '/v1/subscriptions', once);
    const [record] = (await kit.store.idempotency.list({ limit: 1 })).rows;
    await kit.store.idempotency.save({ ...record!, state: 'working', body: null });
    kit.clock.pass(60_000);
    kit.answers.challenge = null;
    const again = await kit.call('POST', '/v1/subscriptions', once);
    expect(again.body).toMatchObject({
      id: first.body.id,
      state: 'active',
      signingKeys: first.body.signingKeys,
    });
  });
});

describe('a webhook that is changed through the API', () => {
  it('is asked where it gets another target, and what waits goes there once that has answered', async () => {
    const kit = await apiKit({ fixed: [] });
    const path = `/v1/subscriptions/${(await create(kit)).id}`;
    kit.answers.challenge = WHY;
    const moved = await kit.call('PATCH', path, { body: { target: elsewhere } });
    expect([moved.status, moved.body]).toMatchObject([
      200,
      { state: 'unverified', verification: { state: 'unverified', detail: WHY } },
    ]);
    await happen(kit, 1);
    expect(kit.channel.sent).toEqual([]);
    kit.answers.challenge = null;
    expect((await kit.call('POST', `${path}/verify`)).status).toBe(200);
    await kit.deliverAll();
    expect(sentTo(kit)).toEqual([elsewhere]);
  });

  it('is not asked for another name, nor for the same target, but for other keys while it waits', async () => {
    const kit = await apiKit({ fixed: [] });
    const path = `/v1/subscriptions/${(await create(kit)).id}`;
    for (const body of [{ name: 'cd' }, { target: HOOK }, { skipChallenge: true }])
      expect((await kit.call('PATCH', path, { body })).body.verification.state).toBe('verified');
    expect(kit.challenges).toHaveLength(1);
    kit.answers.challenge = WHY;
    await kit.call('PATCH', path, { body: { target: elsewhere } });
    kit.answers.challenge = null;
    const signingKeys = [`whsec_${Buffer.alloc(32, 9).toString('base64')}`];
    const got = await kit.call('PATCH', path, { body: { signingKeys } });
    expect(got.body.verification.state).toBe('verified');
    expect(kit.challenges.at(-1)!.target.signingKeys!.map((key) => key())).toEqual(signingKeys);
  });

  it('is not asked where somebody wants that, also afterwards', async () => {
    const kit = await apiKit({ fixed: [] });
    const path = `/v1/subscriptions/${(await create(kit)).id}`;
    const skipped = await kit.call('PATCH', path, { body: { target: elsewhere, skipChallenge: true } });
    expect(skipped.body).toMatchObject({ state: 'active', verification: { state: 'skipped', by: 'admin' } });
    kit.answers.challenge = WHY;
    expect((await kit.call('PATCH', path, { body: { target: HOOK } })).body.state).toBe('unverified');
    const body = { skipChallenge: true };
    expect((await kit.call('PATCH', path, { body })).body).toMatchObject({
      state: 'active',
      verification: { state: 'skipped', by: 'admin' },
    });
    expect(linesOf(kit, 'subscription.challenge_skipped')).toHaveLength(2);
  });

  it('is not verified by what its former target answers', async () => {
    let late: () => Promise<unknown> = async () => {};
    const kit: ApiKit = await apiKit({
      fixed: [],
      over: ({ subscribing }) => ({
        subscribing: { ...subscribing, ask: (question) => late().then(() => subscribing.ask(question)) },
      }),
    });
    kit.answers.challenge = WHY;
    const path = `/v1/subscriptions/${(await create(kit)).id}`;
    // While the first target is thinking it over, another one takes its place, which does not answer.
    late = async () => {
      late = async () => {};
      await kit.call('PATCH', path, { body: { target: elsewhere } });
      kit.answers.challenge = null;
    };
    expect((await kit.call('POST', `${path}/verify`)).status).toBe(409);
    expect((await kit.call('GET', path)).body.state).toBe('unverified');
  });
});

describe('who is not asked', () => {
  it('is Slack, a mail address, the configuration, and what was there before anybody was', async () => {
    const kit = await apiKit({ fixed: [subscription('ops')] });
    const slack = {
      ...webhook,
      channel: 'slack',
      target: 'https://hooks.slack.com/services/T00000000/B00000000/secretpath',
    };
    const mail = { ...webhook, channel: 'email', target: 'ops@example.com' };
    for (const body of [slack, mail]) {
      const refused = await kit.call('POST', '/v1/subscriptions', { body: { ...body, skipChallenge: true } });
      expect([refused.status, refused.body.errors[0].field]).toEqual([422, 'skipChallenge']);
      const { body: made } = await kit.call('POST', '/v1/subscriptions', { body });
      expect(made).not.toHaveProperty('verification');
      const path = `/v1/subscriptions/${made.id}`;
      expect((await kit.call('POST', `${path}/verify`)).status).toBe(409);
      expect((await kit.call('PATCH', path, { body: { skipChallenge: true } })).status).toBe(422);
    }
    const fixed = await kit.call('POST', '/v1/subscriptions/ops/verify');
    expect([fixed.status, fixed.body.type]).toEqual([409, 'urn:jobchime:problem:read_only']);
    expect((await kit.call('POST', '/v1/subscriptions/sub_none/verify')).status).toBe(404);

    const { id } = await create(kit);
    const row = (await kit.store.subscriptions.get(id))!;
    const { verification: _, ...former } = row.definition!;
    await kit.store.subscriptions.save({ ...row, definition: former });
    kit.challenges.length = 0;
    const path = `/v1/subscriptions/${id}`;
    expect((await kit.call('GET', path)).body.state).toBe('active');
    expect((await kit.call('PATCH', path, { body: { name: 'cd' } })).body).not.toHaveProperty('verification');
    expect(kit.challenges).toEqual([]);
    expect((await kit.call('PATCH', path, { body: { target: elsewhere } })).body.verification.state).toBe(
      'verified',
    );
  });
});
