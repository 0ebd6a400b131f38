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
