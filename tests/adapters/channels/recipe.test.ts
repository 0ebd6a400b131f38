/** "Add a channel" of CONTRIBUTING.md, followed to the letter in a copy of the tree with a channel that does not exist. */
import { execFile } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CHANNEL_NAMES } from '../../../lib/adapters/channels/registry.ts';
import { FUNCTIONS, SERVERLESS } from '../../../scripts/bundle.ts';
import { SAMPLES } from '../../core/notify/samples.ts';
import { ASKS, DEFINITION, SENDER } from './invented.ts';

const root = new URL('../../../', import.meta.url).pathname;
const recipe = /^## Add a channel\n([^]*?)^## /m.exec(readFileSync(`${root}CONTRIBUTING.md`, 'utf8'))![1]!;
const LIST = 'lib/adapters/channels/every.ts';

const TREE = [
  'lib',
  'receiver',
  'functions',
  'cli',
  'client',
  'scripts',
  'tests/core/notify/samples.ts',
  'deploy',
  'package.json',
  'serverless.yml',
  'tsconfig.json',
];
const BUNDLES = `
import { build } from 'esbuild';
import { BUNDLING, entryOf } from './scripts/bundle.ts';
await build({ ...BUNDLING, entryPoints: process.argv.slice(1).map(entryOf), outdir: '.build' });
`;

let copy: string;
const inCopy = async (command: string, args: string[], env = {}): Promise<string> =>
  (await promisify(execFile)(command, args, { cwd: copy, env: { ...process.env, ...env } })).stdout;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), 'jobchime-channel-'));
  for (const path of TREE) cpSync(join(root, path), join(copy, path), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  // Steps 1 and 2: the folder.
  const folder = join(copy, 'lib/adapters/channels/parrot');
  mkdirSync(folder);
  writeFileSync(join(folder, 'definition.ts'), DEFINITION);
  writeFileSync(join(folder, 'sender.ts'), SENDER);
  // Step 3: its line in the list.
  appendFileSync(join(copy, LIST), `export { parrot } from './parrot/definition.ts';\n`);
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

describe('the recipe', () => {
  test('names places that exist, and every step in order', () => {
    const named = [...recipe.matchAll(/`((?:lib|tests|docs|functions)\/[\w./-]*)`/g)].map(
      ([, path]) => path!,
    );
    expect(named).toContain(LIST);
    for (const path of named.filter((one) => !one.includes('NAME')))
      expect([path, existsSync(join(root, path))]).toEqual([path, true]);
    expect([...recipe.matchAll(/^(\d)\. /gm)].map(([, step]) => step)).toEqual(['1', '2', '3', '4', '5']);
  });

  test('is right that the types ask for nothing else', async () => {
    writeFileSync(
      join(copy, 'tsconfig.copy.json'),
      '{ "extends": "./tsconfig.json", "include": ["lib", "receiver", "functions", "scripts", "deploy"] }',
    );
    expect(
      await inCopy(join(root, 'node_modules/.bin/tsc'), ['-p', 'tsconfig.copy.json', '--checkers', '1']),
    ).toBe('');
  }, 120_000);

  test('makes a channel of which configuration, API, doctor and delivery know', async () => {
    writeFileSync(join(copy, 'asks.ts'), ASKS);
    const event = SAMPLES['job.failed']!;
    const found: unknown = JSON.parse(
      await inCopy(process.execPath, ['asks.ts'], { EVENT: JSON.stringify(event) }),
    );
    expect(found).toEqual({
      shown: expect.stringMatching(/^Parrot \(127\.0\.0\.1:\d+\/…\)$/) as unknown,
      receipt: 'sent',
      heard: [{ squawk: expect.any(String) as unknown }],
      rung: true,
      schedule: [60_000, 3_600_000],
      doctor: { what: 'subscription birds (parrot)', ok: true, says: 'the parrot is awake' },
      schema: true,
      forms: expect.stringContaining('parrot:NAME') as unknown,
      api: true,
      channels: [...CHANNEL_NAMES, 'parrot'].toSorted(),
      bundled: [...FUNCTIONS, 'parrot'].toSorted(),
      previewed: ['parrot.json'],
      init: { name: 'PARROT_URL', says: 'https://host/path' },
      environment: [
        'JOBCHIME_STAGE',
        'JOBCHIME_TABLE',
        'JOBCHIME_CONFIG',
        'JOBCHIME_CHANNELS',
        'OTEL_EXPORTER_OTLP_ENDPOINT',
        'JOBCHIME_PARROT_QUEUE',
      ],
      rings: ['JOBCHIME_PARROT_QUEUE'],
    });
  }, 60_000);

  test('makes its function, bundle, queue, role and alarms on AWS', async () => {
    // As `npm run package` does with all of them; of the others nothing is asked here.
    await inCopy(process.execPath, ['--input-type=module', '-e', BUNDLES, 'parrot', 'route']);
    for (const name of ['api', 'track', 'sweep', 'slack'])
      writeFileSync(join(copy, `.build/${name}.mjs`), '');
    await inCopy(SERVERLESS, ['package', '--param', 'channels=parrot,slack']);
    const template = readFileSync(
      join(copy, '.serverless/cloudformation-template-update-stack.json'),
      'utf8',
    );
    const { Resources } = JSON.parse(template) as { Resources: Record<string, { Properties: object }> };
    expect(Resources['ParrotLambdaFunction']!.Properties).toMatchObject({
      Handler: '.build/parrot.handler',
      Timeout: 120,
      MemorySize: 256,
      Role: { 'Fn::GetAtt': ['ParrotRole', 'Arn'] },
      Environment: { Variables: { JOBCHIME_PARROT_QUEUE: { Ref: 'ParrotQueue' } } },
    });
    for (const caller of ['Api', 'Sweep', 'Route'])
      expect(Resources[`${caller}LambdaFunction`]!.Properties).toHaveProperty(
        'Environment.Variables.JOBCHIME_PARROT_QUEUE',
      );
    expect(Object.keys(Resources)).toEqual(
      expect.arrayContaining([
        'ParrotQueue',
        'ParrotDeadLetters',
        'ParrotRole',
        'ParrotErrorsAlarm',
        'ParrotQueueAgeAlarm',
        'ParrotEventSourceMappingSQSParrotQueue',
      ]),
    );
    const bundle = readFileSync(join(copy, '.build/parrot.mjs'), 'utf8');
    expect(bundle).toContain('squawk');
    // The others know that it is there, and do not bring along what it sends with.
    expect(readFileSync(join(copy, '.build/route.mjs'), 'utf8')).not.toContain('squawk');
  }, 120_000);
});
