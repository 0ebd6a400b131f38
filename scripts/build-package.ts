// Builds the npm package into dist/: the command, the client and the receiver as bundles, and the types of the last two.
import { execFileSync } from 'node:child_process';
import { copyFileSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build, type BuildOptions } from 'esbuild';
import packageJson from '../package.json' with { type: 'json' };
import { ROOT } from './bundle.ts';

rmSync(`${ROOT}dist`, { recursive: true, force: true });
execFileSync(`${ROOT}node_modules/.bin/tsc`, ['-p', 'tsconfig.build.json'], { cwd: ROOT, stdio: 'inherit' });

const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node22',
  logLevel: 'warning',
} satisfies BuildOptions;

// For programs: their packages are those that npm installs.
await build({
  ...COMMON,
  entryPoints: ['client/index.ts', 'receiver/index.ts'],
  outdir: 'dist',
  format: 'esm',
  packages: 'external',
});
await build({
  ...COMMON,
  entryPoints: ['receiver/index.ts'],
  outfile: 'dist/receiver/index.cjs',
  format: 'cjs',
});
// The types are the same; their name says which kind of module they describe.
copyFileSync(`${ROOT}dist/receiver/index.d.ts`, `${ROOT}dist/receiver/index.d.cts`);

// The command brings its packages along, in pieces that are loaded when they are needed: to find and read hundreds of
// files takes longer than most commands.
const { metafile } = await build({
  ...COMMON,
  entryPoints: ['cli/jobchime.mjs'],
  outdir: 'dist/cli',
  outExtension: { '.js': '.mjs' },
  chunkNames: 'pieces/[name]-[hash]',
  splitting: true,
  format: 'esm',
  mainFields: ['module', 'main'],
  external: Object.keys(packageJson.devDependencies),
  metafile: true,
  banner: {
    js: `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`,
  },
});
const packages = new Set(
  Object.keys(metafile.inputs).flatMap((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []),
);
writeFileSync(
  `${ROOT}dist/cli/LICENSES.txt`,
  [...packages]
    .toSorted()
    .map(licenceOf)
    .join(`\n${'-'.repeat(80)}\n\n`),
);

/** What its licence wants to be kept with every copy. */
function licenceOf(name: string): string {
  const folder = `${ROOT}node_modules/${name}`;
  const { version, license } = JSON.parse(readFileSync(`${folder}/package.json`, 'utf8'));
  const texts = globSync('{LICEN[CS]E,licen[cs]e}*', { cwd: folder }).map((file) =>
    readFileSync(`${folder}/${file}`, 'utf8').trim(),
  );
  return `${name} ${version} (${license})\n\n${texts.join('\n\n')}\n`;
}
