import { describe, expect, it } from 'vitest';
import { jobEvent } from '../../../lib/core/jobs/event.ts';
import { newJob } from '../../../lib/core/jobs/job.ts';
import { decide } from '../../../lib/core/jobs/transition.ts';
import { keysAt } from '../../../lib/core/notify/target.ts';
import { expire } from '../../../lib/app/upkeep/expire.ts';
import { dispatchStored, failed, POLICY, spec, START, subscription } from '../../kit.ts';
import { apiKit, type ApiKit } from './kit.ts';

const DAY = 86_400_000;
const webhook = {
  name: 'ci',
  on: 'everything',
  channel: 'webhook',
  target: 'https://hooks.example.com/in/secret',
};
const info = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };

async function madeIn(kit: ApiKit): Promise<{ id: string; old: string; rotate: string }> {
  const { id, signingKeys } = (await kit.call('POST', '/v1/subscriptions', { body: webhook })).body;
  return { id, old: signingKeys[0], rotate: `/v1/subscriptions/${id}/rotate` };
}
/** What the message about the nth job is signed with. */
async function signingIn(kit: ApiKit, n: number): Promise<string[]> {
  kit.clock.pass(10);
  const { job } = decide(newJob(spec(n), info, START, START), failed, START, POLICY);
  await dispatchStored(kit.dispatching, [jobEvent(job, job.outbox[0]!)]);
  await kit.deliverAll();
  const { target, at } = kit.channel.sent.at(-1)!;
  return keysAt(target, at).map((key) => key());
}
const upkeep = (kit: ApiKit) => expire({ ...kit, clock: kit.clock.now, retention: DAY }, 100);

