// The package as somebody gets it: packed, installed into an empty folder, and used. Needs the registry.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const root = new URL('../', import.meta.url).pathname;
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const folder = mkdtempSync(join(tmpdir(), 'jobchime-package-'));
const run = (command: string, args: string[], cwd = folder): string => {
  console.log(`> ${[command, ...args].join(' ')}`);
  return execFileSync(command, args, { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
};
const must = (right: unknown, words: string): void => {
  if (!right) throw new Error(words);
};

const USES_BOTH = `
import { createClient } from 'jobchime/client';
import { verifyWebhook } from 'jobchime/receiver';

const client: object = createClient({ url: 'http://127.0.0.1:1', token: 'jct_x' });
const key = 'whsec_' + btoa('x'.repeat(32));
const verified = verifyWebhook(new Headers(), '', key);
const reason: string = verified.ok ? verified.message.event.type : verified.reason;
console.log(typeof client, reason);
`;

const USES_RECEIVER = `
import { verifyWebhook, type VerifyFailure } from 'jobchime/receiver';
import { verifyWebhook as onTheWeb } from 'jobchime/receiver/web';

const headers = { 'webhook-id': 'dlv_1', 'webhook-timestamp': '1', 'webhook-signature': 'v1,x' };
const verified = verifyWebhook(headers, '{}', 'whsec_' + btoa('x'.repeat(32)));
const reason: VerifyFailure | null = verified.ok ? null : verified.reason;
void onTheWeb(headers, '{}', 'whsec_' + btoa('x'.repeat(32))).then((same) => console.log(reason, same.ok));
`;

try {
  run('npm', ['pack', '--pack-destination', folder], root);
  writeFileSync(join(folder, 'package.json'), '{ "name": "somebody", "private": true, "type": "module" }');
  run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', `./jobchime-${version}.tgz`]);
  const bin = join(folder, 'node_modules', '.bin', 'jobchime');

  must(run(bin, ['--version']).trim() === version, 'it tells another version');
  const schema = JSON.parse(run(bin, ['config', 'schema']));
  must(schema.properties.origins, 'it has no configuration');
  must(run(bin, ['wait', '--help']).includes('Examples:'), 'its help teaches nothing');
  const demonstration = run(bin, ['start', '--exit']);
  must(demonstration.includes('web-2'), 'its demonstration tells nothing');
  must(
    demonstration.includes('Mails are left out'),
    'it brings a mail server that only its demonstration needs',
  );

  const { stderr } = spawnSync(bin, ['export', '--table', 'none'], { cwd: folder, encoding: 'utf8' });
  must(stderr.includes('npm install @aws-sdk/client-dynamodb'), 'it does not say what a table on AWS needs');

  // As JavaScript it works; as TypeScript its types hold, down to the last, also for who has no types of Node.
  writeFileSync(join(folder, 'uses.ts'), USES_BOTH);
  const strict = [
    '--strict',
    '--skipLibCheck',
    'false',
    '--module',
    'nodenext',
    '--target',
    'es2024',
    '--outDir',
    'out',
  ];
  run(join(root, 'node_modules', '.bin', 'tsc'), [...strict, 'uses.ts']);
  must(
    run(process.execPath, ['out/uses.js']).trim() === 'object missing_header',
    'client or receiver do nothing',
  );

  // The receiver alone, as CommonJS: the file by itself is enough, and its types hold there too.
  mkdirSync(join(folder, 'old'));
  writeFileSync(join(folder, 'old', 'package.json'), '{ "private": true, "type": "commonjs" }');
  writeFileSync(join(folder, 'old', 'uses.ts'), USES_RECEIVER);
  run(join(root, 'node_modules', '.bin', 'tsc'), [...strict.slice(0, -2), '--outDir', 'old', 'old/uses.ts']);
  must(run(process.execPath, ['old/uses.js']).trim() === 'stale false', 'CommonJS cannot use the receiver');
  const alone = mkdtempSync(join(tmpdir(), 'jobchime-receiver-'));
  copyFileSync(join(folder, 'node_modules/jobchime/dist/receiver/index.cjs'), join(alone, 'receiver.cjs'));
  run(process.execPath, ['-e', `require('./receiver.cjs').verifyWebhook`], alone);
  rmSync(alone, { recursive: true });
  console.log('The package works.');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
