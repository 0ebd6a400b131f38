import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path/posix';
import { describe, expect, it } from 'vitest';

/**
 * Who may import whom. What is decided knows nothing of what it is decided with: the pure rules stand alone, use-cases see
 * the world through ports, adapters do not see one another, and few places put them together.
 */
type Layer = 'pure' | 'ports' | 'use-case' | 'adapter' | 'composition' | 'entry' | 'client';

/** Files of `lib/notify` that reach the world through ports. Whatever else is there is pure. */
const USE_CASES = [
  'all-subscriptions',
  'attend',
  'deliver',
  'dispatch',
  'drain',
  'events',
  'explain',
  'ping',
  'recent-events',
  'release',
  'ring-due',
  'unsubscribe',
].map((name) => `lib/notify/${name}.ts`);

function layerOf(file: string): Layer | null {
  if (file === 'lib/ports.ts') return 'ports';
  if (USE_CASES.includes(file) || file.startsWith('lib/sweep/')) return 'use-case';
  if (/^lib\/(access|jobs|notify)\//.test(file)) return 'pure';
  if (/^lib\/(store|bus|clouds|channels|api|platform|simulator)\//.test(file)) return 'adapter';
  if (/^lib\/(local\.ts|local\/|aws\.ts|aws\/|demo\/)/.test(file)) return 'composition';
  if (file.startsWith('client/')) return 'client';
  return /^(cli|functions)\//.test(file) ? 'entry' : null;
}

const MAY_IMPORT: Record<Layer, readonly Layer[]> = {
  pure: ['pure'],
  ports: ['pure'],
  'use-case': ['pure', 'ports', 'use-case'],
  // Of adapters only those in the same folder, and the platform.
  adapter: ['pure', 'ports', 'adapter'],
  composition: ['pure', 'ports', 'use-case', 'adapter', 'composition'],
  // Of adapters only the platform. Types put nothing together, so those of use-cases are free.
  entry: ['pure', 'ports', 'adapter', 'composition', 'entry', 'client'],
  // Runs wherever there is fetch: of everything else it knows the types.
  client: ['client'],
};
/** Packages of those that have no business with the world. */
const PACKAGES: Partial<Record<Layer, readonly string[]>> = {
  pure: ['zod', 'node:crypto'],
  ports: [],
  'use-case': [],
  client: [],
};
/** The clock, chance and the environment are handed in. */
const HANDED_IN = /\bDate\.now\b|\bnew Date\(\s*\)|\bMath\.random\b|\bprocess\.env\b|\bperformance\.now\b/g;
const WITHOUT_WORLD: readonly Layer[] = ['pure', 'ports', 'use-case'];

const COMMENTS = /\/\*[^]*?\*\/|^\s*\/\/.*$/gm;
const IMPORTS = /\b(?:(?:import|export)\s+(type\s)?[^'";]*?\bfrom|import\s*\(?)\s*['"]([^'"]+)['"]/g;

interface Source {
  file: string;
  text: string;
}

function violations({ file, text }: Source): string[] {
  const layer = layerOf(file);
  if (!layer) return [`${file} belongs to no layer`];
  const code = text.replaceAll(COMMENTS, '');
  const imports = [...code.matchAll(IMPORTS)].map(([, type, name = '']): Import => {
    const outside = !name.startsWith('.');
    return { target: outside ? name : join(dirname(file), name), outside, typeOnly: type !== undefined };
  });
  const handedIn = WITHOUT_WORLD.includes(layer) ? (code.match(HANDED_IN) ?? []) : [];
  return [
    ...imports.filter((one) => !allowed(file, layer, one)).map(({ target }) => `${file} imports ${target}`),
    ...handedIn.map((word) => `${file} uses ${word}`),
  ];
}

interface Import {
  target: string;
  outside: boolean;
  typeOnly: boolean;
}

function allowed(file: string, layer: Layer, { target, outside, typeOnly }: Import): boolean {
  if (outside) return PACKAGES[layer]?.includes(target) ?? true;
  if (target === 'package.json') return layer === 'composition' || layer === 'entry';
  const to = layerOf(target);
  if ((layer === 'entry' || layer === 'client') && typeOnly) return to !== null;
  if (!to || !MAY_IMPORT[layer].includes(to)) return false;
  if (to === 'entry') return target.split('/')[0] === file.split('/')[0];
  if (to !== 'adapter' || layer === 'composition') return true;
  return folderOf(target) === folderOf(file) || folderOf(target) === 'lib/platform';
}

/** `lib/adapters/store/sqlite/index.ts` is of `lib/adapters/store`. */
const folderOf = (file: string): string => file.split('/').slice(0, 2).join('/');

const root = new URL('../', import.meta.url);
const files = globSync('{lib,client,cli,functions}/**/*.{ts,mjs}', { cwd: root.pathname }).toSorted();

describe('the direction of imports', () => {
  it('is kept by every file', () => {
    const sources = files.map((file) => ({ file, text: readFileSync(new URL(file, root), 'utf8') }));
    expect(sources.length).toBeGreaterThan(20);
    expect(sources.flatMap(violations).toSorted()).toEqual([]);
  });

  const wrong: [file: string, code: string][] = [
    ['lib/core/jobs/due.ts', `import { jobs } from '../ports.ts';`],
    ['lib/core/jobs/due.ts', `import type { Clock } from '../ports.ts';`],
    ['lib/core/jobs/due.ts', `import { readFileSync } from 'node:fs';`],
    ['lib/core/jobs/due.ts', `import ky from 'ky';`],
    ['lib/core/jobs/due.ts', `export * from '../platform/config.ts';`],
    ['lib/core/jobs/due.ts', `const { x } = await import('../store/sqlite/index.ts');`],
    ['lib/core/jobs/due.ts', `import {\n  a,\n  b,\n} from "../sweep/sweep.ts";`],
    ['lib/core/jobs/due.ts', `import '../platform/log.ts';`],
    ['lib/core/notify/route.ts', `import { deliver } from './deliver.ts';`],
    ['lib/core/notify/pattern/cidr.ts', `import ipaddr from 'ipaddr.js';`],
    ['lib/ports.ts', `import type { Sweep } from './sweep/sweep.ts';`],
    ['lib/app/sweep/sweep.ts', `import { log } from '../platform/log.ts';`],
    ['lib/app/sweep/sweep.ts', `import pLimit from 'p-limit';`],
    ['lib/app/deliver/deliver.ts', `import { createSlack } from '../channels/slack.ts';`],
    ['lib/adapters/channels/slack.ts', `import { createEmail } from '../bus/local.ts';`],
    ['lib/adapters/clouds/client.ts', `import { sweep } from '../sweep/sweep.ts';`],
    ['lib/adapters/api/app.ts', `import { explain } from '../notify/explain.ts';`],
    ['lib/adapters/api/app.ts', `import { start } from '../local.ts';`],
    ['lib/adapters/platform/log.ts', `import { main } from '../../cli/jobchime.ts';`],
    ['lib/local.ts', `import { main } from '../cli/jobchime.ts';`],
    ['lib/local.ts', `import { spec } from './kit.ts';`],
    ['lib/clouds/auth/token.ts', `import { handler } from '../../../functions/sweep.ts';`],
    ['cli/jobchime.ts', `import { openStore } from '../lib/adapters/store/sqlite/index.ts';`],
    ['functions/sweep.ts', `import { sweep } from '../lib/app/sweep/sweep.ts';`],
    ['functions/sweep.ts', `import { open } from '../cli/open.ts';`],
    ['client/index.ts', `import { routes } from '../lib/adapters/api/routes.ts';`],
    ['client/index.ts', `import * as z from 'zod';`],
    ['lib/helpers.ts', ''],
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
    ['lib/ports.ts', `import type { Job } from './jobs/job.ts';`],
    [
      'lib/app/sweep/sweep.ts',
      `import type { Store } from '../ports.ts';\nimport { deliver } from '../notify/deliver.ts';`,
    ],
    [
      'lib/adapters/store/sqlite/index.ts',
      `import { openTable } from './table.ts';\nimport { DatabaseSync } from 'node:sqlite';`,
    ],
    [
      'lib/clouds/auth/token.ts',
      `import { http } from '../../platform/http.ts';\nimport { pace } from '../pace.ts';`,
    ],
    [
      'lib/local.ts',
      `import { openStore } from './store/sqlite/index.ts';\nimport { sweep } from './sweep/sweep.ts';`,
    ],
    [
      'cli/jobchime.ts',
      `import { start } from '../lib/local.ts';\nimport { log } from '../lib/adapters/platform/log.ts';`,
    ],
    ['client/index.ts', `import type { Routes } from '../lib/adapters/api/routes.ts';`],
    ['cli/render.ts', `import type { Explanation } from '../lib/app/inspect/explain.ts';`],
    ['lib/local.ts', `import packageJson from '../package.json' with { type: 'json' };`],
    ['lib/core/jobs/due.ts', `export const letters = Array.from('abc');`],
    ['lib/platform/clock.ts', `const now = Date.now();`],
  ];
  it.each(right)('is not found broken by %s: %s', (file, text) => {
    expect(violations({ file, text })).toEqual([]);
  });
});
