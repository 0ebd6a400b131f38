// Bundles each function on its own into .build/, the same bytes from the same sources.
// No compile cache goes along: V8 takes one only from the very build of Node that wrote it, and Lambda renews Node by itself.
import { globSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { build } from 'esbuild';

/** What is no entry point. */
const PARTS = ['batch.ts'];

const root = new URL('..', import.meta.url).pathname;
const entryPoints = globSync('functions/*.ts', { cwd: root })
  .filter((file) => !PARTS.includes(basename(file)))
  .toSorted();
rmSync(`${root}.build`, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints,
  outdir: '.build',
  outExtension: { '.js': '.mjs' },
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node24',
  // CommonJS builds of packages that have another cannot be shaken: they are twice the size.
  mainFields: ['module', 'main'],
  minify: true,
  // Names in stack traces.
  keepNames: true,
  legalComments: 'none',
  logLevel: 'warning',
});
