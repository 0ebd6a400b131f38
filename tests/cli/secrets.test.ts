import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { world } from './world.ts';

const ALL = ['AK', 'SK', 'SLACK_URL', 'SIGNING_KEY', 'SEAL_KEY', 'SMTP_PASSWORD'];
/** An environment in which none of these is set. */
const without = (...names: string[]) => ({ env: Object.fromEntries(names.map((name) => [name, undefined])) });
const API =
  'api: { listen: 127.0.0.1:0, secret_key: env:SEAL_KEY, public_url: https://jobchime.example.com }\n';

async function poorWorld() {
  const w = await world(API);
  w.env.SEAL_KEY = Buffer.alloc(32, 7).toString('base64');
  w.env.SMTP_PASSWORD = 'a-password-for-mail';
  const text = w.configText.replace('from: ', 'user: jobchime, password: env:SMTP_PASSWORD, from: ');
  writeFileSync(join(w.folder, 'jobchime.yaml'), text);
  return w;
}

describe('a command whose secrets are not there', () => {
  it('works where it uses none of them', async () => {
    const w = await poorWorld();
    const id = w.simulator.submit({ system: 'otc-ecs', life: { end: 'FAIL', runMs: 1 } });
    await w.run(`jobchime track otc-ecs ${id}`);
    for (const line of [
      'jobs',
      `explain ${id}`,
      'events',
      'token create ci --scope read',
      'token list',
      'backup copy.db',
      'export > export.jsonl',
      'import < export.jsonl',
      'restore copy.db',
      'track otc-ecs another --notify slack:ops-failures',
      `wait --timeout 10ms ${id}`,
    ]) {
      const ran = await w.run(`jobchime ${line}`, without(...ALL));
      expect([line, ran.code]).toEqual([line, line.startsWith('wait') ? 3 : 0]);
      expect(ran.err).not.toContain('env:');
    }
    expect((await w.run('jobchime jobs')).out).toContain('another');
  }, 120_000);

  it('is refused by all that are missing where it uses them all: start, doctor and config check', async () => {
    const w = await poorWorld();
    for (const line of ['start', 'doctor', 'config check']) {
      const ran = await w.run(`jobchime ${line}`, without(...ALL));
      expect([line, ran.code, ran.out]).toEqual([line, 1, '']);
      for (const name of ALL) {
        expect(ran.err).toContain(
          `env:${name}: this environment variable is not set\n    Set it before the service starts, in its environment ` +
            'or in .env beside the configuration; or correct the reference.',
        );
      }
    }
  }, 60_000);

  it('says what else is wrong with the configuration, and that alone', async () => {
    const w = await poorWorld();
    writeFileSync(join(w.folder, 'bad.yaml'), w.configText.replace('policy:', 'polcy:'));
    const ran = await w.run('jobchime jobs --config bad.yaml', without('AK'));
    expect(ran).toMatchObject({ code: 1, err: expect.stringContaining("did you mean 'policy'?") });
    expect(ran.err).not.toContain('env:AK');
  }, 60_000);
});

describe('.env beside the configuration', () => {
  it('is read, from whatever folder, and outweighed by the environment', async () => {
    const w = await world();
    const { AK, SK, SLACK_URL, SIGNING_KEY } = w.env;
    writeFileSync(
      join(w.folder, '.env'),
      `# secrets\nexport AK=${AK}\nSK="${SK}"\nSLACK_URL='${SLACK_URL}'\nSIGNING_KEY=${SIGNING_KEY}\n`,
    );
    const none = without('AK', 'SK', 'SLACK_URL', 'SIGNING_KEY');
    const below = join(w.folder, 'below');
    mkdirSync(below);
    const fine = await w.run('jobchime config check ../jobchime.yaml', { ...none, folder: below });
    expect(fine).toMatchObject({ code: 0, out: expect.stringContaining('is fine') });
    const outweighed = await w.run('SLACK_URL=ftp://nowhere jobchime config check', none);
    expect(outweighed).toMatchObject({
      code: 1,
      err: expect.stringContaining('what it refers to is not an https URL'),
    });
    // A virtual environment of Python is not meant.
    rmSync(join(w.folder, '.env'));
    mkdirSync(join(w.folder, '.env'));
    expect((await w.run('jobchime config check')).code).toBe(0);
  }, 60_000);
});

describe('what is not where the configuration says', () => {
  it.each([
    [
      './none/jobchime.db',
      /store: the folder \S+\/none does not exist\n {4}Create it, or choose another path\./,
    ],
    ['./none/deeper/jobchime.db', /store: the folder \S+\/none\/deeper does not exist\n {4}Create it/],
    [
      './jobchime.yaml/jobchime.db',
      /store: \S+\/jobchime\.yaml is a file, not a folder\n {4}Choose another path\./,
    ],
    ['./bin', /store: is a folder\n {4}Name a file in it, for example \S+\/bin\/jobchime\.db\./],
  ])(
    'config check refuses the store %s',
    async (store, words) => {
      const w = await world(`store: ${store}\n`);
      const ran = await w.run('jobchime config check');
      expect(ran).toMatchObject({ code: 1, out: '', err: expect.stringMatching(words) });
      expect(ran.err).toMatch(/jobchime\.yaml:\d+:\d+: store/);
    },
    30_000,
  );

  it('a configuration that is not there is not a variable either', async () => {
    const w = await world();
    expect(await w.run('jobchime config check none.yaml')).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^There is no file \S+\/none\.yaml\. Copy jobchime\.example\.yaml there/),
    });
  }, 30_000);
});

it('jobs of an origin that there is not are none, and it is said where the names are', async () => {
  const w = await world();
  expect((await w.run('jobchime jobs')).out).toBe('No jobs.\n');
  expect((await w.run('jobchime jobs --origin otc-esc')).out).toBe(
    "No jobs of origin 'otc-esc'. `jobchime origins` lists those there are.\n",
  );
});
