// Bundles each function on its own into .build/.
import { rmSync } from 'node:fs';
import { build } from 'esbuild';
import { BUNDLING, entryPoint, FUNCTIONS, ROOT } from './bundle.ts';

rmSync(`${ROOT}.build`, { recursive: true, force: true });
await build({ ...BUNDLING, entryPoints: FUNCTIONS.map(entryPoint), outdir: '.build' });
