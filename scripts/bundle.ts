import { existsSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { BuildOptions, Plugin } from 'esbuild';
import { CHANNEL_NAMES } from '../lib/adapters/channels/registry.ts';

export const ROOT: string = new URL('../', import.meta.url).pathname;

/** Serverless Framework; npx would find it too, and takes longer than that to start. */
export const SERVERLESS = `${ROOT}node_modules/.bin/serverless`;

/** Each becomes a bundle of its own. */
export const FUNCTIONS: readonly string[] = ['api', 'track', 'sweep', 'route', ...CHANNEL_NAMES];

/** What a function begins with: its file in `functions/`, or what is written here for each channel over HTTP. */
export const entryOf = (name: string): string => `functions/${name}.ts`;

/** `root`: where the tree begins, from where this is written. */
export const channelEntry = (name: string, root = '.'): string => `
import { createSender } from '${root}/lib/adapters/channels/${name}/sender.ts';
import { openOverHttp } from '${root}/lib/wire/aws/over-http.ts';
import { onRing } from '${root}/functions/ring.ts';

const openChannel = openOverHttp('${name}', createSender);

export const handler = onRing(() => openChannel(process.env));
`;

/**
 * `lib/wire/sender-of.ts` as a bundle has it: with what is imported when it is needed, esbuild cannot leave out what nobody uses of
 * the packages behind it.
 */
const senderOf = (): string => `
${CHANNEL_NAMES.map((name) => `import * as ${name} from '../adapters/channels/${name}/sender.ts';`).join('\n')}
const senders = { ${CHANNEL_NAMES.join(', ')} };
export const senderOf = async (name) => senders[name];
`;

const isThere = (file: string): boolean => existsSync(ROOT + file);
/** Hands esbuild the entries that are no files, and what stands otherwise in a bundle. */
const written: Plugin = {
  name: 'written-entries',
  setup(bundling) {
    bundling.onResolve({ filter: /^functions\/\w+\.ts$/ }, ({ path, kind }) =>
      kind === 'entry-point' && !isThere(path) ? { path, namespace: 'written' } : null,
    );
    bundling.onLoad({ filter: /\/lib\/wire\/sender-of\.ts$/ }, ({ path }) => ({
      contents: senderOf(),
      resolveDir: dirname(path),
      loader: 'ts',
    }));
    bundling.onLoad({ filter: /./, namespace: 'written' }, ({ path }) => ({
      contents: channelEntry(basename(path, '.ts')),
      resolveDir: ROOT,
      loader: 'ts',
    }));
  },
};

/** How a function is bundled: the same bytes from the same sources. */
export const BUNDLING = {
  absWorkingDir: ROOT,
  plugins: [written],
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