describe('rotating the key of a webhook', () => {
  it('signs with both keys for a day, then with the new one, and forgets the old one', async () => {
    const kit = await apiKit({ fixed: [] });
    const { id, old, rotate } = await madeIn(kit);
    const got = await kit.call('POST', rotate);
    const [fresh] = got.body.signingKeys;
    expect(got.body).toMatchObject({
      id,
      keys: [{ until: null }, { until: new Date(kit.clock.now() + DAY).toISOString() }],
      rotated: { by: 'admin', at: new Date(kit.clock.now()).toISOString() },
    });
    expect(fresh).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(fresh).not.toBe(old);
    expect(await signingIn(kit, 1)).toEqual([fresh, old]);
    kit.clock.pass(DAY);
    expect(await signingIn(kit, 2)).toEqual([fresh]);
    expect((await kit.call('GET', `/v1/subscriptions/${id}`)).body.keys).toEqual([{ until: null }]);
    expect((await kit.store.subscriptions.get(id))!.definition!.oldKeys).toHaveLength(1);
    await upkeep(kit);
    expect(await kit.store.subscriptions.get(id)).toMatchObject({ due: null, state: 'active' });
    expect((await kit.store.subscriptions.get(id))!.definition).not.toHaveProperty('oldKeys');
    expect(kit.telemetry.lines).toContainEqual(
      expect.objectContaining({ event: 'subscription.keys_ended', subscription: id, keys: 1 }),
    );
    expect(await signingIn(kit, 3)).toEqual([fresh]);
  });

  it('leaves an audit line of who asked, and shows the key in one answer alone', async () => {
    const kit = await apiKit({ fixed: [] });
    const { id, old, rotate } = await madeIn(kit);
    const { body } = await kit.call('POST', rotate, { headers: { 'idempotency-key': 'a' } });
    await signingIn(kit, 1);
    const shown = await Promise.all(
      ['/v1/subscriptions', `/v1/subscriptions/${id}`, '/v1/deliveries', '/v1/events', '/healthz'].map(
        async (path) => (await kit.call('GET', path)).text,
      ),
    );
    const tables = [kit.store.subscriptions, kit.store.idempotency, kit.store.deliveries, kit.store.events];
    const stored = await Promise.all(tables.map((table) => table.list({ limit: 99 })));
    const said = JSON.stringify([shown, stored, kit.telemetry.lines]);
    for (const key of [old, body.signingKeys[0]]) expect(said).not.toContain(key.slice(6));
    expect(kit.telemetry.lines).toContainEqual(
      expect.objectContaining({
        event: 'subscription.rotated',
        subscription: id,
        askedBy: 'admin',
        oldKeys: 1,
        oldKeysUntil: new Date(START + DAY).toISOString(),
      }),
    );
    // What is read back is a secret like those of the configuration, the old one until it is gone.
    for (const key of [old, body.signingKeys[0]]) expect(kit.secrets.redact(key)).not.toContain(key);
    await kit.call('POST', rotate, { body: { overlapSeconds: 0 } });
    kit.subscriptions.changed();
    await kit.subscriptions.all();
    expect(kit.secrets.redact(old)).toBe(old);
  });

  it('takes an overlap of 0 to 7 days, and ends all old keys at once with 0', async () => {
    const kit = await apiKit({ fixed: [] });
    const { rotate } = await madeIn(kit);
    await kit.call('POST', rotate, { body: { overlapSeconds: 604_800 } });
    const { body } = await kit.call('POST', rotate, { body: { overlapSeconds: 0 } });
    expect(body.keys).toEqual([{ until: null }]);
    expect(await signingIn(kit, 1)).toEqual(body.signingKeys);
    for (const overlapSeconds of [-1, 604_801, 1.5, '24h', null]) {
      const got = await kit.call('POST', rotate, { body: { overlapSeconds } });
      expect([got.status, got.body.errors[0].field]).toEqual([422, 'overlapSeconds']);
      expect(got.body.errors[0].problem).toContain('a whole number from 0 to 604800');
    }
    expect((await kit.call('POST', rotate, { body: { overlap: '24h' } })).status).toBe(422);
  });

  it.each([
    [{}, 200],
    [{ body: {} }, 200],
    [{ raw: '', headers: { 'content-type': 'application/json' } }, 200],
    [{ raw: '{"overlapSeconds":1}', headers: { 'content-type': 'text/plain' } }, 415],
    [{ raw: '{', headers: { 'content-type': 'application/json' } }, 400],
    [{ body: [] }, 422],
  ])('may have no body, but none that is something else: %j', async (sent, status) => {
    const kit = await apiKit({ fixed: [] });
    const { rotate } = await madeIn(kit);
    expect((await kit.call('POST', rotate, sent)).status).toBe(status);
  });

  it('keeps five keys at most, and says when one ends and what else helps', async () => {
    const kit = await apiKit({ fixed: [] });
    const { rotate } = await madeIn(kit);
    for (let n = 0; n < 4; n += 1) expect((await kit.call('POST', rotate)).status).toBe(200);
    const full = await kit.call('POST', rotate);
    expect([full.status, full.body.type]).toEqual([409, 'urn:jobchime:problem:conflict']);
    expect(full.body.detail).toContain(new Date(START + DAY).toISOString());
    expect(full.body.detail).toContain('overlapSeconds');
    expect(await signingIn(kit, 1)).toHaveLength(5);
    expect((await kit.call('POST', rotate, { body: { overlapSeconds: 0 } })).body.keys).toHaveLength(1);
  });

  it('repeated with its Idempotency-Key gets the same key, also where the answer was never kept', async () => {
    const kit = await apiKit({ fixed: [] });
    const { id, old, rotate } = await madeIn(kit);
    const once = { headers: { 'idempotency-key': 'a' } };
    const first = await kit.call('POST', rotate, once);
    expect((await kit.call('POST', rotate, once)).text).toBe(first.text);
    const [record] = (await kit.store.idempotency.list({ limit: 1 })).rows;
    await kit.store.idempotency.save({ ...record!, state: 'working', body: null });
    kit.clock.pass(60_000);
    const again = await kit.call('POST', rotate, once);
    expect([again.status, again.body.signingKeys]).toEqual([200, first.body.signingKeys]);
    expect(await signingIn(kit, 1)).toEqual([...first.body.signingKeys, old]);
    // Keys that somebody gave since are nobody else's answer.
    const given = `whsec_${Buffer.alloc(32, 9).toString('base64')}`;
    await kit.call('PATCH', `/v1/subscriptions/${id}`, { body: { signingKeys: [given] } });
    expect(await kit.store.subscriptions.get(id)).toMatchObject({ due: null });
    expect(await signingIn(kit, 2)).toEqual([given]);
  });

  it('asked for by two at once makes a key for each, and none is lost', async () => {
    const kit = await apiKit({ fixed: [] });
    const { old, rotate } = await madeIn(kit);
    const got = await Promise.all([kit.call('POST', rotate), kit.call('POST', rotate)]);
    expect(got.map(({ status }) => status)).toEqual([200, 200]);
    const keys = await signingIn(kit, 1);
    expect(keys.toSorted()).toEqual([old, ...got.map(({ body }) => body.signingKeys[0])].toSorted());
  });

  it('says of a subscription in the configuration how that is done there', async () => {
    const kit = await apiKit({ fixed: [subscription('hook'), subscription('chat', { channel: 'slack' })] });
    const [hook, chat, nobody] = await Promise.all(
      ['hook', 'chat', 'sub_none'].map((id) => kit.call('POST', `/v1/subscriptions/${id}/rotate`)),
    );
    expect([hook!.status, hook!.body.type]).toEqual([409, 'urn:jobchime:problem:read_only']);
    expect(hook!.body.detail).toContain('put a new key before the old one in its signing_keys');
    expect([chat!.status, chat!.body.detail]).toEqual([
      409,
      'Its messages are not signed: only a webhook has a key to rotate.',
    ]);
    expect(nobody!.status).toBe(404);
  });

  it('is refused for what has no key, what cannot be opened, and who may not', async () => {
    const kit = await apiKit({ fixed: [] });
    const slack = {
      ...webhook,
      channel: 'slack',
      target: 'https://hooks.slack.com/services/T00000000/B00000000/secretpath',
    };
    const chat = (await kit.call('POST', '/v1/subscriptions', { body: slack })).body.id;
    expect((await kit.call('POST', `/v1/subscriptions/${chat}/rotate`)).status).toBe(409);
    const { id, rotate } = await madeIn(kit);
    const token = await kit.tokenFor(['read', 'track']);
    expect((await kit.call('POST', rotate, { token })).status).toBe(403);
    const row = (await kit.store.subscriptions.get(id))!;
    await kit.store.subscriptions.save({
      ...row,
      definition: { ...row.definition!, signingKeys: ['v1.AAAA'] },
    });
    const locked = await kit.call('POST', rotate);
    expect([locked.status, locked.body.detail]).toEqual([409, expect.stringContaining('api.secret_key')]);
    expect((await kit.store.subscriptions.get(id))!.definition!.signingKeys).toEqual(['v1.AAAA']);
  });

  it('reaches a URL that a job names on the same host', async () => {
    const kit = await apiKit({ fixed: [] });
    const { old, rotate } = await madeIn(kit);
    await kit.call('POST', '/v1/jobs', {
      body: { ...spec(7), notify: ['https://hooks.example.com/own'] },
    });
    const { body } = await kit.call('POST', rotate);
    const job = (await kit.store.jobs.list({ limit: 1 })).rows[0]!;
    const { job: ended } = decide(job, failed, START + 60_000, POLICY);
    await kit.store.jobs.save(ended);
    await dispatchStored(kit.dispatching, [jobEvent(ended, ended.outbox[0]!)]);
    await kit.deliverAll();
    const own = kit.channel.sent.find(({ target }) => target.address().endsWith('/own'))!;
    expect(keysAt(own.target, own.at).map((key) => key())).toEqual([body.signingKeys[0], old]);
  });
});
