import { describe, expect, it } from 'vitest';
import type { OriginConfig } from '../../../lib/core/origin-config.ts';
import { DEFAULT_POLICY } from '../../../lib/core/jobs/policy.ts';
import { endpointId } from '../../../lib/core/notify/endpoint.ts';
import { matches } from '../../../lib/core/notify/pattern.ts';
import { CERTIFICATE, changed, configOf, depsWith, ENV, problemsOf, SIGNING_KEY, VALID } from './kit.ts';

describe('a valid file', () => {
  const { deps, read, secrets } = depsWith();
  const config = configOf(VALID, deps);
  // What the clouds are opened with: the two types are written apart, and must stay alike.
  const [hwc, otc]: OriginConfig[] = config.origins;

  it('takes an origin to be asked as often and as much side by side as it says', () => {
    const [bare] = configOf(VALID).origins;
    expect(bare).not.toHaveProperty('rate');
    expect(bare).not.toHaveProperty('concurrency');
    for (const [rate, concurrency] of [
      [1_280, 64],
      [5_120, 256],
      [0.1, 1],
    ]) {
      const text = changed(
        'dialect: ecs',
        `dialect: ecs\n    rate: ${rate}\n    concurrency: ${concurrency}`,
      );
      expect(configOf(text).origins[0]).toMatchObject({ rate, concurrency });
    }
    expect(problemsOf(changed('dialect: ecs', 'dialect: ecs\n    rate: 1280'))).toEqual([]);
  });

  it('gives origins with their credentials resolved', () => {
    expect(hwc).toMatchObject({ name: 'hwc-ecs', dialect: 'ecs', cloud: 'huawei', region: 'eu-west-101' });
    expect(hwc?.projectId).toBe('0123456789abcdef0123456789abcdef');
    const keys = hwc?.auth.kind === 'keys' ? hwc.auth : undefined;
    expect([keys?.accessKey(), keys?.secretKey()]).toEqual([ENV.HWC_AK, ENV.HWC_SK]);
    const password = otc?.auth.kind === 'password' ? otc.auth : undefined;
    expect(password).toMatchObject({ iam: 'https://iam.eu-de.otc.t-systems.com', user: 'monitor' });
    expect(password?.password()).toBe('from a file');
  });

  it('reduces an endpoint to scheme, host and port', () => {
    expect(otc?.endpoint).toBe('https://elb.eu-de.otc.t-systems.com');
  });

  it('takes relative paths as relative to the file', () => {
    expect(config.store).toBe('/etc/jobchime/data/jobs.db');
    expect(read).toEqual(['/etc/jobchime/secrets/otc_password']);
  });

  it('gives subscriptions whose names are their ids', () => {
    expect(config.subscriptions.map(({ id, name, channel }) => [id, name, channel])).toEqual([
      ['ops-failures', 'ops-failures', 'slack'],
      ['team-mail', 'team-mail', 'email'],
      ['ci', 'ci', 'webhook'],
    ]);
    const pattern = config.subscriptions[2]!.pattern;
    expect(matches(pattern, { 'detail-type': 'job.failed' })).toBe(true);
    expect(matches(pattern, { 'detail-type': 'job.lost' })).toBe(false);
  });

  it('has the messages of groups stand for their jobs, or not, as a subscription says', () => {
    const fold = (value: string) => VALID.replace('on: failures', `on: failures, fold: ${value}`);
    const [first, second] = configOf(fold('none'), deps).subscriptions;
    expect([first!.fold, second!.fold]).toEqual(['none', undefined]);
    expect(problemsOf(fold('all'))).toMatchObject([{ where: 'subscriptions.ops-failures.fold' }]);
  });

  it('says which subscriptions get the events of a job one after the other', () => {
    const ordered = (value: string) => VALID.replace('on: failures', `on: failures, ordered: ${value}`);
    const [first, second] = configOf(ordered('true'), deps).subscriptions;
    expect([first!.ordered, second!.ordered]).toEqual([true, undefined]);
    expect(problemsOf(ordered('maybe'))).toMatchObject([{ where: 'subscriptions.ops-failures.ordered' }]);
  });

  it('says in which language and time zone messages are', () => {
    const reader = (keys: string) => VALID.replace('on: failures', `on: failures, ${keys}`);
    const [first, second] = configOf(reader('lang: de, zone: Europe/Berlin'), deps).subscriptions;
    expect(first!.targets[0]!.reader).toEqual({ lang: 'de', zone: 'Europe/Berlin' });
    expect(second!.targets[0]).not.toHaveProperty('reader');
    expect(problemsOf(reader('lang: fr'))).toMatchObject([{ where: 'subscriptions.ops-failures.lang' }]);
    expect(problemsOf(reader('zone: CST'))).toMatchObject([{ where: 'subscriptions.ops-failures.zone' }]);
  });

  it('shows of a target only what may be shown', () => {
    const targets = config.subscriptions.flatMap((one) => one.targets);
    expect(targets.map((one) => one.shown)).toEqual([
      'Slack (hooks.slack.com/…)',
      'ops@example.com',
      'oncall@example.com',
      'https://ci.example.com/…',
    ]);
    expect(targets[0]!.endpoint).toBe(endpointId('slack', ENV.SLACK_OPS_URL));
    expect(targets[3]!.signingKeys?.map((key) => key())).toEqual([SIGNING_KEY]);
  });

  it('lets every secret be redacted, and a webhook URL that is written out as well', () => {
    const told = [ENV.HWC_AK, ENV.HWC_SK, 'from a file', ENV.SLACK_OPS_URL, SIGNING_KEY, ENV.SMTP_PASSWORD];
    for (const value of [...told, 'https://ci.example.com/hooks/jobs?team=a']) {
      expect(secrets.redact(`<${value}>`)).toBe('<[redacted]>');
    }
    expect(secrets.redact('https://ci.example.com/…')).toBe('https://ci.example.com/…');
  });

  it('keeps secrets out of its own JSON', () => {
    const json = JSON.stringify(config);
    for (const value of [ENV.HWC_SK, 'from a file', 'exampleexample', ENV.SMTP_PASSWORD, 'team=a']) {
      expect(json).not.toContain(value);
    }
  });

  it('completes the policy with the defaults', () => {
    expect(config.policy).toEqual({ ...DEFAULT_POLICY, checkEvery: 60_000, notFoundConfirm: 5 });
  });

  it('gives mail settings, and lower-case hosts that are allowed', () => {
    expect(config.mail).toMatchObject({
      host: 'smtp.example.com',
      port: 587,
      secure: false,
      user: 'jobchime',
    });
    expect(config.mail?.password?.()).toBe(ENV.SMTP_PASSWORD);
    expect(config.allowPrivate).toEqual(['10.0.0.5', 'hooks.internal']);
    expect(config.logLevel).toBe('debug');
  });
});

