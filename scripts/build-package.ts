// Builds the npm package into dist/: modules and types, and the receiver for CommonJS as well.
import { execFileSync } from 'node:child_process';
import { copyFileSync, rmSync } from 'node:fs';
import { build } from 'esbuild';
import { ROOT } from './bundle.ts';

rmSync(`${ROOT}dist`, { recursive: true, force: true });
execFileSync(`${ROOT}node_modules/.bin/tsc`, ['-p', 'tsconfig.build.json'], { cwd: ROOT, stdio: 'inherit' });
const receiver = `${ROOT}dist/receiver/index`;
await build({
  entryPoints: [`${receiver}.js`],
  outfile: `${receiver}.cjs`,
  bundle: true,
  format: 'cjs',
  platform: 'node',
});
// The types are the same; their name says which kind of module they describe.
copyFileSync(`${receiver}.d.ts`, `${receiver}.d.cts`);
