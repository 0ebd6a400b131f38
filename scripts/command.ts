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

/** The bundle that the command loads for itself alone. */
const besides: Plugin = {
  name: 'besides',
  setup(bundling) {
    bundling.onResolve({ filter: /^\.\/start\.ts$/ }, ({ kind }) =>
      kind === 'dynamic-import' ? { path: './start.mjs', external: true } : null,
    );
  },
};

/**
 * Takes of Node's modules what is used of them. An import has Node read every property of the module, and some of them load
 * what takes a tenth of a start: all that tells differences apart, workers, streams of files.
 */
const asUsed: Plugin = {
  name: 'as-used',
  setup(bundling) {
    bundling.onResolve({ filter: /^node:/ }, ({ path, kind, namespace }) =>
      kind === 'import-statement' && namespace !== 'as-used'
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
 * Bundles the command into `folder`, as `jobchime.mjs` and pieces that it loads when they are needed; the service has pieces of
 * its own, which are few. It brings its packages along: to find and read hundreds of files takes longer than most commands.
 * Answers the names of these packages.
 */
export async function buildCommand(folder: string): Promise<string[]> {
  const bundled = await Promise.all(
    ['cli/jobchime.mjs', 'cli/start.ts'].map((entry) =>
      build({ ...PROGRAM, entryPoints: [entry], outdir: folder, metafile: true }),
    ),
  );
  const names = bundled
    .flatMap(({ metafile }) => Object.keys(metafile.inputs))
    .flatMap((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
  return [...new Set(names)].toSorted();
}
