import { describe, expect, it } from 'vitest';
import type { Http, HttpRequest } from '../../../lib/adapters/platform/http.ts';
import { createClouds } from '../../../lib/adapters/clouds/client.ts';
import {
  parseConfig,
  type ConfigDeps,
  type Config,
  type Problem,
} from '../../../lib/adapters/config/config.ts';
import { signerFor } from '../../../lib/core/notify/notify.ts';
import { openDoors } from '../../../lib/wire/http.ts';
import { sealerOf } from '../../../lib/wire/sealer.ts';
import { depsWith, ENV, VALID } from './kit.ts';

function later(env: Record<string, string | undefined>, more: Partial<ConfigDeps> = {}) {
  const { deps } = depsWith(env);
  const parsed = parseConfig(VALID, { ...deps, missingSecrets: 'later', ...more });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed;
}

describe('a configuration whose secrets are left for later', () => {
  it('is the same where they are all there', () => {
    const { deps } = depsWith();
    const strict = parseConfig(VALID, deps) as { config: Config };
    const { config, unresolved } = later(ENV);
    expect(JSON.stringify(config)).toBe(JSON.stringify(strict.config));
    expect(unresolved).toEqual([]);
  });

  it('reports what is missing, or not what it must be, with its place', () => {
    const env = { ...ENV, HWC_SK: undefined, SLACK_OPS_URL: 'not a URL', CI_WEBHOOK_KEY: 'whsec_short' };
    const { unresolved } = later(env);
    expect(unresolved.map(({ where, problem, line }: Problem) => [where, problem, line! > 0])).toEqual([
      ['origins.hwc-ecs.auth.secret_key', 'env:HWC_SK: this environment variable is not set', true],
      ['subscriptions.ops-failures.target', 'what it refers to is not an https URL', true],
      ['subscriptions.ci.signing_keys[0]', 'what it refers to is not a webhook signing key', true],
    ]);
  });

  it('puts one origin out of action, which says why, and leaves the others alone', async () => {
    const { config } = later({ ...ENV, HWC_SK: undefined });
    const asked: string[] = [];
    const noNetwork = async ({ url }: { url: HttpRequest['url'] }): Promise<never> => {
      asked.push(typeof url === 'string' ? url : url.host);
      throw new Error('no network here');
    };
    const http = { fetch: noNetwork as Http['fetch'], whole: noNetwork };
    const { secrets } = depsWith();
    const clouds = createClouds(config.origins, {
      http,
      secrets,
      clock: () => 0,
      telemetry: { line() {} },
    });
    const [one, other] = config.origins;
    expect(clouds.describe(one!.name)?.account).not.toBe(clouds.describe(other!.name)?.account);
    const ask = (origin: typeof one) =>
      clouds.check({ origin: origin!.name, projectId: origin!.projectId, jobId: 'a'.repeat(32) });
    expect(await ask(one)).toEqual({
      kind: 'denied',
      detail: expect.stringMatching(/^env:HWC_SK: this environment variable is not set\. Set it before/),
    });
    expect(asked).toEqual([]);
    await ask(other);
    expect(asked.length).toBeGreaterThan(0);
  });

  it('keeps what is meant for a target that is not known, and shows why', () => {
    const { config } = later({ ...ENV, SLACK_OPS_URL: undefined });
    const slack = config.subscriptions.find(({ name }) => name === 'ops-failures')!;
    expect(slack).toMatchObject({ paused: true, channel: 'slack' });
    expect(slack.targets[0]!.shown).toMatch(
      /^slack \(env:SLACK_OPS_URL: this environment variable is not set\./,
    );
    expect(() => slack.targets[0]!.address()).toThrow('env:SLACK_OPS_URL');
    expect(config.subscriptions.filter(({ paused }) => paused)).toHaveLength(1);
    expect(signerFor('https://ci.example.com/other', config.subscriptions)?.name).toBe('ci');
  });

  it('needs certificates only where they are believed, and believes nobody in their stead', async () => {
    const text = `${VALID.replace('\nmail:', '\nmail:\n  tls: { ca: file:gone.pem }')}network: { ca: env:NO_CA }\n`;
    const { deps, secrets } = depsWith();
    const parsed = parseConfig(text, { ...deps, missingSecrets: 'later' });
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
    const { config, unresolved } = parsed;
    expect(unresolved.map(({ where }) => where)).toEqual(['mail.tls.ca', 'network.ca']);
    expect(() => config.mail!.tls!.ca!()).toThrow('file:gone.pem cannot be read (ENOENT). There is no file');
    await openDoors({ config, secrets }).close();
    const faulty = text.replace('file:gone.pem', './gone.pem');
    expect(parseConfig(faulty, { ...deps, missingSecrets: 'later' })).toMatchObject({ ok: false });
  });

  it('seals nothing without the key that is configured, and says so', () => {
    const { deps } = depsWith({ ...ENV, JOBCHIME_KEY: undefined });
    const text = `${VALID}\napi: { listen: 127.0.0.1:0, secret_key: env:JOBCHIME_KEY }\n`;
    const parsed = parseConfig(text, { ...deps, missingSecrets: 'later' });
    const sealer = sealerOf((parsed as { config: Config }).config)!;
    expect(() => sealer.seal('a text', 'a thing')).toThrow(
      'env:JOBCHIME_KEY: this environment variable is not set',
    );
    expect(sealer.open('v1.abc', 'a thing')).toBeNull();
  });

  it('is refused for a secret that is written out, and for whatever else is wrong with it', () => {
    const { deps } = depsWith({});
    for (const [from, to] of [
      ['env:HWC_SK', 'hunter2hunter2'],
      ['dialect: ecs', 'dialect: esc'],
    ] as const) {
      const parsed = parseConfig(VALID.replace(from, to), { ...deps, missingSecrets: 'later' });
      expect(parsed).toMatchObject({ ok: false, problems: [expect.anything()] });
      expect(JSON.stringify(parsed)).not.toContain('hunter2');
    }
  });
});

describe('what to do about a reference that leads nowhere', () => {
  const fixFor = (reference: string, more: Partial<ConfigDeps> = {}): string => {
    const { deps } = depsWith();
    const parsed = parseConfig(VALID.replace('env:HWC_SK', reference), { ...deps, ...more });
    return parsed.ok ? 'fine' : parsed.problems[0]!.fix;
  };
  const failing = (code: string) => (): string => {
    throw Object.assign(new Error(code), { code });
  };

  it.each([
    [
      'env:NOT_SET',
      {},
      'Set it before the service starts, in its environment or in .env beside the configuration; or correct the reference.',
    ],
    [
      'env:NOT_SET',
      { envTrouble: 'EACCES' },
      'Set it before the service starts, in its environment or in .env beside the configuration, which cannot be read (EACCES); or correct the reference.',
    ],
    [
      'file:sk.txt',
      {},
      'There is no file /etc/jobchime/sk.txt: put the value into it, or correct the reference.',
    ],
    [
      'file:/run/secrets/sk',
      {},
      'There is no file /run/secrets/sk: put the value into it, or correct the reference.',
    ],
    [
      'file:/run/sk',
      { readFile: failing('EACCES') },
      'The user that runs Jobchime must be able to read /run/sk: change its permissions, or correct the reference.',
    ],
    ['file:/run', { readFile: failing('EISDIR') }, '/run is a folder: name the file in it.'],
    ['file:/run/sk', { readFile: () => '\n' }, 'Write the value into /run/sk, or correct the reference.'],
    ['ssm:/jobchime/sk', {}, 'Write env:NAME or file:/path.'],
  ] satisfies [string, Partial<ConfigDeps>, string][])('%s %o', (reference, more, fix) => {
    expect(fixFor(reference, more)).toBe(fix);
  });

  it('on AWS is to write a parameter', () => {
    const parameters = new Map<string, string>();
    expect(fixFor('env:NOT_SET', { parameters })).toBe(
      'Write ssm:/path: on AWS secrets are parameters of Systems Manager.',
    );
    expect(fixFor('ssm:/jobchime/sk', { parameters })).toBe('Make that parameter, or correct the reference.');
  });
});
