import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { answered } from '../../cli/init/ask.ts';
import { compose } from '../../cli/init/compose.ts';
import { CLOUDS } from '../../cli/init/choices.ts';
import { CHANNEL_NAMES } from '../../lib/adapters/channels/registry.ts';
import type { Answers } from '../../cli/init/questions.ts';
import { createSecrets } from '../../lib/adapters/platform/secrets.ts';
import { loadConfig } from '../../lib/wire/local/read-config.ts';
import { PROJECT, world } from './world.ts';

const EMAIL = { to: 'me@example.com', 'mail-host': 'smtp.example.com', 'mail-from': 'jobchime@example.com' };
const PASSWORD = { 'sign-in': 'password', user: 'mon: itor', domain: '*OTC"00' };
const silent = (): void => {};

describe('jobchime init', () => {
  it('writes what config check and doctor find nothing wrong with', async () => {
    const w = await world();
    const { S } = w.env;
    const options = `--cloud otc --region eu-de --services ecs --project ${PROJECT} --endpoint ${S}/otc-ecs --channel none`;
    const ran = await w.run(`jobchime init --config mine.yaml ${options}`);
    expect(ran).toMatchObject({ code: 0, err: '' });
    expect(ran.out).toContain('Fill in OTC_AK, OTC_SK in ');
    expect(ran.out).toContain('jobchime token create me --scope admin');
    const env = join(w.folder, '.env');
    expect(statSync(env).mode & 0o777).toBe(0o600);
    writeFileSync(
      env,
      readFileSync(env, 'utf8')
        .replace('OTC_AK=', `OTC_AK=${w.env.AK}`)
        .replace('OTC_SK=', `OTC_SK=${w.env.SK}`),
    );
    expect((await w.run('jobchime config check mine.yaml')).out).toContain(
      'is fine: 1 origin, 0 subscriptions',
    );
    expect(await w.run('jobchime doctor --config mine.yaml')).toMatchObject({
      code: 0,
      out: 'ok     origin otc-ecs: route, credentials and project are right\n',
    });
    // What is there is never lost.
    expect(await w.run(`jobchime init --config mine.yaml ${options}`)).toMatchObject({
      code: 1,
      err: expect.stringContaining('is there already'),
    });
    // Keys that are ours alone need nobody, and are not shown.
    expect(readFileSync(env, 'utf8')).toMatch(/^JOBCHIME_KEY=[\w+/]{43}=$/m);
    expect(ran.out).not.toMatch(/JOBCHIME_KEY|[\w+/]{43}=/);
    const again = await w.run(`jobchime init --config other.yaml ${options}`);
    expect(again.out).toContain('OTC_AK=');
    expect(readFileSync(env, 'utf8')).toContain(`OTC_AK=${w.env.AK}`);
  }, 60_000);

  it('of all services writes one block whose jobs nobody hands in, and their ends are told', async () => {
    const w = await world();
    const { S } = w.env;
    const ran = await w.run(
      `jobchime init --config all.yaml --cloud otc --region eu-de --project ${PROJECT} --endpoint ${S}/otc-{dialect} --channel slack --on endings`,
    );
    expect(ran).toMatchObject({ code: 0, err: '' });
    const yaml = readFileSync(join(w.folder, 'all.yaml'), 'utf8');
    expect(yaml).not.toContain('origins:');
    expect(yaml.match(/^accounts:$/gm)).toHaveLength(1);
    // What it says is told from a call to a message: the sweep's pace is the only thing that a test may shorten.
    writeFileSync(
      join(w.folder, 'all.yaml'),
      `${yaml.replace('127.0.0.1:8481', '127.0.0.1:0')}allow_private: [127.0.0.1]\npolicy: { first_check: 1s, check_every: 1s }\n`,
    );
    const env = { OTC_AK: w.env.AK!, OTC_SK: w.env.SK!, SLACK_URL: w.slack.url };
    const jobId = w.simulator.submit({
      system: 'otc-ecs',
      life: { end: 'SUCCESS', runMs: 600_000 },
      trace: { name: 'web-9', delayMs: 0 },
    });
    Object.assign(w.env, env);
    const service = await w.start('jobchime start --config all.yaml', 'service.started');
    // It ends when it is known: what had ended before is nobody's business.
    await vi.waitFor(() => expect(w.simulator.jobs()[0]!.requests).toBeGreaterThan(0), 30_000);
    w.simulator.reset();
    w.simulator.submit({ system: 'otc-ecs', jobId, life: { end: 'SUCCESS', runMs: 0 } });
    await service.until('job.succeeded');
    expect(JSON.stringify(w.slack.arrivals)).toContain('web-9');
  }, 60_000);

  it('without a terminal names all options that are missing, and says what is wrong with one', async () => {
    const w = await world();
    expect(await w.run('jobchime init --config a.yaml --channel email')).toMatchObject({
      code: 1,
      err: 'There is no terminal to ask in: give --project, --to, --mail-host, --mail-from as well.\n',
    });
    const wrong = async (options: string) => (await w.run(`jobchime init --config a.yaml ${options}`)).err;
    expect(await wrong('--cloud aws')).toBe('--cloud is none of huawei, otc.\n');
    expect(await wrong('--cloud otc --region mars-1')).toContain(
      '--region is no region whose hosts are known: eu-de',
    );
    expect(await wrong('--services ecs,toaster')).toContain('--services has toaster, which is none of ');
  }, 60_000);

  it('offers the services of a region without trace records, ready to copy, and takes them where none is named', async () => {
    const given = { cloud: 'otc', region: 'eu-nl', project: PROJECT, channel: 'none' };
    const refused = await answered({ ...given, services: 'all' }, null, silent).then(
      () => '',
      (error: Error) => error.message,
    );
    expect(refused).toContain(
      '--services all finds jobs in trace records, and no Cloud Trace Service is known in eu-nl: say --services ',
    );
    const offered = /say --services (\S+)\.$/.exec(refused)?.[1] ?? '';
    expect(offered.split(',')).toContain('ecs');
    expect(offered.split(',')).not.toContain('sdrs');
    const { services } = await answered(given, null, silent);
    expect(services).toBe(offered);
    const { yaml } = compose(await answered({ ...given, services: offered }, null, silent));
    expect(loadConfig(yaml, '/tmp/jobchime.yaml', {}, createSecrets(), 'later').ok).toBe(true);
    expect(yaml.match(/dialect: /g)).toHaveLength(offered.split(',').length);
  });

  it('asks in a terminal, offers what is usual, and asks again where an answer cannot be', async () => {
    const said: string[] = [];
    const asked: string[] = [];
    const typed = ['otc', '', 'toaster', 'ecs, evs', PROJECT, '', 'slack', ''];
    const ask = async (prompt: string) => {
      asked.push(prompt);
      return typed.shift()!;
    };
    const answers = await answered({}, ask, (line) => said.push(line));
    expect(answers).toMatchObject({ cloud: 'otc', region: 'eu-de', services: 'ecs, evs', 'sign-in': 'keys' });
    expect(answers).toMatchObject({ on: 'failures' });
    expect(said).toEqual([expect.stringMatching(/^That has toaster, which is none of /)]);
    expect(asked[0]).toBe('Which cloud (huawei, otc) [huawei]: ');
    expect(asked[1]).toBe('Which region [eu-de]: ');
  });

  it('asks again for what no configuration takes, in lines that a terminal of 80 columns shows whole', async () => {
    const lines: string[] = [];
    const said: string[] = [];
    const typed = ['', '', '', 'web-shop', PROJECT, '', '', ''];
    const ask = async (prompt: string) => {
      lines.push(...prompt.split('\n'));
      return typed.shift()!;
    };
    expect(await answered({}, ask, (line) => said.push(line))).toMatchObject({ project: PROJECT });
    expect(said).toEqual(['That is no id of a project, which has 32 digits and letters a to f.']);
    expect(lines.filter((line) => line.length > 78)).toEqual([]);
  });

  it('asks where a password signs in when the services are elsewhere', async () => {
    const elsewhere = { endpoint: 'http://127.0.0.1:8480/otc-{dialect}', channel: 'none', services: 'ecs' };
    const given = { cloud: 'otc', project: PROJECT, ...PASSWORD, ...elsewhere };
    await expect(answered(given, null, silent)).rejects.toThrow('give --iam as well');
    const iam = 'http://127.0.0.1:8480/iam';
    const { yaml } = compose(await answered({ ...given, iam }, null, silent));
    expect(loadConfig(yaml, '/tmp/jobchime.yaml', {}, createSecrets(), 'later')).toMatchObject({ ok: true });
    expect(yaml).toContain('endpoint: "http://127.0.0.1:8480/otc-ecs"');
    const known = { ...given, endpoint: 'https://ecs.eu-de.otc.t-systems.com' };
    expect(await answered(known, null, silent)).not.toHaveProperty('iam');
  });

  it.each(CLOUDS.flatMap((cloud) => [...CHANNEL_NAMES, 'none'].map((channel) => [cloud, channel] as const)))(
    'writes a valid configuration for %s and %s, by keys and by password',
    async (cloud, channel) => {
      const asked = [{}, PASSWORD].flatMap((how) => [how, { ...how, services: 'ecs,evs', on: 'endings' }]);
      for (const how of asked as Answers[]) {
        const given = {
          cloud,
          channel,
          project: PROJECT,
          ...how,
          ...(channel === 'email' && EMAIL),
        };
        const { yaml, secrets } = compose(await answered(given, null, silent));
        const found = loadConfig(yaml, '/tmp/jobchime.yaml', {}, createSecrets(), 'later');
        expect(found.ok ? [] : found.problems).toEqual([]);
        for (const { name } of secrets) expect(yaml).toContain(`env:${name}`);
        expect(yaml.match(/env:/g) ?? []).toHaveLength(secrets.length);
      }
    },
  );
});
