import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { NEW_TRAIL } from '../../lib/core/discover/trail.ts';
import { newOrigin } from '../../lib/core/jobs/origin.ts';
import { openAt } from '../adapters/store/dynamodb/dynalite.ts';
import { startAccount } from '../wire/aws/account.ts';
import { PROJECT, world } from './world.ts';

const POINTER = '/jobchime/dev/config';

/** A folder with a configuration for AWS, and an account with a stage in it. */
async function withStage(more = '') {
  const w = await world();
  const account = await startAccount();
  onTestFinished(account.close);
  Object.assign(w.env, account.env);
  account.put('/jobchime/dev/clouds/access', w.env['OTC_ACCESS_KEY'] ?? 'an-access-key');
  account.put('/jobchime/dev/clouds/secret', 'a-secret-key-of-the-cloud');
  account.put('/jobchime/dev/slack/ops', 'https://hooks.slack.com/services/T1/B1/of-the-workspace');
  const text = (over = more) => `
origins:
  otc-ecs: # once it was ssm:/jobchime/dev/clouds/former
    dialect: ecs
    cloud: otc
    region: eu-de
    project: '0123456789abcdef0123456789abcdef'
    endpoint: http://127.0.0.1:9
    auth: { access_key: 'ssm:/jobchime/dev/clouds/access', secret_key: 'ssm:/jobchime/dev/clouds/secret' }
subscriptions:
  ops: { on: failures, channel: slack, target: 'ssm:/jobchime/dev/slack/ops' }
api: { public_url: https://jobchime.example.com }
${over}`;
  const write = (content: string): void => writeFileSync(join(w.folder, 'aws.yaml'), content);
  write(text());
  return { ...w, account, text, write, versions: () => account.parameters.get(POINTER) ?? [] };
}

