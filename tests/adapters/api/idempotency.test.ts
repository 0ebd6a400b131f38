import { describe, expect, it } from 'vitest';
import { expire } from '../../../lib/app/upkeep/expire.ts';
import { spec } from '../../kit.ts';
import { apiKit, type ApiKit } from './kit.ts';

const DAY = 24 * 3_600_000;
const webhook = { name: 'ci', on: 'failures', channel: 'webhook', target: 'https://hooks.example.com/x' };
const create = ({ call }: ApiKit, key: string, body: unknown = webhook, token?: string) =>
  call('POST', '/v1/subscriptions', { body, headers: { 'idempotency-key': key }, ...(token && { token }) });
const count = async ({ store }: ApiKit): Promise<number> =>
  (await store.subscriptions.list({ limit: 99 })).rows.length;

describe('a POST with an Idempotency-Key', () => {
  it('is done once, and its repetition gets the same answer, also what is shown once', async () => {
    const kit = await apiKit();
    const first = await create(kit, 'a');
    const again = await create(kit, 'a');
    expect(again.text).toBe(first.text);
    expect(again.status).toBe(201);
    expect(again.headers.get('location')).toBe(first.headers.get('location'));
    expect([first, again].map((got) => got.headers.get('idempotency-replayed'))).toEqual([null, 'true']);
    expect(await count(kit)).toBe(1);
    const stored = JSON.stringify(await kit.store.idempotency.list({ limit: 9 }));
    expect(stored).toContain('answered');
    expect(stored).not.toContain(first.body.signingKeys[0].slice(6));
  });

  it('is another one with another key, or of another token', async () => {
    const kit = await apiKit();
    const ids = [
      await create(kit, 'a'),
      await create(kit, 'b'),
      await create(kit, 'a', webhook, await kit.tokenFor(['admin'])),
    ];
    expect(new Set(ids.map((got) => got.body.id)).size).toBe(3);
  });

  it('is refused when the same key comes with anything else', async () => {
    const kit = await apiKit();
    await create(kit, 'a');
    const other = await create(kit, 'a', { ...webhook, name: 'cd' });
    expect([other.status, other.body.type]).toEqual([422, 'urn:jobchime:problem:key_reused']);
    const elsewhere = await kit.call('POST', '/v1/jobs', {
      body: spec(1),
      headers: { 'idempotency-key': 'a' },
    });
    expect(elsewhere.status).toBe(422);
    expect(await count(kit)).toBe(1);
  });

  it('keeps its key when it was refused: nothing was done', async () => {
    const kit = await apiKit();
    expect((await create(kit, 'a', { ...webhook, target: 'https://10.0.0.1/' })).status).toBe(422);
    expect((await create(kit, 'a')).status).toBe(201);
  });

  it('is done once also when it comes several times at once', async () => {
    const kit = await apiKit();
    const got = await Promise.all(Array.from({ length: 8 }, () => create(kit, 'a')));
    expect(await count(kit)).toBe(1);
    expect(got.filter((one) => one.status === 201).length).toBeGreaterThan(0);
    for (const one of got) expect([201, 409]).toContain(one.status);
  });

  it('is taken up again when its worker died, and still makes one', async () => {
    const kit = await apiKit();
    const first = await create(kit, 'a');
    const [row] = (await kit.store.idempotency.list({ limit: 1 })).rows;
    await kit.store.idempotency.save({ ...row!, state: 'working', body: null });
    const early = await create(kit, 'a');
    expect([early.status, early.headers.get('retry-after')]).toEqual([409, '1']);
    kit.clock.pass(60_000);
    const again = await create(kit, 'a');
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect(await count(kit)).toBe(1);
  });

  it('is forgotten after a day', async () => {
    const kit = await apiKit();
    await kit.call('POST', '/v1/jobs', { body: spec(1), headers: { 'idempotency-key': 'a' } });
    const expiring = { ...kit, clock: kit.clock.now, retention: DAY };
    kit.clock.pass(DAY - 1);
    expect(await expire(expiring, 10)).toBe(0);
    kit.clock.pass(1);
    const anew = await kit.call('POST', '/v1/jobs', { body: spec(2), headers: { 'idempotency-key': 'a' } });
    expect(anew.status).toBe(201);
    kit.clock.pass(DAY);
    expect(await expire(expiring, 10)).toBe(1);
    expect((await kit.store.idempotency.list({ limit: 9 })).rows).toEqual([]);
  });

  it('tracks a thousand jobs and replays that', async () => {
    const { call } = await apiKit();
    const sent = {
      body: { jobs: Array.from({ length: 1_000 }, (_, n) => spec(n)) },
      headers: { 'idempotency-key': 'a' },
    };
    const first = await call('POST', '/v1/jobs', sent);
    const again = await call('POST', '/v1/jobs', sent);
    expect([first.status, again.status, again.text === first.text]).toEqual([200, 200, true]);
  });

  it.each(['', 'ä', 'x'.repeat(201), 'a b'])('is refused with %j as the key', async (key) => {
    const kit = await apiKit();
    const got = await create(kit, key);
    expect([got.status, got.body.errors[0].in, got.body.errors[0].field]).toEqual([
      422,
      'header',
      'Idempotency-Key',
    ]);
  });
});
