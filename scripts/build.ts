// Bundles each function on its own into .build/.
import { rmSync } from 'node:fs';
import { build } from 'esbuild';
import { BUNDLING, entryOf, FUNCTIONS, ROOT } from './bundle.ts';

rmSync(`${ROOT}.build`, { recursive: true, force: true });
await Promise.all(
  FUNCTIONS.map((name) => build({ ...BUNDLING, ...entryOf(name), outfile: `.build/${name}.mjs` })),
);
