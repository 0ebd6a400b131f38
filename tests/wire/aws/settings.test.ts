import { describe, expect, it } from 'vitest';
import { createSettings } from '../../../lib/wire/aws/settings.ts';
import { NEEDS } from '../../../lib/wire/aws/needs.ts';
import { parametersIn } from '../../../lib/adapters/config/purposes.ts';
import { readYaml } from '../../../lib/adapters/config/yaml.ts';
import {
  createParameterClient,
  readParameters,
  readVersion,
} from '../../../lib/adapters/platform/parameters.ts';
import { NoDocument } from '../../../lib/adapters/store/dynamodb/documents.ts';
import { testClock } from '../../kit.ts';
import { fail, parameters, serveAws } from './stand-in.ts';

const NAME = '/jobchime/dev/config';
const yaml = (token = '/jobchime/dev/clouds/token', more = '') => `
origins:
  hwc-ecs:
    dialect: ecs
    cloud: huawei
    region: eu-west-101
    endpoint: https://ecs.eu-west-101.myhuaweicloud.eu
    project: '0123456789abcdef0123456789abcdef'
    auth:
      token: ssm:${token}
${more}`;

async function setUp(values: Record<string, string>, name = 'sweep') {
  const clock = testClock();
  const stored = new Map(Object.entries(values));
  let isDown = false;
  const served = await serveAws({
    GetParameters: (input, res) =>
      isDown ? fail(res, 400, 'ThrottlingException') : parameters(stored)(input),
  });
  const client = createParameterClient({ ...served.config, maxAttempts: 1 });
  const stale: string[] = [];
  const settings = createSettings({
    name: NAME,
    stage: 'dev',
    needs: NEEDS[name]!,
    pointer: (version) => readVersion(client, NAME, version),
    textOf: async (value) => {
      const found = stored.get(value) ?? value;
      if (found.startsWith('sha256:')) throw new NoDocument(`there is no document ${found}`);
      return found;
    },
    read: (names) => readParameters(client, names),
    clock: clock.now,
    onStale: (error) => stale.push(String(error)),
  });
  const tokenOf = async () => {
    const [{ auth }] = (await settings()).config.origins as unknown as [{ auth: { token: () => string } }];
    return auth.token();
  };
  return {
    clock,
    stored,
    settings,
    tokenOf,
    stale,
    requests: served.requests,
    down: (is: boolean) => (isDown = is),
  };
}

