import type { BuildOptions } from 'esbuild';

export const ROOT: string = new URL('../', import.meta.url).pathname;

/** Files in `functions/` that are entry points; each becomes a bundle of its own. */
export const FUNCTIONS = ['api', 'track', 'sweep', 'route', 'slack', 'email', 'webhook'] as const;

export const entryPoint = (name: string): string => `functions/${name}.ts`;

/** How a function is bundled: the same bytes from the same sources. */
export const BUNDLING = {
  absWorkingDir: ROOT,
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
  // What is left of CommonJS requires Node's own modules, and a module has no `require`.
  banner: {
    js: `import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);`,
  },
} satisfies BuildOptions;
