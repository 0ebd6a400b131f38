import { existsSync } from 'node:fs';
import type { BuildOptions } from 'esbuild';
import { CHANNEL_NAMES } from '../lib/adapters/channels/registry.ts';

export const ROOT: string = new URL('../', import.meta.url).pathname;

/** Each becomes a bundle of its own. */
export const FUNCTIONS: readonly string[] = ['api', 'track', 'sweep', 'route', ...CHANNEL_NAMES];

/** What a function begins with: its file in `functions/`, or what is written here for each channel over HTTP. */
export function entryOf(name: string): Pick<BuildOptions, 'entryPoints' | 'stdin'> {
  if (existsSync(`${ROOT}functions/${name}.ts`)) return { entryPoints: [`functions/${name}.ts`] };
  return {
    stdin: {
      contents: channelEntry(name),
      resolveDir: ROOT,
      sourcefile: `functions/${name}.ts`,
      loader: 'ts',
    },
  };
}

/** `root`: where the tree begins, from where this is written. */
export const channelEntry = (name: string, root = '.'): string => `
import { createSender } from '${root}/lib/adapters/channels/${name}/sender.ts';
import { openOverHttp } from '${root}/lib/wire/aws/over-http.ts';
import { onRing } from '${root}/functions/ring.ts';

const openChannel = openOverHttp('${name}', createSender);

export const handler = onRing(() => openChannel(process.env));
`;

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
