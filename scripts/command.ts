import { isBuiltin } from 'node:module';
import { build, type BuildOptions, type Plugin } from 'esbuild';
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
 * What packages load at once and need for nothing that we do with them. `node:http` brings Node's own fetch along; undici
 * wants a limit of it that we set ourselves, and a class that nothing we send is of. Without `node:http2`, which brings it as well, it
 * does where Node lacks it; we allow it no HTTP/2. commander could start other programs.
 */
const withoutBallast: Plugin = {
  name: 'without-ballast',
  setup(bundling) {
    const of = /[\\/]node_modules[\\/](undici|commander)[\\/]/;
    bundling.onResolve({ filter: /^node:(http2?|child_process)$/ }, ({ path, importer }) =>
      of.test(importer) ? { path, namespace: 'ballast' } : null,
    );
    bundling.onLoad({ filter: /./, namespace: 'ballast' }, () => ({
      contents: 'exports.maxHeaderSize = 16384; exports.IncomingMessage = class {}; exports.constants = {};',
    }));
  },
};

/** The two bundles of which the command loads one: what runs in a Node that is too old is in neither. */
const besides: Plugin = {
  name: 'besides',
  setup(bundling) {
    bundling.onResolve({ filter: /^\.\/(start|main)\.ts$/ }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path: path.replace(/ts$/, 'mjs'), external: true } : null,
    );
  },
};

/** The AWS SDK is not in the bundle, and need not be installed: in a bundle that is one file it is asked for where it is used. */
const sdkLater: Plugin = {
  name: 'sdk-later',
  setup(bundling) {
    bundling.onResolve({ filter: /^@aws-sdk\// }, ({ path, namespace }) =>
      namespace === 'sdk-later' ? { path, external: true } : { path, namespace: 'sdk-later' },
    );
    bundling.onLoad({ filter: /./, namespace: 'sdk-later' }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};

/**
 * Takes of Node's modules what is used of them. An import has Node read every property of the module, and some of them load
 * what takes a tenth of a start: all that tells differences apart, workers, streams of files.
 */
const asUsed: Plugin = {
  name: 'as-used',
  setup(bundling) {
    bundling.onResolve({ filter: /^[\w:/]+$/ }, ({ path, kind, namespace }) =>
      isBuiltin(path) && kind === 'import-statement' && namespace !== 'as-used'
        ? { path, namespace: 'as-used', sideEffects: false }
        : null,
    );
    bundling.onLoad({ filter: /./, namespace: 'as-used' }, ({ path }) => {
      const names = Object.keys(process.getBuiltinModule(path) ?? {}).filter((name) => name !== 'default');
      const one = (name: string, n: number): string =>
        `const it${n} = /* @__PURE__ */ of(${JSON.stringify(name)}); export { it${n} as ${name} };`;
      return {
        contents: [
          `const all = /* @__PURE__ */ process.getBuiltinModule(${JSON.stringify(path)});`,
          'const of = (name) => all[name]; export default all;',
          ...names.map(one),
        ].join('\n'),
      };
    });
  },
};

/** How a program for Node is bundled, with the packages that it needs. */
export const PROGRAM = {
  ...COMMON,
  outExtension: { '.js': '.mjs' },
  chunkNames: 'pieces/[name]-[hash]',
  splitting: true,
  format: 'esm',
  mainFields: ['module', 'main'],
  external: Object.keys(packageJson.devDependencies),
  plugins: [withoutBallast, besides, asUsed],
  // Names stay, for stack traces.
  minifyWhitespace: true,
  minifySyntax: true,
  banner: {
    js: `const require = process.getBuiltinModule('node:module').createRequire(import.meta.url);`,
  },
} satisfies BuildOptions;

/**
 * Bundles the command into `folder`: the service as pieces that it loads when they are needed, which are few, and all else as one
 * file, since pieces that forty commands share would be hundreds. Of it, too, only what a command needs is run. It brings its
 * packages along: to find and read hundreds of files takes longer than most commands. Answers the names of these packages.
 */
export async function buildCommand(folder: string): Promise<string[]> {
  const asOneFile = { splitting: false, plugins: [sdkLater, ...PROGRAM.plugins] };
  const bundled = await Promise.all(
    [
      { entryPoints: ['cli/jobchime.mjs', 'cli/main.ts'], ...asOneFile },
      { entryPoints: ['cli/start.ts'] },
    ].map((one) => build({ ...PROGRAM, ...one, outdir: folder, metafile: true })),
  );
  const names = bundled
    .flatMap(({ metafile }) => Object.keys(metafile.inputs))
    .flatMap((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
  return [...new Set(names)].toSorted();
}
