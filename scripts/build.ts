// Bundles each function on its own into .build/, all in one go: what they share is read once.
import { rmSync } from 'node:fs';
import { build } from 'esbuild';
import { BUNDLING, entryOf, FUNCTIONS, ROOT } from './bundle.ts';

rmSync(`${ROOT}.build`, { recursive: true, force: true });
await build({ ...BUNDLING, entryPoints: FUNCTIONS.map(entryOf), outdir: '.build' });
