// `npm run package`: the bundles, then the package of Serverless Framework, or with --plain a template of plain CloudFormation.
import { spawnSync } from 'node:child_process';
import { packagePlain } from './plain.ts';
import { ROOT } from './bundle.ts';

await import('./build.ts');
const said = process.argv.slice(2);
if (!said.includes('--plain')) {
  const { status } = spawnSync('npx', ['serverless', 'package', ...said], { cwd: ROOT, stdio: 'inherit' });
  process.exitCode = status ?? 1;
} else if (said.length > 1) {
  console.error('--plain takes no other option: what differs between stages are parameters of the template');
  process.exitCode = 2;
} else {
  console.log(`${packagePlain()}: template.json, and the zips for its bucket`);
}
