import { build, type BuildOptions } from 'esbuild';
import packageJson from '../package.json' with { type: 'json' };
import { ROOT } from './bundle.ts';

/** How the package is bundled, as far as all of it is alike. */
export const COMMON = {
  absWorkingDir: ROOT,
  bundle: true,
  platform: 'node',
  target: 'node22',
  logLevel: 'warning',
} satisfies BuildOptions;

/**
 * Bundles the command into `folder`, as `jobchime.mjs` and pieces that it loads when they are needed. It brings its packages
 * along: to find and read hundreds of files takes longer than most commands. Answers the names of these packages.
 */
export async function buildCommand(folder: string): Promise<string[]> {
  const { metafile } = await build({
    ...COMMON,
    entryPoints: ['cli/jobchime.mjs'],
    outdir: folder,
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
  const names = Object.keys(metafile.inputs).flatMap(
    (file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? [],
  );
  return [...new Set(names)].toSorted();
}
