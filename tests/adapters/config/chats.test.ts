import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../../lib/adapters/config/config.ts';
import { depsWith, ENV, VALID } from './kit.ts';

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
});