describe('jobchime config push, pull and rollback', () => {
  it('put a configuration in force, and what was before back', async () => {
    const { run, text, write, versions } = await withStage();
    expect(await run('jobchime config push --stage dev aws.yaml')).toEqual({
      code: 0,
      out: expect.stringMatching(
        /aws\.yaml is version 1 of stage dev, in force within five minutes: 1 origin, 1 subscription\.\n$/,
      ),
      err: '',
    });
    expect((await run('jobchime config pull --stage dev')).out).toBe(text());
    // The same once more is no version.
    expect((await run('jobchime config push --stage dev aws.yaml')).out).toContain('already, as version 1');
    write(text('log_level: warn'));
    await run('jobchime config push --stage dev aws.yaml');
    expect((await run('jobchime config pull --stage dev')).out).toContain('log_level: warn');
    expect((await run('jobchime config pull --stage dev --of 1')).out).toBe(text());
    expect((await run('jobchime config rollback --stage dev')).out).toBe(
      'Stage dev has the configuration of version 1 again, as version 3; it was 2.\n',
    );
    expect((await run('jobchime config pull --stage dev')).out).toBe(text());
    expect(versions()).toHaveLength(3);
    expect((await run('jobchime config versions --stage dev')).out).toMatch(
      /^3 {2}2026-03-01T12:00:00\.000Z {2}arn:\S+:user\/ann\n2 .*\n1 .*\n$/,
    );
  });

  it('hold a configuration of any length: five hundred origins and five thousand subscriptions', async () => {
    const { run, text, write, versions } = await withStage();
    const many = Array.from(
      { length: 5_000 },
      (_, n) => `  s-${n}: { on: failures, channel: slack, target: 'ssm:/jobchime/dev/slack/ops' }\n`,
    );
    const origin = text().split('\n').slice(3, 9).join('\n');
    const origins = Array.from({ length: 500 }, (_, n) => `  o-${n}:\n${origin}\n`);
    const large = text()
      .replace('origins:\n', `origins:\n${origins.join('')}`)
      .replace('subscriptions:\n', `subscriptions:\n${many.join('')}`);
    write(large);
    expect((await run('jobchime config push --stage dev aws.yaml')).out).toContain(
      '501 origins, 5001 subscriptions',
    );
    expect(versions()[0]).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect((await run('jobchime config pull --stage dev')).out).toBe(large);
  }, 60_000);

  it.each([
    ['what no configuration has', 'retenshun: 2d', /retenshun/],
    [
      'a secret that is not there',
      "mail: { host: a.example.com, user: u, password: 'ssm:/jobchime/dev/email/password', from: a@example.com }",
      /:13:39.*mail\.password.*ssm:\/jobchime\/dev\/email\/password is not there/s,
    ],
    [
      'a secret of Secrets Manager that is not there',
      "mail: { host: a.example.com, user: u, password: 'secretsmanager:jobchime/dev/email/password', from: a@example.com }",
      /secretsmanager:jobchime\/dev\/email\/password is not there/,
    ],
    [
      'a secret where no function may read it',
      "mail: { host: a.example.com, user: u, password: 'ssm:/jobchime/dev/clouds/access', from: a@example.com }",
      /no function may read this.*Put it under \/jobchime\/dev\/email\/: ssm:\/jobchime\/dev\/email\/access/s,
    ],
    [
      'a secret of another place',
      "mail: { host: a.example.com, user: u, password: 'env:PASSWORD', from: a@example.com }",
      /on AWS secrets are parameters/,
    ],
  ])('refuse %s, and change nothing', async (_, more, words) => {
    const { run, versions } = await withStage(more);
    const { code, err, out } = await run('jobchime config push --stage dev aws.yaml');
    expect([code, out]).toEqual([1, '']);
    expect(err).toMatch(words);
    expect(versions()).toEqual([]);
    expect(err).not.toContain('a-secret-key-of-the-cloud');
  });

  it('refuse a subscription of a channel that the stage has no function for, and say how it gets one', async () => {
    const { run, text, write, versions } = await withStage();
    write(text().replace('channel: slack', 'channel: feishu').replace('slack/ops', 'feishu/ops'));
    const { code, err } = await run('jobchime config push --stage dev aws.yaml');
    expect([code, versions()]).toEqual([1, []]);
    expect(err).toMatch(
      /aws\.yaml:11:\d+: subscriptions\.ops\.channel: is feishu, and this stage has no function for that channel/,
    );
    expect(err).toContain('Deploy it with --param channels=email,feishu,slack,webhook');
  });

  it('take nothing that somebody changed in the table', async () => {
    const { run, account, versions } = await withStage();
    await run('jobchime config push --stage dev aws.yaml');
    const forged = `sha256:${'0'.repeat(64)}`;
    account.put(POINTER, forged);
    expect(await run('jobchime config pull --stage dev')).toMatchObject({
      code: 1,
      err: expect.stringContaining('has no document sha256:000') as string,
    });
    expect((await run('jobchime config rollback --stage dev')).code).toBe(0);
    expect(versions().at(-1)).toBe(versions()[0]);
  });

  it('say what is missing: a stage, a configuration, a version, leave', async () => {
    const { run, account } = await withStage();
    const said = async (line: string) => (await run(line)).err;
    expect(await said('jobchime config pull --stage test')).toContain(
      "there is no stage 'test' in eu-central-1",
    );
    expect(await said('jobchime config pull --stage Dev')).toContain("'Dev' is not the name of a stage");
    expect(await said('jobchime config pull --stage dev')).toContain('jobchime config push --stage dev');
    expect(await said('jobchime config rollback --stage dev')).toContain('no configuration yet');
    await run('jobchime config push --stage dev aws.yaml');
    expect(await said('jobchime config rollback --stage dev')).toContain('has no version 0');
    expect(await said('jobchime config pull --stage dev --of 7')).toContain('has no version 7');
    account.refused.add('PutParameter');
    expect(await said('jobchime config rollback --stage dev --to 1')).toContain(
      'AWS refuses it: AccessDeniedException: you may not',
    );
  });
});

describe('jobchime doctor --stage', () => {
  it('tries what is in force there, and names what is missing', async () => {
    const { run, account } = await withStage(
      'mail: { host: email.eu-central-1.amazonaws.com, from: a@example.com }\nallow_private: [127.0.0.1]',
    );
    await run('jobchime config push --stage dev aws.yaml');
    account.parameters.delete('/jobchime/dev/slack/ops');
    const { code, out } = await run('jobchime doctor --stage dev');
    expect(code).toBe(1);
    expect(out).toMatch(/^WRONG {2}configuration: version 1 is in force/);
    expect(out).toContain('subscriptions.ops.target: ssm:/jobchime/dev/slack/ops');
    expect(out).toMatch(/WRONG {2}origin otc-ecs: /);
    expect(out).toMatch(/ok {5}mail: goes through SES/);
  });

  it('says of records what the functions have counted', async () => {
    const { run, account, write, env } = await withStage();
    account.put('/jobchime/dev/clouds/access', env['AK']!);
    account.put('/jobchime/dev/clouds/secret', env['SK']!);
    write(`accounts:
  prod:
    cloud: otc
    region: eu-de
    project: '${PROJECT}'
    endpoint: '${env['S']}/otc-{dialect}'
    auth: { access_key: 'ssm:/jobchime/dev/clouds/access', secret_key: 'ssm:/jobchime/dev/clouds/secret' }
    discover: true
allow_private: [127.0.0.1]
api: { public_url: https://jobchime.example.com }
`);
    expect(await run('jobchime config push --stage dev aws.yaml')).toMatchObject({ code: 0 });
    const store = openAt(account.env.AWS_ENDPOINT_URL, account.table);
    const hour = Date.now() - (Date.now() % 3_600_000);
    const trail = { ...NEW_TRAIL, counts: [{ hour, services: { ECS: [3, 2, 7] } }] };
    await store.origins.create([{ ...newOrigin('prod-cts', Date.now()), trail: trail as never }]);
    expect(await run('jobchime doctor --stage dev')).toMatchObject({
      code: 0,
      out: expect.stringContaining(
        'origin prod-cts: its records can be read; calls with a job id, of the last day: ECS 3 of 12\n',
      ),
    });
  });
});

