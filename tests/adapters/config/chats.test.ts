import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../lib/adapters/config/config.ts';
import { readBotAddress, readSlackTarget } from '../../../lib/adapters/channels/slack/address.ts';
import { configOf, depsWith, ENV, VALID } from './kit.ts';

const withSubscription = (what: string): string =>
  VALID.replace('subscriptions:\n', `subscriptions:\n  chat: { on: failures, ${what} }\n`);

function chat(what: string) {
  const { deps, secrets } = depsWith();
  const read = parseConfig(withSubscription(what), deps);
  if (!read.ok) return { problems: read.problems };
  const one = read.config.subscriptions.find(({ id }) => id === 'chat')!;
  return { target: one.targets[0]!, json: JSON.stringify(read.config), secrets };
}

describe('a subscription of a chat', () => {
  it.each([
    [
      'channel: teams, target: env:TEAMS_URL',
      'Teams (d0.07.environment.api.powerplatform.com/…)',
      ['TEAMS_URL'],
    ],
    ['channel: feishu, target: env:FEISHU_URL', 'Feishu (open.feishu.cn/…)', ['FEISHU_URL']],
    [
      'channel: feishu, target: env:FEISHU_URL, secret: env:FEISHU_SECRET',
      'Feishu (open.feishu.cn/…)',
      ['FEISHU_URL', 'FEISHU_SECRET'],
    ],
    [
      'channel: dingtalk, target: env:DINGTALK_URL, secret: env:DINGTALK_SECRET',
      'DingTalk (oapi.dingtalk.com/…)',
      ['DINGTALK_URL', 'DINGTALK_SECRET'],
    ],
    ['channel: wecom, target: env:WECOM_URL', 'WeCom (qyapi.weixin.qq.com/…)', ['WECOM_URL']],
  ] as const)('is read, and its secrets are none of the log: %s', (what, shown, names) => {
    const { target, json, secrets } = chat(what);
    const [url, secret] = names;
    expect(target).toMatchObject({ shown });
    expect(target!.address()).toBe(ENV[url]);
    expect(target!.signingKeys?.map((key) => key())).toEqual(secret && [ENV[secret]]);
    for (const name of names) {
      expect(secrets!.redact(`<${ENV[name]}>`)).toBe('<[redacted]>');
      expect(json).not.toContain(ENV[name]);
    }
  });

  it.each([
    [
      'channel: teams, target: env:CONNECTOR_URL',
      'target',
      'connector, which Microsoft has switched off',
      'Make a workflow',
    ],
    ['channel: teams, target: env:WECOM_URL', 'target', 'has no signature (sig)', 'Anyone'],
    ['channel: dingtalk, target: env:WECOM_URL', 'target', 'has no access_token', "bot's settings"],
    ['channel: wecom, target: env:TEAMS_URL', 'target', 'has no key', "bot's settings"],
    [
      'channel: feishu, target: env:FEISHU_URL, secret: hunter2hunter2',
      'secret',
      'is a secret written out',
      'env:NAME',
    ],
    [
      'channel: feishu, target: env:FEISHU_URL, secret: env:OTC_PASSWORD',
      'secret',
      'is not the secret of a bot',
      'signature',
    ],
    [
      'channel: slack, target: env:SLACK_OPS_URL, mention: [everyone-else]',
      'mention[0]',
      'is not anybody whom Slack can mention',
      'U0123456789',
    ],
    ['channel: slack', 'target', 'is missing', 'or token and to, for a bot'],
    ['channel: slack, token: env:SLACK_TOKEN', 'to', 'is missing', 'token and to'],
    ['channel: slack, to: C0123456789', 'token', 'is missing', 'token and to'],
    [
      'channel: slack, target: env:SLACK_OPS_URL, to: C0123456789',
      'to',
      'does not go with target',
      'Give target, or token and to',
    ],
    [
      'channel: slack, token: xoxb-1234567890-ABCDEFGHIJ, to: C0123456789',
      'token',
      'is a secret',
      'env:NAME',
    ],
    [
      'channel: slack, token: env:OTC_PASSWORD, to: C0123456789',
      'token',
      'is not the token of a bot',
      'xoxb-',
    ],
    ['channel: slack, token: env:SLACK_TOKEN, to: ops', 'to', 'is not the id of a channel', 'C0123456789'],
    [
      "channel: slack, token: env:SLACK_TOKEN, to: C0123456789, api: 'https://slack.com.example.net/api/'",
      'api',
      'is not a host of Slack',
      'allow_private',
    ],
    [
      "channel: slack, token: env:SLACK_TOKEN, to: C0123456789, api: 'https://slack.com/'",
      'api',
      'does not end in /api/',
      'https://slack.com/api/',
    ],
    [
      'channel: wecom, target: env:WECOM_URL, secret: env:FEISHU_SECRET',
      'secret',
      'does not go together',
      'Remove it',
    ],
  ])('is refused where it cannot work: %s', (what, field, problem, fix) => {
    expect(chat(what).problems).toMatchObject([
      {
        where: `subscriptions.chat.${field}`,
        problem: expect.stringContaining(problem) as unknown,
        fix: expect.stringContaining(fix) as unknown,
      },
    ]);
  });

  it('names whom its failures call', () => {
    const { target } = chat('channel: slack, target: env:SLACK_OPS_URL, mention: [here, U0123456789]');
    expect(target!.mention).toEqual(['here', 'U0123456789']);
  });

  it('has a bot of Slack, whose token goes to Slack only', () => {
    const { target, json, secrets } = chat('channel: slack, token: env:SLACK_TOKEN, to: C0123456789');
    expect(target).toMatchObject({ shown: 'Slack (C0123456789)' });
    expect(readBotAddress(target!.address())).toEqual({
      api: 'https://slack.com/api/',
      channel: 'C0123456789',
      token: ENV.SLACK_TOKEN,
    });
    expect(secrets!.redact(`<${ENV.SLACK_TOKEN}>`)).toBe('<[redacted]>');
    expect(json).not.toContain(ENV.SLACK_TOKEN);
    for (const api of ['https://slack-gov.com/api/', 'http://127.0.0.1:8081/api/']) {
      const text = withSubscription(
        `channel: slack, token: env:SLACK_TOKEN, to: C0123456789, api: '${api}'`,
      ).replace('allow_private: [', 'allow_private: [127.0.0.1, ');
      const read = configOf(text);
      const one = read.subscriptions.find(({ id }) => id === 'chat')!;
      expect(readBotAddress(one.targets[0]!.address())).toMatchObject({ api });
    }
  });

  it.each([
    ['https://slack.com/api/?channel=C0123456789&token=xoxb-1234567890-ABCDEFGHIJ', true],
    ['https://hooks.slack.com/services/T0001/B0001/exampleexample', true],
    ['https://slack.com.example.net/api/?channel=C0123456789&token=xoxb-1234567890-ABCDEFGHIJ', false],
    ['https://slack.com/api/?channel=ops&token=xoxb-1234567890-ABCDEFGHIJ', false],
    ['https://slack.com/api/?channel=C0123456789&token=xoxp-1234567890-ABCDEFGHIJ', false],
  ])('as it is given through the API, %s: %s', (address, isGood) => {
    expect(readSlackTarget(address).ok).toBe(isGood);
  });
});
