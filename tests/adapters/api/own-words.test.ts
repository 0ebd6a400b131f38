import { describe, expect, it } from 'vitest';
import { problemOf } from '../../../lib/adapters/channels/webhook/template.ts';
import { apiKit } from './kit.ts';

const setUp = () =>
  apiKit({
    over: ({ subscribing }) => ({
      subscribing: { ...subscribing, templateProblem: async (template) => problemOf(template) },
    }),
  });
const SLACK = {
  name: 'web',
  on: 'failures',
  channel: 'slack',
  target: 'https://hooks.slack.com/services/T0/B0/secret',
};

describe('a subscription made through the API', () => {
  it('keeps words of its own, shows them, changes them and gives them up', async () => {
    const { call, subscriptions } = await setUp();
    const template = { title: '{{ message.title }}', text: 'Runbook' };
    const made = await call('POST', '/v1/subscriptions', { body: { ...SLACK, template } });
    expect([made.status, made.body.template]).toEqual([201, template]);
    const path = `/v1/subscriptions/${made.body.id}`;
    const words = async () => {
      subscriptions.changed();
      return (await subscriptions.all()).find(({ id }) => id === made.body.id)!.targets[0]!.words;
    };
    expect(await words()).toEqual(template);
    expect((await call('PATCH', path, { body: { name: 'other' } })).body.template).toEqual(template);
    expect((await call('PATCH', path, { body: { template: { text: 'Short' } } })).body.template).toEqual({
      text: 'Short',
    });
    expect((await call('PATCH', path, { body: { template: null } })).body.template).toBeUndefined();
    expect(await words()).toBeUndefined();
  });

  it('is refused with what is no template, by line and column, and where its channel has no words', async () => {
    const { call } = await setUp();
    const detail = async (body: object) => {
      const { status, body: problem } = await call('POST', '/v1/subscriptions', {
        body: { ...SLACK, ...body },
      });
      expect(status).toBe(422);
      return problem.detail as string;
    };
    expect(await detail({ template: { title: 'a {% if x %}' } })).toMatch(
      /template\.title: is no template: line 1, column \d+/,
    );
    expect(await detail({ template: {} })).toContain('says nothing');
    expect(
      await detail({ channel: 'webhook', target: 'https://x.test/', template: { title: 'x' } }),
    ).toContain('does not go together with this channel');
  });
});

describe('whom the failures of a subscription call', () => {
  it('is said through the API, as its channel names people, shown, changed and given up', async () => {
    const { call, subscriptions } = await setUp();
    const made = await call('POST', '/v1/subscriptions', {
      body: { ...SLACK, mention: ['here', 'U0123456789'] },
    });
    expect([made.status, made.body.mention]).toEqual([201, ['here', 'U0123456789']]);
    const path = `/v1/subscriptions/${made.body.id}`;
    const called = async () => {
      subscriptions.changed();
      return (await subscriptions.all()).find(({ id }) => id === made.body.id)!.targets[0]!.mention;
    };
    expect(await called()).toEqual(['here', 'U0123456789']);
    expect((await call('PATCH', path, { body: { name: 'other' } })).body.mention).toHaveLength(2);
    expect((await call('PATCH', path, { body: { mention: ['S0123456789'] } })).body.mention).toEqual([
      'S0123456789',
    ]);
    expect((await call('PATCH', path, { body: { mention: null } })).body.mention).toBeUndefined();
    expect(await called()).toBeUndefined();
  });

  it('is refused where it is nobody, where its channel mentions nobody', async () => {
    const { call } = await setUp();
    for (const mention of [['everyone'], ['<!channel>'], ['here', 'U1> <!channel']]) {
      const refused = await call('POST', '/v1/subscriptions', { body: { ...SLACK, mention } });
      expect([refused.status, refused.text]).toEqual([422, expect.stringContaining('mention[')]);
    }
    const wecom = { ...SLACK, channel: 'wecom', target: 'https://qyapi.weixin.qq.com/x?key=1' };
    const refused = await call('POST', '/v1/subscriptions', { body: { ...wecom, mention: ['here'] } });
    expect([refused.status, refused.text]).toEqual([422, expect.stringContaining('does not go together')]);
  });

  it('has nothing to do with the secret of a bot, which the API takes, keeps sealed and gives up', async () => {
    const { call, subscriptions } = await setUp();
    const bot = {
      ...SLACK,
      channel: 'dingtalk',
      target: 'https://oapi.dingtalk.com/robot/send?access_token=t0k3n',
    };
    const secret = 'SEC0123456789abcdef';
    const made = await call('POST', '/v1/subscriptions', { body: { ...bot, secret } });
    expect(made.status, made.text).toBe(201);
    expect(made.text).not.toContain(secret);
    const path = `/v1/subscriptions/${made.body.id}`;
    const keys = async () => {
      subscriptions.changed();
      const own = (await subscriptions.all()).find(({ id }) => id === made.body.id)!;
      return own.targets[0]!.signingKeys?.map((key) => key());
    };
    expect(await keys()).toEqual([secret]);
    expect((await call('PATCH', path, { body: { secret: null } })).status).toBe(200);
    expect(await keys()).toBeUndefined();
    expect((await call('POST', '/v1/subscriptions', { body: { ...SLACK, secret } })).status).toBe(422);
    const webhook = await call('POST', '/v1/subscriptions', {
      body: { ...SLACK, channel: 'webhook', target: 'https://hooks.test/x', skipChallenge: true },
    });
    // The keys of a webhook are not taken away by this.
    const refused = await call('PATCH', `/v1/subscriptions/${webhook.body.id}`, { body: { secret: null } });
    expect(refused.status).toBe(422);
  });
});
