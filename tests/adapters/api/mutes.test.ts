import { describe, expect, it } from 'vitest';
import { PROJECT } from '../../kit.ts';
import { apiKit } from './kit.ts';

const rollout = { labels: { team: 'web' }, for: '2h', why: 'a rollout' };
const iso = (at: number): string => new Date(at).toISOString();

describe('mutes', () => {
  it('are made with an end and a reason, listed with who made them, and over when their time is', async () => {
    const kit = await apiKit();
    const made = await kit.call('POST', '/v1/mutes', { body: rollout });
    const until = iso(kit.clock.now() + 2 * 3_600_000);
    const active = {
      state: 'active',
      labels: { team: 'web' },
      until,
      why: 'a rollout',
      failures: 'wait',
      by: 'admin',
      endedBy: null,
    };
    expect(made).toMatchObject({ status: 201, body: active });
    const items = async () => (await kit.call('GET', '/v1/mutes')).body.items as unknown[];
    expect(await items()).toEqual([made.body]);
    kit.clock.pass(2 * 3_600_000);
    expect(await items()).toEqual([{ ...made.body, state: 'ended' }]);
  });

  it('are ended early by somebody, once; the second time changes nothing', async () => {
    const kit = await apiKit();
    const { id } = (await kit.call('POST', '/v1/mutes', { body: rollout })).body as { id: string };
    kit.clock.pass(60_000);
    const until = iso(kit.clock.now());
    const ended = await kit.call('DELETE', `/v1/mutes/${id}`);
    expect(ended).toMatchObject({ status: 200, body: { id, state: 'ended', until, endedBy: 'admin' } });
    kit.clock.pass(60_000);
    expect((await kit.call('DELETE', `/v1/mutes/${id}`)).body).toEqual(ended.body);
    expect(await kit.call('DELETE', `/v1/mutes/mut_${'0'.repeat(24)}`)).toMatchObject({ status: 404 });
  });

  it('are refused where they say too little or last too long, by the name of the field', async () => {
    const kit = await apiKit();
    for (const [field, body] of [
      ['for', { ...rollout, for: '31d' }],
      ['for', { why: 'a rollout' }],
      ['why', { ...rollout, why: '' }],
      ['failures', { ...rollout, failures: 'never' }],
    ] as const) {
      const got = await kit.call('POST', '/v1/mutes', { body });
      expect([got.status, got.text.includes(field)], field).toEqual([422, true]);
    }
    expect((await kit.call('GET', '/v1/mutes')).body.items).toEqual([]);
  });

  it('are neither made, shown nor ended with a token that is limited to projects, or that only reads', async () => {
    const kit = await apiKit();
    const { id } = (await kit.call('POST', '/v1/mutes', { body: rollout })).body as { id: string };
    const limited = await kit.tokenFor(['admin'], { projects: [PROJECT] });
    const reader = await kit.tokenFor(['read']);
    const status = async (token: string, method: string, path = '/v1/mutes') =>
      (await kit.call(method, path, { token, ...(method === 'POST' && { body: rollout }) })).status;
    for (const [token, list] of [
      [limited, 403],
      [reader, 200],
    ] as const) {
      expect(await status(token, 'GET')).toBe(list);
      expect(await status(token, 'POST')).toBe(403);
      expect(await status(token, 'DELETE', `/v1/mutes/${id}`)).toBe(403);
    }
    expect((await kit.call('GET', '/v1/mutes')).body.items).toMatchObject([{ id, state: 'active' }]);
  });
});
