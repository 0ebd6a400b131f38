import { describe, expect, it } from 'vitest';
import { createClient } from '../../../client/index.ts';
import type { Scope } from '../../../lib/core/access/token.ts';
import type { Subscription } from '../../../lib/core/notify/subscription.ts';
import { PROJECT, spec, subscription } from '../../kit.ts';
import { apiKit } from './kit.ts';

const OPS = subscription('ops', { channel: 'slack', addresses: ['https://hooks.slack.com/services/T/B/x'] });
const one = subscription('ci', { addresses: ['https://ci.example.com/hooks'] });
const CI: Subscription = {
  ...one,
  targets: one.targets.map((it) => ({ ...it, signingKeys: [() => 'whsec_x'] })),
};
const KEY = `hwc-ecs/${PROJECT}/${spec(1).jobId}`;
const kitFor = (owner?: true) => apiKit({ fixed: [OPS, CI], ...(owner && { over: () => ({ owner }) }) });

describe('whom a job names', () => {
  it.each([['slack:ops'], ['webhook:ci'], ['https://ci.example.com/mine']])(
    'is taken and shown as on the command line: %s',
    async (target) => {
      const { call, store, tokenFor } = await kitFor();
      const token = await tokenFor(['track']);
      const got = await call('POST', '/v1/jobs', { token, body: spec(1, { notify: [target] }) });
      expect(got.status).toBe(201);
      const [kept] = (await store.jobs.get(KEY))!.notify!;
      if (target.startsWith('https')) expect(JSON.stringify(kept)).not.toContain('/mine');
      else expect(kept).toBe(target);
      const { notify } = (await call('GET', `/v1/jobs/${KEY}/explain`)).body;
      expect(notify).toEqual([target.startsWith('https') ? 'https://ci.example.com/…' : target]);
    },
  );

  it.each([
    ['slack:nobody', /names no slack subscription; there are: ops/],
    ['https://elsewhere.example.com/x', /cannot be signed for elsewhere/],
    ['ops', /is written as/],
  ])('must be known: %s is refused, with what to do', async (target, problem) => {
    const { call, store } = await kitFor();
    const got = await call('POST', '/v1/jobs', { body: spec(1, { notify: [target] }) });
    expect([got.status, got.body.errors]).toMatchObject([
      422,
      [
        {
          in: 'body',
          field: 'notify',
          problem: expect.stringMatching(problem),
          fix: expect.stringContaining('Write'),
        },
      ],
    ]);
    expect((await store.jobs.list({ limit: 9 })).rows).toEqual([]);
  });

  it('is no mail address, which has to agree: that job alone is refused', async () => {
    const { api, admin, store } = await kitFor();
    const client = createClient({ url: 'http://jobchime.test', token: admin, fetch: api });
    const job = (n: number, notify: string[] = []) => ({ origin: 'hwc-ecs', jobId: spec(n).jobId, notify });
    const jobs = [job(1), job(2, ['slack:ops', 'mailto:me@example.com']), job(3, ['slack:ops'])];
    const results = await client.jobs.track(jobs);
    expect(results.map(({ outcome }) => outcome)).toEqual(['tracked', 'refused', 'tracked']);
    const [problem] = results[1]!.outcome === 'refused' ? results[1]!.problems : [];
    expect(problem).toMatchObject({
      field: 'notify',
      fix: expect.stringContaining('POST /v1/subscriptions'),
    });
    expect(JSON.stringify(problem)).not.toContain('me@example.com');
    expect((await store.jobs.list({ limit: 9 })).rows).toHaveLength(2);
  });

  it('may be a mail address where the caller runs the service', async () => {
    const { call, store } = await kitFor(true);
    const notify = ['mailto:me@example.com'];
    expect((await call('POST', '/v1/jobs', { body: spec(1, { notify }) })).status).toBe(201);
    expect((await store.jobs.get(KEY))!.notify).toEqual(notify);
  });

  it.each([[true as const], [undefined]])(
    'is nobody for a token that is limited to projects, in any service: %s',
    async (owner) => {
      const { call, store, tokenFor } = await kitFor(owner);
      const token = await tokenFor(['admin'], { projects: [PROJECT] });
      for (const target of [
        'slack:ops',
        'slack:nobody',
        'https://ci.example.com/x',
        'mailto:me@example.com',
      ]) {
        const got = await call('POST', '/v1/jobs', { token, body: spec(1, { notify: [target] }) });
        expect([target, got.status, got.body.errors[0].problem]).toEqual([
          target,
          422,
          'cannot be given with a token that is limited to projects',
        ]);
      }
      expect((await store.jobs.list({ limit: 9 })).rows).toEqual([]);
      expect((await call('POST', '/v1/jobs', { token, body: spec(1, { notify: [] }) })).status).toBe(201);
    },
  );

  it('does not list the subscriptions to a token that may not read', async () => {
    const { call, tokenFor } = await kitFor();
    const ask = async (scopes: Scope[], target: string) =>
      (await call('POST', '/v1/jobs', { token: await tokenFor(scopes), body: spec(1, { notify: [target] }) }))
        .text;
    expect(await ask(['track', 'read'], 'slack:nobody')).toContain('there are: ops');
    for (const target of ['slack:nobody', 'email:ops', 'webhook:x'])
      expect(await ask(['track'], target)).not.toMatch(/\b(ops|ci)\b/);
  });
});