describe('the settings of AWS', () => {
  it('are the configuration in one parameter and the secrets in others, read once for a while', async () => {
    const { settings, tokenOf, requests, clock } = await setUp({
      [NAME]: yaml(),
      '/jobchime/dev/clouds/token': 'first-token',
    });
    expect(await tokenOf()).toBe('first-token');
    expect((await settings()).secrets.redact('it is first-token')).toBe('it is [redacted]');
    expect(requests).toHaveLength(2);
    expect(JSON.parse(requests[1]!.body)).toMatchObject({ WithDecryption: true });
    clock.pass(299_000);
    await settings();
    expect(requests).toHaveLength(2);
  });

  it('are the same object until something changes, and new when a secret did', async () => {
    const { settings, tokenOf, stored, clock } = await setUp({
      [NAME]: yaml(),
      '/jobchime/dev/clouds/token': 'first-token',
    });
    const before = await settings();
    clock.pass(300_000);
    expect(await settings()).toBe(before);
    stored.set('/jobchime/dev/clouds/token', 'second-token');
    clock.pass(300_000);
    expect(await tokenOf()).toBe('second-token');
    expect(await settings()).not.toBe(before);
  });

  it('stay in force while they cannot be read, and are tried again soon', async () => {
    const { settings, tokenOf, stored, clock, stale, down } = await setUp({
      [NAME]: yaml(),
      '/jobchime/dev/clouds/token': 'first-token',
    });
    const before = await settings();
    down(true);
    clock.pass(300_000);
    expect(await settings()).toBe(before);
    expect(stale).toHaveLength(1);
    down(false);
    stored.set('/jobchime/dev/clouds/token', 'second-token');
    clock.pass(30_000);
    expect(await tokenOf()).toBe('second-token');
  });

  it('stay in force when a change is faulty, and say what is wrong with it', async () => {
    const { settings, stored, clock, stale } = await setUp({
      [NAME]: yaml(),
      '/jobchime/dev/clouds/token': 'first-token',
    });
    const before = await settings();
    stored.set(NAME, yaml(undefined, 'subscription: {}'));
    clock.pass(300_000);
    expect(await settings()).toBe(before);
    expect(stale[0]).toContain('subscription');
    stored.set(NAME, yaml());
    clock.pass(30_000);
    expect(await settings()).toBe(before);
  });

  it('stay in force where a newer one is faulty, although one in between was not', async () => {
    const { settings, stored, clock, stale } = await setUp({
      [NAME]: yaml(),
      '/jobchime/dev/clouds/token': 'first-token',
      '/jobchime/dev/clouds/other': 'second-token',
    });
    const before = await settings();
    stored.set(`${NAME}:1`, yaml());
    stored.set(`${NAME}:2`, yaml('/jobchime/dev/clouds/other'));
    stored.set(NAME, yaml(undefined, 'subscription: {}'));
    clock.pass(300_000);
    expect(await settings()).toBe(before);
    expect(stale).toHaveLength(1);
  });

  it('do without a secret that is missing or broken: that origin or subscription alone is out of action', async () => {
    const others = `subscriptions:
  ops: { on: failures, channel: slack, target: 'ssm:/jobchime/dev/slack/ops' }
  ci: { on: failures, channel: webhook, target: 'https://ci.example.com/hooks', signing_keys: ['ssm:/jobchime/dev/webhook/key'] }
  good: { on: failures, channel: slack, target: 'ssm:/jobchime/dev/slack/good' }`;
    const { settings, tokenOf, stored, clock } = await setUp({
      [NAME]: yaml('/jobchime/dev/clouds/forgotten', others),
      '/jobchime/dev/slack/ops': 'no URL',
      '/jobchime/dev/slack/good': 'https://hooks.slack.com/services/T1/B1/xyz',
    });
    const { config, unresolved } = await settings();
    expect(unresolved.map(({ where, problem }) => `${where}: ${problem}`)).toEqual([
      'origins.hwc-ecs.auth.token: ssm:/jobchime/dev/clouds/forgotten: there is no such parameter in Systems Manager',
      'subscriptions.ops.target: what it refers to is not an https URL',
      'subscriptions.ci.signing_keys[0]: ssm:/jobchime/dev/webhook/key: there is no such parameter in Systems Manager',
    ]);
    expect(config.subscriptions.map(({ name, paused, fault }) => [name, paused, fault])).toEqual([
      ['ops', true, 'locked'],
      ['ci', true, 'locked'],
      ['good', undefined, undefined],
    ]);
    await expect(tokenOf()).rejects.toThrow('Make that parameter');
    // Once it is there, it is taken up like any change.
    stored.set('/jobchime/dev/clouds/forgotten', 'a-token-at-last');
    clock.pass(300_000);
    expect(await tokenOf()).toBe('a-token-at-last');
  });

  it('are those of the version before where the newest is faulty and nothing is in force yet', async () => {
    const faulty = yaml(undefined, 'subscription: {}');
    const { settings, tokenOf, stored, clock, stale } = await setUp({
      [`${NAME}:1`]: yaml(),
      [`${NAME}:2`]: faulty,
      [NAME]: faulty,
      '/jobchime/dev/clouds/token': 'first-token',
    });
    expect(await tokenOf()).toBe('first-token');
    expect(stale).toEqual([expect.stringContaining('version 3')]);
    expect(stale[0]).toContain('subscription');
    // It is looked at again soon.
    stored.set(NAME, yaml(undefined, 'log_level: warn'));
    clock.pass(30_000);
    expect((await settings()).config.logLevel).toBe('warn');
  });

  it('are those of the version before where the text of the newest is gone', async () => {
    const { tokenOf, stale } = await setUp({
      [`${NAME}:1`]: yaml(),
      [NAME]: `sha256:${'0'.repeat(64)}`,
      '/jobchime/dev/clouds/token': 'first-token',
    });
    expect(await tokenOf()).toBe('first-token');
    expect(stale).toHaveLength(1);
  });

  it('ask for no other version where nothing can be read', async () => {
    const { settings, down, requests } = await setUp({ [`${NAME}:1`]: yaml(), [NAME]: yaml() });
    down(true);
    await expect(settings()).rejects.toThrow('no');
    expect(requests).toHaveLength(1);
  });

  it('of a function have the secrets that it uses, and it asks for no others', async () => {
    const more = `subscriptions:
  ops: { on: failures, channel: slack, target: 'secretsmanager:jobchime/dev/slack/ops' }
  ci: { on: failures, channel: webhook, target: 'https://ci.example.com/hooks', signing_keys: ['ssm:/jobchime/dev/webhook/key'] }
mail: { host: smtp.example.com, user: u, password: 'ssm:/jobchime/dev/email/password', from: j@example.com }
api: { secret_key: 'ssm:/jobchime/dev/api/key' }`;
    const stored = {
      [NAME]: yaml(undefined, more),
      '/jobchime/dev/clouds/token': 'first-token',
      '/aws/reference/secretsmanager/jobchime/dev/slack/ops': 'https://hooks.slack.com/services/T1/B1/xyz',
      '/jobchime/dev/webhook/key': `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
      '/jobchime/dev/email/password': 'of-the-mails',
      '/jobchime/dev/api/key': Buffer.alloc(32, 7).toString('base64'),
    };
    const askedBy = async (name: string) => {
      const { settings, requests } = await setUp(stored, name);
      const { unresolved, config } = await settings();
      expect([name, unresolved]).toEqual([name, []]);
      expect(config.subscriptions.map(({ fault }) => fault)).toEqual([undefined, undefined]);
      return requests.slice(1).flatMap(({ body }) => (JSON.parse(body) as { Names: string[] }).Names);
    };
    const [cloud, slack, key, mail, api] = Object.keys(stored).slice(1);
    expect(await askedBy('sweep')).toEqual([cloud, slack, key, api]);
    expect(await askedBy('api')).toEqual([slack, key, api]);
    expect(await askedBy('track')).toEqual([slack, key, api]);
    expect(await askedBy('route')).toEqual([slack, key, api]);
    expect(await askedBy('slack')).toEqual([slack, api]);
    expect(await askedBy('webhook')).toEqual([key, api]);
    expect(await askedBy('email')).toEqual([mail, api]);
  });

  it('say where a secret belongs that no function may read there', async () => {
    const { settings, requests } = await setUp({
      [NAME]: yaml('/jobchime/dev/token'),
      '/jobchime/dev/token': 'first-token',
    });
    expect((await settings()).unresolved).toMatchObject([
      {
        where: 'origins.hwc-ecs.auth.token',
        problem: 'ssm:/jobchime/dev/token: no function may read this',
        fix: 'Put it under /jobchime/dev/clouds/: ssm:/jobchime/dev/clouds/token',
      },
    ]);
    expect(requests).toHaveLength(1);
  });

  it('need no address to listen at: a gateway calls', async () => {
    const { settings } = await setUp({
      [NAME]: yaml(undefined, 'api: { public_url: https://jobchime.example.com }'),
    });
    expect((await settings()).config.api).toMatchObject({ publicUrl: 'https://jobchime.example.com' });
  });

  it('cannot do without the configuration itself', async () => {
    const nothing = await setUp({});
    await expect(nothing.settings()).rejects.toThrow(NAME);
  });

  it.each(['env:TOKEN', 'file:/etc/token'])('take no secret from elsewhere: %s', async (reference) => {
    const { settings } = await setUp({ [NAME]: yaml().replace('ssm:/jobchime/dev/clouds/token', reference) });
    await expect(settings()).rejects.toThrow(reference);
  });
});

describe('parameters', () => {
  it('are read ten at a time, each once', async () => {
    const names = Array.from({ length: 23 }, (_, n) => `/jobchime/dev/${n}`);
    const { config, requests } = await serveAws({
      GetParameters: parameters(new Map(names.map((name) => [name, 'x']))),
    });
    const found = await readParameters(createParameterClient(config), [...names, ...names]);
    expect([...found.keys()].toSorted()).toEqual(names.toSorted());
    expect(
      requests.map(({ body }) => (JSON.parse(body) as { Names: string[] }).Names.length).toSorted(),
    ).toEqual([10, 10, 3]);
  });

  it('are found in a document where they are followed, and a comment counts for nothing', () => {
    const yaml = readYaml(`
origins: { otc: { auth: { token: 'ssm:/x/y' } } } # once ssm:/x/old
accounts: { all: { auth: { token: 'ssm:/x/all' } } }
subscriptions:
  ops: { channel: slack, target: 'secretsmanager:x/z-1', template: { title: 'ssm:/x/words' } }
mail: { host: 'https://ssm:/no', password: 'ssm:/x/w.w' }
intake: { smn: { ca: 'ssm:/x/smn' } }
dead_man: { url: 'ssm:/x/ping' }`);
    const found = yaml.ok ? parametersIn(yaml.value) : [];
    expect(found.map(({ name, purpose }) => [name, purpose])).toEqual([
      ['/x/y', 'clouds'],
      ['/x/all', 'clouds'],
      ['/aws/reference/secretsmanager/x/z-1', 'slack'],
      ['/x/w.w', 'email'],
      ['/x/smn', 'api'],
      ['/x/ping', 'clouds'],
    ]);
  });
});

it('reads dialects and ways to sign in of other clouds, with their secrets from Systems Manager', async () => {
  const own = `
dialects:
  tasks:
    clouds: [mine]
    path: /v1/tasks/{job_id}
    id: none
    status: state
    words: { succeeded: [ok], failed: [bad] }
origins:
  one:
    dialect: tasks
    cloud: mine
    region: r1
    endpoint: https://tasks.example.com
    project: p1
    auth:
      oauth2: { token_url: 'https://tasks.example.com/token', client_id: c, client_secret: 'ssm:/jobchime/dev/clouds/token' }
trusted_hosts: [tasks.example.com]
`;
  const { settings } = await setUp({ [NAME]: own, '/jobchime/dev/clouds/token': 'a-client-secret' });
  const [origin] = (await settings()).config.origins;
  expect(origin).toMatchObject({
    spoken: { service: 'tasks', status: { ok: 'succeeded', bad: 'failed' } },
    auth: { kind: 'oauth2', tokenUrl: 'https://tasks.example.com/token' },
  });
  const { auth } = origin!;
  expect(auth.kind === 'oauth2' && auth.clientSecret()).toBe('a-client-secret');
});
