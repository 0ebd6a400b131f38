import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { examine, verdictOf, type Finding } from '../../../lib/wire/local/doctor.ts';
import { loadConfig } from '../../../lib/wire/local/read-config.ts';
import { renderProblems } from '../../../lib/adapters/config/config.ts';
import { createSecrets } from '../../../lib/adapters/platform/secrets.ts';
import { createSimulator, SYSTEM_NAMES, type SystemName } from '../../../lib/adapters/simulator/simulator.ts';
import { openStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { NEW_TRAIL } from '../../../lib/core/discover/trail.ts';
import { newOrigin } from '../../../lib/core/jobs/origin.ts';
import { mailbox, refusal } from '../../adapters/channels/mailbox.ts';
import { serve } from '../../adapters/platform/serve.ts';

const PROJECT = '0123456789abcdef0123456789abcdef';
const ENV = {
  AK: 'EXAMPLEACCESSKEY0001',
  SK: 'exampleSecretKey/0123456789abcdefghijklmn',
  PASSWORD: 'simulated-password',
  WRONG: 'not-the-password',
  WHSEC: `whsec_${Buffer.alloc(32, 7).toString('base64')}`,
};
const KEYS = '{ access_key: env:AK, secret_key: env:SK }';

async function simulated(): Promise<string> {
  const simulator = createSimulator();
  const { url } = await simulator.listen();
  onTestFinished(() => simulator.close());
  return url;
}

const ecs = (url: string, over: Record<string, string> = {}): string => {
  const fields = {
    dialect: 'ecs',
    cloud: 'huawei',
    region: 'eu-de',
    endpoint: `${url}/huawei-ecs`,
    project: `'${PROJECT}'`,
    auth: KEYS,
    ...over,
  };
  return `{ ${Object.entries(fields)
    .map(([key, value]) => `${key}: ${value}`)
    .join(', ')} }`;
};
const byPassword = (url: string, secret: string): string =>
  `{ iam: ${url}/iam, user: jobchime, domain: simulated-domain, password: env:${secret} }`;

interface Setup {
  origins: Record<string, string>;
  rest?: string;
  env?: Record<string, string>;
  skew?: number;
}
const account = (url: string): string =>
  `  prod: { cloud: otc, region: eu-de, endpoint: '${url}/otc-{dialect}', project: '${PROJECT}', auth: ${KEYS}, discover: true }\n`;

async function look({ origins, rest = '', env = {}, skew = 0 }: Setup): Promise<Finding[]> {
  const lines = Object.entries(origins).map(([name, it]) => `  ${name}: ${it}\n`);
  const text = `${lines.length > 0 ? `origins:\n${lines.join('')}` : ''}allow_private: [127.0.0.1]\n${rest}`;
  const secrets = createSecrets();
  const loaded = loadConfig(text, '/tmp/jobchime.yaml', { ...ENV, ...env }, secrets);
  if (!loaded.ok) throw new Error(renderProblems(loaded.problems, 'x'));
  const found = await examine(loaded.config, secrets, () => Date.now() + skew);
  const told = JSON.stringify(found);
  for (const secret of Object.values({ ...ENV, ...env })) expect(told).not.toContain(secret);
  return found;
}

describe('the records of an account', () => {
  test('are read, and the calls counted whose record has the id of a job', async () => {
    const simulator = createSimulator();
    const { url } = await simulator.listen();
    onTestFinished(() => simulator.close());
    const trace = (id: string, response: Record<string, string>) =>
      simulator.trace({
        system: 'otc-cts',
        trace: {
          trace_id: id,
          trace_name: 'createServer',
          service_type: 'ECS',
          time: Date.now() - 60_000,
          code: '200',
          response,
        },
      });
    trace('t1', { job_id: '2c9eb2c5544cbf6101544f0602af2b4f' });
    trace('t2', { server: 'a8a3f1b2' });
    const found = await look({ origins: {}, rest: `accounts:\n${account(url)}` });
    expect(found.find(({ what }) => what === 'origin prod-cts')).toEqual({
      what: 'origin prod-cts',
      ok: true,
      says: 'its records can be read; calls with a job id, of the last day: ECS 1 of 2',
    });
  });

  test('are counted as the service has read them, as soon as it has', async () => {
    const { url } = await serve((_, res) => res.end('{"traces":[],"meta_data":{"count":0,"marker":null}}'));
    const folder = mkdtempSync(join(tmpdir(), 'jobchime-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, 'jobchime.db');
    const store = openStore(file);
    const hour = Date.now() - (Date.now() % 3_600_000);
    const counts = [{ hour, services: { ECS: [3, 2, 7] } }];
    await store.origins.create([
      { ...newOrigin('prod-cts', Date.now()), trail: { ...NEW_TRAIL, counts } as never },
    ]);
    await store.close();
    const found = await look({ origins: {}, rest: `store: ${file}\naccounts:\n${account(url)}` });
    expect(found.find(({ what }) => what === 'origin prod-cts')!.says).toBe(
      'its records can be read; calls with a job id, of the last day: ECS 3 of 12',
    );
  });

  test('that may not be read are told of, with the right that is missing', async () => {
    const { url } = await serve((_, res) => {
      res.writeHead(403, { 'content-type': 'application/json' });
      res.end('{"error_code":"CTS.0002","error_msg":"no permission"}');
    });
    const found = await look({ origins: {}, rest: `accounts:\n${account(url)}` });
    const { ok, fix } = found.find(({ what }) => what === 'origin prod-cts')!;
    expect(ok).toBe(false);
    expect(fix).toContain('It needs the right to read traces, too (docs/discovery.md).');
  });
});

describe('an account', () => {
  const world = async () => {
    const simulator = createSimulator();
    const { url } = await simulator.listen();
    onTestFinished(() => simulator.close());
    const answers = (service: string, status: number, code: string) =>
      simulator.fault({
        system: `otc-${service}` as SystemName,
        fault: 'answer',
        status,
        body: code.startsWith('<') ? code : { error_code: code, error_msg: 'no' },
      });
    return { url, answers };
  };
  const tell = (found: Finding[], service: string) =>
    found.find(({ what }) => what === `origin prod-${service}`)!;

  test.each(['otc', 'huawei'])('of %s is right for every service on the simulator', async (cloud) => {
    const { url } = await world();
    const rest = `accounts:\n${account(url).replaceAll('otc', cloud)}`;
    const found = await look({ origins: {}, rest });
    expect(found.length).toBeGreaterThan(15);
    expect(found.filter(({ ok, warns }) => !ok || warns)).toEqual([]);
  });

  test('whose user may not read some services, and whose region lacks some, is not wrong: that is noted, and what it means', async () => {
    const { url, answers } = await world();
    answers('cbr', 403, 'Pdp.0001');
    answers('ddm', 404, 'APIGW.0101');
    const found = await look({ origins: {}, rest: `accounts:\n${account(url)}` });
    expect(found.filter(({ ok }) => !ok)).toEqual([]);
    expect(found.filter(({ warns }) => warns)).toHaveLength(2);
    expect(tell(found, 'cbr')).toMatchObject({
      says: expect.stringContaining('HTTP 403 Pdp.0001'),
      fix: 'Its jobs are found, but none is followed: give the user the right to read them (docs/clouds.md), or name the services that you use as discover.only.service (docs/discovery.md).',
    });
    expect(tell(found, 'ddm').fix).toBe(
      'The service seems not to be there: none of its jobs is followed. If you do not use it, all is well.',
    );
    const alone = account(url).replace(', discover: true', '');
    expect(tell(await look({ origins: {}, rest: `accounts:\n${alone}` }), 'cbr').fix).toBe(
      'None of its jobs is followed: give the user the right to read them (docs/clouds.md).',
    );
  });

  test('of which somebody named the service is wrong, as is one that reads no service at all', async () => {
    const { url, answers } = await world();
    answers('cbr', 403, 'Pdp.0001');
    answers('sfs-turbo', 403, 'Pdp.0001');
    const only = '{ only: { service: [CBR, ECS, SFS Turbo] } }';
    const named = account(url).replace('discover: true', `discover: ${only}`);
    const found = await look({ origins: {}, rest: `accounts:\n${named}` });
    expect(found.filter(({ ok }) => !ok).map(({ what }) => what)).toEqual([
      'origin prod-cbr',
      'origin prod-sfs-turbo',
    ]);
    const dialect = { dialect: 'cbr', cloud: 'otc', endpoint: `${url}/otc-cbr` };
    expect(await look({ origins: { mine: ecs(url, dialect) } })).toMatchObject([{ ok: false }]);
    for (const system of SYSTEM_NAMES.filter((name) => name.startsWith('otc-')))
      answers(system.replace('otc-', ''), 403, 'Pdp.0001');
    const none = await look({ origins: {}, rest: `accounts:\n${account(url)}` });
    expect(none.filter(({ ok }) => ok).map(({ what }) => what)).toEqual(['origin prod-cts']);
  });

  test.each([
    ['{ prefix: CB }', false],
    ["{ wildcard: 'C*R' }", false],
    ['{ equals-ignore-case: cbr }', false],
    ['{ anything-but: [ECS] }', true],
    ["{ wildcard: '*' }", true],
    ['{ prefix: EC }', true],
  ])(
    'of which somebody named the service by a pattern is wrong, but not by one that takes all: %s',
    async (one, ok) => {
      const { url, answers } = await world();
      answers('cbr', 403, 'Pdp.0001');
      const named = account(url).replace('discover: true', `discover: { only: { service: [${one}] } }`);
      const cbr = tell(await look({ origins: {}, rest: `accounts:\n${named}` }), 'cbr');
      expect(cbr.ok).toBe(ok);
      if (ok) expect(cbr.fix?.startsWith('Its jobs are found')).toBe(one !== '{ prefix: EC }');
    },
  );

  test('of which a page in front of a service refuses is wrong there: that says nothing of rights', async () => {
    const { url, answers } = await world();
    answers('cbr', 403, '<html>blocked</html>');
    const found = await look({ origins: {}, rest: `accounts:\n${account(url)}` });
    expect(found.filter(({ ok }) => !ok).map(({ what }) => what)).toEqual(['origin prod-cbr']);
  });

  test('of which other services are named is not said to find jobs of one that may not be read', async () => {
    const { url, answers } = await world();
    answers('cbr', 403, 'Pdp.0001');
    const named = account(url).replace('discover: true', 'discover: { only: { service: [ECS] } }');
    const found = await look({ origins: {}, rest: `accounts:\n${named}` });
    expect(tell(found, 'cbr')).toMatchObject({
      ok: true,
      warns: true,
      fix: 'None of its jobs is followed: give the user the right to read them (docs/clouds.md).',
    });
  });

  test('with the wrong key is wrong everywhere', async () => {
    const { url } = await world();
    const found = await look({
      origins: {},
      rest: `accounts:\n${account(url).replace('env:SK', 'env:WRONG')}`,
    });
    expect(found.filter(({ ok }) => ok)).toEqual([]);
  });
});

describe('an origin', () => {
  test('that is right is told to be', async () => {
    const url = await simulated();
    const origins = { keys: ecs(url), user: ecs(url, { auth: byPassword(url, 'PASSWORD') }) };
    expect(await look({ origins })).toEqual([
      { what: 'origin keys', ok: true, says: 'route, credentials and project are right' },
      { what: 'origin user', ok: true, says: 'route, credentials and project are right' },
    ]);
  });

  test('of any service is let in', async () => {
    const url = await simulated();
    const origins = Object.fromEntries(
      SYSTEM_NAMES.map((system) => {
        const [, cloud = '', dialect = ''] = /^(\w+)-(.+)$/.exec(system) ?? [];
        return [system, ecs(url, { cloud, dialect, endpoint: `${url}/${system}` })];
      }),
    );
    const found = await look({ origins });
    expect(found).toHaveLength(SYSTEM_NAMES.length);
    expect(found.filter(({ ok }) => !ok)).toEqual([]);
  });

  const wrong: [
    what: string,
    over: (url: string) => Record<string, string>,
    says: RegExp,
    fix: RegExp,
    skew?: number,
  ][] = [
    [
      'a wrong password',
      (url) => ({ auth: byPassword(url, 'WRONG') }),
      /^IAM: HTTP 401.* is wrong$/,
      /user, domain, password/,
    ],
    [
      'a project that its user does not have',
      (url) => ({ auth: byPassword(url, 'PASSWORD'), project: `'${'f'.repeat(32)}'` }),
      /^IAM: HTTP 401.*project/,
      /^Check project of this origin/,
    ],
    [
      'a wrong key',
      () => ({ auth: '{ access_key: env:AK, secret_key: env:WRONG }' }),
      /APIGW\.0301/,
      /credentials/,
    ],
    [
      'an unknown key',
      () => ({ auth: '{ access_key: env:WRONG, secret_key: env:SK }' }),
      /ak \[redacted\] not exist/,
      /credentials/,
    ],
    ['another project', () => ({ project: `'${'f'.repeat(32)}'` }), /Common\.0018/, /project/],
    ['a wrong path', (url) => ({ endpoint: `${url}/huawei-ecs/here` }), /APIGW\.0101/, /endpoint/],
    ['a dialect of another service', () => ({ dialect: 'elb' }), /APIGW\.0101/, /dialect/],
    ['a host that is down', () => ({ endpoint: 'http://127.0.0.1:1' }), /^refused: /, /host/],
    [
      'a clock that is wrong',
      () => ({}),
      /this machine's clock is 23 minutes ahead of the cloud's/,
      /Set this machine's clock/,
      23 * 60_000,
    ],
  ];
  test.each(wrong)(
    'with %s is told what is wrong and what to do',
    async (_what, over, says, fix, skew = 0) => {
      const url = await simulated();
      const [found] = await look({ origins: { it: ecs(url, over(url)) }, skew });
      expect(found).toMatchObject({
        ok: false,
        says: expect.stringMatching(says),
        fix: expect.stringMatching(fix),
      });
    },
  );

  test('whose service looks at the form of an id first is asked with the other form', async () => {
    const server = await serve((req, res) =>
      res.writeHead(400).end(req.url!.includes('0-0000-') ? '{"code":"Common.0011"}' : 'what is this?'),
    );
    const [found] = await look({ origins: { it: ecs(server.url) } });
    expect(found).toMatchObject({ ok: true, says: 'route, credentials and project are right' });
    expect(server.requests).toHaveLength(2);
  });

  test('with a page of HTML, a throttle or other JSON instead of an answer is told', () => {
    expect(verdictOf({ kind: 'unavailable', detail: 'HTTP 502: an HTML page' }).ok).toBe(false);
    expect(verdictOf({ kind: 'throttled', detail: 'HTTP 429' })).toMatchObject({
      fix: expect.stringMatching(/later/),
    });
    expect(verdictOf({ kind: 'malformed', detail: 'HTTP 200: {"a":1}' }).ok).toBe(false);
    expect(verdictOf({ kind: 'malformed', detail: 'HTTP 400 SFS.TURBO.0001: parameter error' }).ok).toBe(
      true,
    );
  });
});

describe('a channel', () => {
  const told = async (rest: string, env: Record<string, string> = {}): Promise<Finding> => {
    const [, found] = await look({ origins: { it: ecs(await simulated()) }, rest, env });
    return found!;
  };
  const slack = async (status: number, word: string) => {
    const server = await serve((_req, res) => res.writeHead(status).end(word));
    const found = await told(
      'subscriptions: { ops: { on: failures, channel: slack, target: env:SLACK } }\n',
      {
        SLACK: `${server.url}/services/T0001/B0001/secretsecret`,
      },
    );
    return { server, found };
  };

  test.each(['no_text', 'invalid_payload'])('Slack, whose webhook is there: %s', async (word) => {
    const { server, found } = await slack(400, word);
    expect(found).toEqual({
      what: 'subscription ops (slack)',
      ok: true,
      says: 'the webhook is there; nothing was posted',
    });
    expect(server.requests).toMatchObject([{ method: 'POST', body: '{}' }]);
  });

  test.each([
    [404, 'no_service', /Make a new incoming webhook/],
    [403, 'invalid_token', /Make a new incoming webhook/],
    [400, 'something_else', /Make a new incoming webhook/],
    [500, '', /or Slack is down/],
  ])('Slack with HTTP %i %s', async (status, word, fix) => {
    const { found } = await slack(status, word);
    expect(found).toMatchObject({ ok: false, fix: expect.stringMatching(fix) });
  });

  const hook = (target: string): string =>
    `subscriptions: { ci: { on: endings, channel: webhook, target: '${target}', signing_keys: [env:WHSEC] } }\n`;

  test('a webhook that can be connected to, without a word to it', async () => {
    const server = await serve((_req, res) => res.end());
    const found = await told(hook(`${server.url}/hook`));
    expect(found).toMatchObject({ ok: true, says: expect.stringMatching(/nothing was sent/) });
    expect(server.connections()).toBe(1);
    expect(server.requests).toEqual([]);
  });

  test.each([
    ['http://127.0.0.1:1/', /^refused: /],
    ['https://hooks.invalid/', /^dns: /],
  ])('a webhook at %s', async (target, says) => {
    expect(await told(hook(target))).toMatchObject({ ok: false, says: expect.stringMatching(says) });
  });

  test('a webhook that only seems to speak TLS', async () => {
    const server = await serve((_req, res) => res.end());
    expect(await told(hook(server.url.replace('http:', 'https:')))).toMatchObject({
      ok: false,
      says: expect.stringMatching(/^tls: /),
    });
  });

  const mail = (port: number, more = ''): string =>
    'subscriptions: { team: { on: endings, channel: email, to: [a@example.com, b@example.com] } }\n' +
    `mail: { host: 127.0.0.1, port: ${port}, from: jobchime@example.com${more} }\n`;

  test('a mail server that lets us in is tried once, and gets no mail', async () => {
    const { port, delivered } = await mailbox();
    expect(await told(mail(port))).toEqual({
      what: 'mail',
      ok: true,
      says: 'the server lets us in; nothing was sent',
    });
    expect(delivered).toEqual([]);
  });

  test('a mail server that does not let us in', async () => {
    const { port } = await mailbox({
      disabledCommands: [],
      authOptional: false,
      onAuth: (_auth, _session, done) => done(refusal(535, 'Invalid credentials')),
    });
    expect(await told(mail(1))).toMatchObject({ ok: false, fix: expect.stringMatching(/mail\.host/) });
    // The certificate of the test's server is its own: STARTTLS with it is refused before any password is sent.
    const found = await told(mail(port, ', user: jobchime, password: env:PASSWORD'));
    expect(found).toMatchObject({ what: 'mail', ok: false });
  });
});