describe('jobchime redrive', () => {
  const letter = (n: number) => ({ Body: `{"n":${n}}`, Attributes: { MessageGroupId: `g-${n}` } });

  it('sends every dead letter to its queue again, and takes it away after that', async () => {
    const { run, account } = await withStage();
    const dead = account.queues.get('dev-RouteDeadLetters')!;
    for (let n = 0; n < 23; n += 1) dead.push(letter(n));
    expect((await run('jobchime redrive --stage dev')).out).toBe('track  0\nroute  23\nundelivered  0\n');
    expect((await run('jobchime redrive route --stage dev')).out).toBe('23 messages of route sent again.\n');
    expect(dead).toEqual([]);
    expect(account.queues.get('dev-RouteQueue')!.map(({ Body, Attributes }) => [Body, Attributes])).toEqual(
      Array.from({ length: 23 }, (_, n) => [`{"n":${n}}`, { MessageGroupId: `g-${n}` }]),
    );
    const { code, err } = await run('jobchime redrive sweep --stage dev');
    expect([code, err]).toEqual([1, expect.stringContaining('Write one of track, route, undelivered.')]);
  });

  it('loses none where it is cut short', async () => {
    const { run, account } = await withStage();
    const dead = account.queues.get('dev-RouteDeadLetters')!;
    dead.push(letter(1));
    account.refused.add('SendMessageBatch');
    expect((await run('jobchime redrive route --stage dev')).code).toBe(1);
    expect(dead).toHaveLength(1);
    account.refused.clear();
    account.turnedAway.add(letter(2).Body);
    dead.push(letter(2));
    const { code, err } = await run('jobchime redrive route --stage dev');
    expect([code, err]).toEqual([1, expect.stringContaining('did not take 1')]);
    expect(dead).toHaveLength(2);
  });

  it('sends events that reached no queue to the one that they were meant for', async () => {
    const { run, account } = await withStage();
    const undelivered = account.queues.get('dev-UndeliveredEvents')!;
    const meantFor = (queue: string, n: number) => ({
      ...letter(n),
      MessageAttributes: {
        TARGET_ARN: { DataType: 'String', StringValue: `arn:aws:sqs:eu-central-1:123456789012:${queue}` },
      },
    });
    undelivered.push(meantFor('dev-RouteQueue', 1), meantFor('dev-TrackQueue', 2), letter(3));
    const { code, out, err } = await run('jobchime redrive undelivered --stage dev');
    expect(out).toBe('2 messages of undelivered sent again.\n');
    expect([code, err]).toEqual([1, expect.stringContaining('1 message did not say where to')]);
    expect(account.queues.get('dev-RouteQueue')!.map(({ Body }) => Body)).toEqual(['{"n":1}']);
    expect(account.queues.get('dev-TrackQueue')!.map(({ Body }) => Body)).toEqual(['{"n":2}']);
    expect(undelivered).toHaveLength(1);
  });
});

describe('jobchime.aws.example.yaml', () => {
  it('is taken by a stage as it is, once its secrets are there', async () => {
    const { run, account } = await withStage();
    account.put('/jobchime/dev/clouds/otc-password', 'a-password');
    account.put('/jobchime/dev/api/secret-key', Buffer.alloc(32, 7).toString('base64'));
    const example = new URL('../../jobchime.aws.example.yaml', import.meta.url).pathname;
    expect((await run(`jobchime config push --stage dev ${example}`)).out).toContain(
      'is version 1 of stage dev, in force within five minutes: 1 origin, 2 subscriptions.',
    );
    // The way of the secrets is the way of the functions: none is missing, and none stands in the wrong folder.
    expect((await run('jobchime doctor --stage dev --json')).out).toContain('"version 1 is in force"');
  });
});
