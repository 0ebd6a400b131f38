// `npm run package`: the bundles, then the package of Serverless Framework, or with --plain a template of plain CloudFormation.
import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { packagePlain } from './plain.ts';
import { ROOT, SERVERLESS } from './bundle.ts';

await import('./build.ts');
const said = process.argv.slice(2);
if (!said.includes('--plain')) {
  const { status } = spawnSync(SERVERLESS, ['package', ...said], { cwd: ROOT, stdio: 'inherit' });
  process.exitCode = status ?? 1;
} else {
  const { values } = parseArgs({ options: { plain: { type: 'boolean' }, channels: { type: 'string' } } });
  console.log(`${packagePlain(values.channels?.split(','))}: template.json, and the zips for its bucket`);
}