it('takes one mailbox for one, in whatever capitals it stands', () => {
  const config = configOf(
    changed(
      '[ops@example.com, oncall@example.com]',
      '[Ops@Example.com, oncall@example.com, ops@example.COM]',
    ),
  );
  const [mail] = config.subscriptions.filter(({ channel }) => channel === 'email');
  expect(mail?.targets.map(({ shown }) => shown)).toEqual(['Ops@Example.com', 'oncall@example.com']);
});

describe('what may be left out', () => {
  const MINIMAL = VALID.slice(VALID.indexOf('origins:'), VALID.indexOf('  otc-elb:'));

  it('is everything but one origin', () => {
    const config = configOf(MINIMAL);
    expect(config.store).toBe('/etc/jobchime/jobchime.db');
    expect(config).toMatchObject({ subscriptions: [], mail: null, allowPrivate: [], logLevel: 'info' });
    expect(config.policy).toEqual(DEFAULT_POLICY);
  });

  it('leaves port 465 to mean TLS from the start', () => {
    expect(configOf(`${MINIMAL}mail: { host: mx, port: 465, from: a@b.example }`).mail).toEqual({
      host: 'mx',
      port: 465,
      secure: true,
      from: 'a@b.example',
    });
  });

  it('is who signs the certificate of the mail server', () => {
    const mail = (tls: string) =>
      configOf(`${MINIMAL}mail: { host: mx, from: a@b.example, tls: ${tls} }`).mail;
    expect(mail('{ verify: false }')?.tls).toEqual({ verify: false });
    expect(mail('{ ca: file:relay.pem }')?.tls?.ca?.()).toBe(CERTIFICATE.trim());
    expect(configOf(`${MINIMAL}mail: { host: mx, from: a@b.example }`).mail).not.toHaveProperty('tls');
  });

  it('is the name of the sender, which may have any character', () => {
    const from = (text: string) =>
      configOf(`${MINIMAL}mail: { host: mx, from: ${JSON.stringify(text)} }`).mail?.from;
    for (const text of [
      'Jobchime: prod <a@b.example>',
      'J (x), "y" <a@b.example>',
      '"J; x" <a@b.example>',
      '<a@b.example>',
    ])
      expect(from(text)).toBe(text);
  });

  it('may be shared by an alias', () => {
    const text = changed('auth: { access', 'auth: &hwc { access').replace(
      /auth:\n[^]*?\nsub/,
      'auth: *hwc\nsub',
    );
    const [first, second] = configOf(text).origins;
    expect(second?.auth).toEqual({
      kind: 'keys',
      accessKey: expect.any(Function),
      secretKey: expect.any(Function),
    });
    expect(first?.auth.kind).toBe('keys');
  });

  it.each([
    ['a token', '{ token: env:IAM_TOKEN }', 'token'],
    [
      'temporary keys',
      '{ access_key: env:HWC_AK, secret_key: env:HWC_SK, security_token: env:IAM_TOKEN }',
      'keys',
    ],
  ])('signs in with %s', (_, auth, kind) => {
    const text = changed('{ access_key: env:HWC_AK, secret_key: env:HWC_SK }', auth);
    expect(configOf(text).origins[0]?.auth.kind).toBe(kind);
  });

  it.each(['http://localhost:8080', 'http://127.0.0.1:8080', 'http://10.0.0.5', 'http://hooks.internal'])(
    'is TLS for an endpoint on %s',
    (endpoint) => {
      const text = changed('https://ecs.eu-west-101.myhuaweicloud.eu', endpoint);
      expect(configOf(text).origins[0]?.endpoint).toBe(endpoint);
    },
  );

  it('is found from cloud, region and dialect, and so is IAM', () => {
    const text = VALID.replace(/    endpoint: .*\n/g, '').replace(/      iam: .*\n/, '');
    const [hwc, otc] = configOf(text).origins;
    expect(hwc?.endpoint).toBe('https://ecs.eu-west-101.myhuaweicloud.eu');
    expect(otc).toMatchObject({
      endpoint: 'https://elb.eu-de.otc.t-systems.com',
      auth: { kind: 'password', iam: 'https://iam.eu-de.otc.t-systems.com' },
    });
  });

  it('may be somebody else’s by name', () => {
    const text = changed('https://iam.eu-de.otc.t-systems.com', 'https://iam.example.com');
    const trusting = `${text}trusted_hosts: [IAM.example.com]\n`;
    expect(configOf(trusting).origins[1]?.auth).toMatchObject({ iam: 'https://iam.example.com' });
  });

  it('lets an agency be assumed, with keys or with a password', () => {
    const agency = { name: 'jobs', domain: 'OTC00000000001000000002' };
    const text = changed(
      'secret_key: env:HWC_SK }',
      `secret_key: env:HWC_SK, agency: ${JSON.stringify(agency)} }`,
    );
    expect(configOf(text).origins[0]?.auth).toMatchObject({
      agency: { ...agency, iam: 'https://iam.eu-west-101.myhuaweicloud.eu' },
    });
    const other = changed(
      '      user: monitor\n',
      `      user: monitor\n      agency: ${JSON.stringify(agency)}\n`,
    );
    expect(configOf(other).origins[1]?.auth).toMatchObject({ user: 'monitor', agency });
  });

  it('takes the form of the signature', () => {
    const text = changed('secret_key: env:HWC_SK }', 'secret_key: env:HWC_SK, signature: credential }');
    expect(configOf(text).origins[0]?.auth).toMatchObject({ kind: 'keys', signature: 'credential' });
  });

  it('is not the base path of an endpoint behind a proxy', () => {
    const text = changed('https://ecs.eu-west-101.myhuaweicloud.eu', 'https://proxy.example.com/huawei/ecs/');
    expect(configOf(`${text}trusted_hosts: [Proxy.example.com]\n`).origins[0]?.endpoint).toBe(
      'https://proxy.example.com/huawei/ecs',
    );
  });

  it.each(['http://10.0.0.5/hook', 'http://hooks.internal:8080/', 'https://10.0.0.5/hook'])(
    'is TLS for a webhook on an allowed host: %s',
    (url) => {
      const text = changed('https://ci.example.com/hooks/jobs?team=a', url);
      expect(configOf(text).subscriptions[2]?.targets[0]?.address()).toBe(url);
    },
  );
});
