// Builds the npm package into dist/: the command, the client and the receiver as bundles, and the types of the last two.
import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { ROOT } from './bundle.ts';
import { buildCommand, COMMON } from './command.ts';

rmSync(`${ROOT}dist`, { recursive: true, force: true });
execFileSync(`${ROOT}node_modules/.bin/tsc`, ['-p', 'tsconfig.build.json'], { cwd: ROOT, stdio: 'inherit' });

// For programs: their packages are those that npm installs.
await build({
  ...COMMON,
  entryPoints: ['client/index.ts', 'receiver/index.ts', 'receiver/web.ts'],
  outdir: 'dist',
  format: 'esm',
  packages: 'external',
});
await build({
  ...COMMON,
  entryPoints: ['receiver/index.ts', 'receiver/web.ts'],
  outdir: 'dist/receiver',
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
});
// The types are the same; their name, and the names that they refer to, say which kind of module they describe.
for (const name of ['index', 'web', 'message', 'challenge']) {
  const types = readFileSync(`${ROOT}dist/receiver/${name}.d.ts`, 'utf8');
  writeFileSync(`${ROOT}dist/receiver/${name}.d.cts`, types.replaceAll(/'(\.\/[\w-]+)\.[jt]s'/g, "'$1.cjs'"));
}

const packages = await buildCommand('dist/cli');
writeFileSync(`${ROOT}dist/cli/LICENSES.txt`, packages.map(licenceOf).join(`\n${'-'.repeat(80)}\n\n`));

/** What its licence demands with every copy. */
function licenceOf(name: string): string {
  const folder = `${ROOT}node_modules/${name}`;
  const { version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const texts = globSync('{LICEN[CS]E,licen[cs]e}*', { cwd: folder }).map((file) =>
    readFileSync(`${folder}/${file}`, 'utf8').trim(),
  );
  return `${name} ${version} (${license})\n\n${texts.join('\n\n')}\n`;
}
