import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { describe, expect, it } from 'vitest';

/**
 * Who may import whom. The folder is the layer: what is decided knows nothing of what it is decided with, use-cases see the
 * world through ports, adapters do not see one another, and few places put them together.
 */
type Layer = 'core' | 'ports' | 'app' | 'adapters' | 'wire' | 'entry' | 'client' | 'receiver' | 'key';

const LAYERS: readonly [folder: RegExp, layer: Layer][] = [
  [/^lib\/core\//, 'core'],
  [/^lib\/ports\.ts$/, 'ports'],
  [/^lib\/app\//, 'app'],
  [/^lib\/adapters\//, 'adapters'],
  [/^lib\/wire\//, 'wire'],
  [/^(cli|functions)\//, 'entry'],
  [/^client\//, 'client'],
  [/^receiver\/signing-key\.ts$/, 'key'],
  [/^receiver\//, 'receiver'],
];
const layerOf = (file: string): Layer | null => LAYERS.find(([folder]) => folder.test(file))?.[1] ?? null;

interface Rule {
  /** Layers it may import; those of `types` as types alone. */
  imports: readonly Layer[];
  types?: readonly Layer[];
  /** Packages of those that have no business with the world: libraries without one. */
  packages?: readonly string[];
}
const LIBRARIES = ['zod', 'node:crypto', 'ipaddr.js', 'get-east-asian-width'];
const RULES: Record<Layer, Rule> = {
  // What a signing key is, for those that sign and those that verify: it stands on the side that knows nothing of the other.
  key: { imports: [], packages: [] },
  core: { imports: ['core', 'key'], packages: LIBRARIES },
  ports: { imports: ['core'], packages: [] },
  app: { imports: ['core', 'ports', 'app'], packages: [] },
  // Of adapters only those in the same folder, the platform, and which channels there are.
  adapters: { imports: ['core', 'ports', 'adapters', 'key'], types: ['app'] },
  // What both homes share knows neither of them, and they do not know each other.
  wire: { imports: ['core', 'ports', 'app', 'adapters', 'wire'] },
  entry: {
    imports: ['core', 'ports', 'adapters', 'wire', 'entry', 'client', 'receiver', 'key'],
    types: ['app'],
  },
  // Runs wherever there is fetch: of everything else it knows the types.
  client: { imports: ['client'], types: ['core', 'ports', 'app', 'adapters'], packages: ['ky'] },
  receiver: { imports: ['receiver', 'key'], packages: ['node:crypto'] },
};
/** The clock, chance and the environment are handed in. */
const HANDED_IN = /\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\bprocess\.env\b|\bperformance\.now\b/g;
const WITHOUT_WORLD: readonly Layer[] = ['core', 'ports', 'app'];

const COMMENTS = /\/\*[^]*?\*\/|^\s*\/\/.*$/gm;
const IMPORTS = /\b(?:(?:import|export)\s+(type\s)?[^'";]*?\bfrom|import\s*\(?)\s*['"]([^'"]+)['"]/g;

interface Source {
  file: string;
  text: string;
}
interface Import {
  target: string;
  outside: boolean;
  typeOnly: boolean;
}

function importsOf({ file, text }: Source): Import[] {
  return [...text.replaceAll(COMMENTS, '').matchAll(IMPORTS)].map(([, type, name = '']) => {
    const outside = !name.startsWith('.');
    return { target: outside ? name : join(dirname(file), name), outside, typeOnly: type !== undefined };
  });
}

function violations(source: Source): string[] {
  const { file, text } = source;
  const layer = layerOf(file);
  if (!layer) return [`${file} belongs to no layer`];
  const code = text.replaceAll(COMMENTS, '');
  const handedIn = WITHOUT_WORLD.includes(layer) ? (code.match(HANDED_IN) ?? []) : [];
  return [
    ...importsOf(source)
      .filter((one) => !allowed(file, layer, one))
      .map(({ target }) => `${file} imports ${target}`),
    ...handedIn.map((word) => `${file} uses ${word}`),
  ];
}

function allowed(file: string, layer: Layer, { target, outside, typeOnly }: Import): boolean {
  const rule = RULES[layer];
  if (outside) return rule.packages?.includes(target) ?? true;
  if (target === 'package.json') return layer === 'wire' || layer === 'entry';
  const to = layerOf(target);
  if (!to) return false;
  if (typeOnly && rule.types?.includes(to)) return true;
  if (!rule.imports.includes(to)) return false;
  if (to === 'entry') return room(target, 1) === room(file, 1);
  if (to === 'wire' && layer === 'wire') return sharedOrOwn(file, target);
  if (to !== 'adapters' || layer === 'wire' || layer === 'entry') return true;
  const rooms = [room(file, 3), 'lib/adapters/platform', BUILT_ON[room(file, 3)]];
  return rooms.includes(room(target, 3)) || dirname(target) === REGISTRY;
}

/** The pages of the console show what the routes of the API answer. */
const BUILT_ON: Readonly<Record<string, string>> = { 'lib/adapters/console': 'lib/adapters/api' };

/** Which channels there are, and what they share. What sends stands in the folders below. */
const REGISTRY = 'lib/adapters/channels';

/** `lib/adapters/store/sqlite/index.ts` is of `lib/adapters/store`. */
const room = (file: string, depth: number): string => file.split('/').slice(0, depth).join('/');
/** The home that a file of `lib/wire` belongs to; `lib/wire/api.ts` belongs to both. */
const homeOf = (file: string): string | null => /^lib\/wire\/([^/]+)\//.exec(file)?.[1] ?? null;
const sharedOrOwn = (file: string, target: string): boolean => [null, homeOf(file)].includes(homeOf(target));

/** Each circle once, as the way around it. */
function circles(imports: ReadonlyMap<string, readonly string[]>): string[] {
  const found: string[] = [];
  const done = new Set<string>();
  const way: string[] = [];
  const visit = (file: string): void => {
    const at = way.indexOf(file);
    if (at >= 0) found.push([...way.slice(at), file].join(' -> '));
    if (at >= 0 || done.has(file)) return;
    way.push(file);
    for (const target of imports.get(file) ?? []) visit(target);
    way.pop();
    done.add(file);
  };
  for (const file of imports.keys()) visit(file);
  return found;
}

const root = new URL('..', import.meta.url);
const sources = globSync('{lib,client,cli,functions,receiver}/**/*.{ts,mjs}', { cwd: root.pathname })
  .toSorted()
  .map((file): Source => ({ file, text: readFileSync(new URL(file, root), 'utf8') }));

describe('the direction of imports', () => {
  it('is kept by every file', () => {
    expect(sources.length).toBeGreaterThan(20);
    expect(sources.flatMap(violations).toSorted()).toEqual([]);
  });

  it('never leads in a circle', () => {
    const imports = new Map(
      sources.map((source) => [
        source.file,
        importsOf(source)
          .filter(({ outside }) => !outside)
          .map(({ target }) => target),
      ]),
    );
    expect(circles(imports)).toEqual([]);
  });

  it('would be found leading in a circle', () => {
    const of = (lines: Record<string, string[]>): string[] => circles(new Map(Object.entries(lines)));
    expect(of({ a: ['b'], b: ['c'], c: ['a'] })).toEqual(['a -> b -> c -> a']);
    expect(of({ a: ['b', 'c'], b: ['c'], c: [] })).toEqual([]);
  });

  const wrong: [file: string, code: string][] = [
    ['lib/core/jobs/due.ts', `import { jobs } from '../../ports.ts';`],
    ['lib/core/jobs/due.ts', `import type { Clock } from '../../ports.ts';`],
    ['lib/core/jobs/due.ts', `import { readFileSync } from 'node:fs';`],
    ['lib/core/jobs/due.ts', `import ky from 'ky';`],
    ['lib/core/jobs/due.ts', `export * from '../../adapters/config/config.ts';`],
    ['lib/core/jobs/due.ts', `const { x } = await import('../../adapters/store/sqlite/index.ts');`],
    ['lib/core/jobs/due.ts', `import {\n  a,\n  b,\n} from "../../app/sweep/sweep.ts";`],
    ['lib/core/jobs/due.ts', `import '../../adapters/platform/log.ts';`],
    ['lib/core/jobs/due.ts', `import type { Explanation } from '../../app/inspect/explain.ts';`],
    ['lib/core/notify/route.ts', `import { deliver } from '../../app/deliver/deliver.ts';`],
    ['lib/ports.ts', `import type { Sweep } from './app/sweep/sweep.ts';`],
    ['lib/app/sweep/sweep.ts', `import { log } from '../../adapters/platform/log.ts';`],
    ['lib/app/sweep/sweep.ts', `import type { Log } from '../../adapters/platform/log.ts';`],
    ['lib/app/sweep/sweep.ts', `import pLimit from 'p-limit';`],
    ['lib/app/deliver/deliver.ts', `import { createSlack } from '../../adapters/channels/slack/index.ts';`],
    ['lib/adapters/channels/slack/index.ts', `import { createBus } from '../../bus/local.ts';`],
    ['lib/adapters/config/config.ts', `import { createSlack } from '../channels/slack/sender.ts';`],
    ['lib/adapters/clouds/client.ts', `import { sweep } from '../../app/sweep/sweep.ts';`],
    ['lib/adapters/api/app.ts', `import { explain } from '../../app/inspect/explain.ts';`],
    ['lib/adapters/api/app.ts', `import { start } from '../../wire/local/service.ts';`],
    ['lib/adapters/api/app.ts', `import { createConsole } from '../console/app.ts';`],
    ['lib/adapters/console/app.ts', `import { openStore } from '../store/sqlite/index.ts';`],
    ['lib/adapters/api/app.ts', `import type { Service } from '../../wire/local/service.ts';`],
    ['lib/adapters/platform/log.ts', `import { main } from '../../../cli/jobchime.ts';`],
    ['lib/wire/local/service.ts', `import { openSweep } from '../aws/sweep.ts';`],
    ['lib/wire/aws/sweep.ts', `import type { Service } from '../local/service.ts';`],
    ['lib/wire/api.ts', `import { openSweep } from './aws/sweep.ts';`],
    ['lib/wire/local/service.ts', `import { main } from '../../../cli/jobchime.ts';`],
    ['lib/wire/local/service.ts', `import { spec } from '../../../tests/kit.ts';`],
    ['lib/adapters/clouds/auth/token.ts', `import { handler } from '../../../../functions/sweep.ts';`],
    ['cli/jobchime.ts', `import { sweep } from '../lib/app/sweep/sweep.ts';`],
    ['functions/sweep.ts', `import { sweep } from '../lib/app/sweep/sweep.ts';`],
    ['functions/sweep.ts', `import { open } from '../cli/open.ts';`],
    ['client/index.ts', `import { routes } from '../lib/adapters/api/routes.ts';`],
    ['client/index.ts', `import * as z from 'zod';`],
    ['receiver/index.ts', `import { sign } from '../lib/adapters/channels/webhook/signature.ts';`],
    ['receiver/signing-key.ts', `import { accept } from '../lib/core/input/fields.ts';`],
    ['receiver/signing-key.ts', `import { verifyWebhook } from './index.ts';`],
    ['lib/core/input/values.ts', `import { verifyWebhook } from '../../../receiver/index.ts';`],
    ['receiver/index.ts', `import * as z from 'zod';`],
    ['lib/helpers.ts', ''],
    ['lib/jobs/due.ts', ''],
    ['lib/core/jobs/due.ts', `const now = Date.now();`],
    ['lib/core/notify/route.ts', `const now = new Date();`],
    ['lib/app/sweep/sweep.ts', `const spread = Math.random() * 10;`],
    ['lib/app/sweep/sweep.ts', `if (process.env['DEBUG']) throw x;`],
  ];
  it.each(wrong)('is found broken by %s: %s', (file, text) => {
    expect(violations({ file, text })).toHaveLength(1);
  });

  const right: [file: string, code: string][] = [
    ['lib/core/jobs/due.ts', `import { createHash } from 'node:crypto';\nimport * as z from 'zod';`],
    [
      'lib/core/jobs/due.ts',
      `import type { Event } from '../notify/subscription.ts';\nconst d = new Date(0);`,
    ],
    ['lib/core/jobs/due.ts', `// not Date.now(): the clock is handed in\n/* nor\n * Math.random() */`],
    ['lib/core/notify/pattern/cidr.ts', `import ipaddr from 'ipaddr.js';`],
    ['lib/ports.ts', `import type { Job } from './core/jobs/job.ts';`],
    [
      'lib/app/sweep/sweep.ts',
      `import type { Store } from '../../ports.ts';\nimport { deliver } from '../deliver/deliver.ts';`,
    ],
    [
      'lib/adapters/store/sqlite/index.ts',
      `import { openTable } from './table.ts';\nimport { DatabaseSync } from 'node:sqlite';`,
    ],
    [
      'lib/adapters/clouds/auth/token.ts',
      `import { http } from '../../platform/http.ts';\nimport { pace } from '../pace.ts';`,
    ],
    ['lib/adapters/console/app.ts', `import { routes } from '../api/routes.ts';`],
    ['lib/adapters/api/fields.ts', `import { CHANNELS } from '../channels/registry.ts';`],
    ['lib/adapters/api/jobs/views.ts', `import type { Explanation } from '../../../app/inspect/explain.ts';`],
    [
      'lib/wire/local/service.ts',
      `import { openStore } from '../../adapters/store/sqlite/index.ts';\nimport { sweep } from '../../app/sweep/sweep.ts';`,
    ],
    ['receiver/index.ts', `import { bytesOfKey } from './signing-key.ts';`],
    ['lib/core/input/values.ts', `import { isSigningKey } from '../../../receiver/signing-key.ts';`],
    ['lib/wire/aws/api.ts', `import { apiOf } from '../api.ts';`],
    ['cli/jobchime.ts', `import { start } from '../lib/wire/local/service.ts';`],
    ['client/index.ts', `import type { Routes } from '../lib/adapters/api/routes.ts';`],
    ['cli/render.ts', `import type { Explanation } from '../lib/app/inspect/explain.ts';`],
    ['lib/wire/api.ts', `import packageJson from '../../package.json' with { type: 'json' };`],
    ['lib/core/jobs/due.ts', `export const letters = Array.from('abc');`],
    ['lib/adapters/platform/clock.ts', `const now = Date.now();`],
  ];
  it.each(right)('is not found broken by %s: %s', (file, text) => {
    expect(violations({ file, text })).toEqual([]);
  });
});
