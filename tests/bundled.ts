/**
 * What tests start as processes of their own, as bundles: to load hundreds of sources takes each of them longer than what it does.
 * Whichever test comes first makes them; they serve every other until a source changes.
 */
import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { lazily } from '../lib/core/lazily.ts';
import { ROOT } from '../scripts/bundle.ts';
import { buildCommand, PROGRAM } from '../scripts/command.ts';

const PLACE = join(ROOT, 'node_modules/.cache/jobchime');
const SOURCES = ['{cli,lib,client,scripts,tests/kill}/**/*.*', 'package*.json'];

/** What is bundled, by the names of its files. */
export type Bundled = Record<'command' | 'killed', string>;

export const bundled = lazily(async (): Promise<Bundled> => {
  const folder = join(PLACE, hashOf(SOURCES));
  if (!existsSync(folder)) {
    mkdirSync(PLACE, { recursive: true });
    // Those of older sources, which no run of tests uses any more.
    for (const name of readdirSync(PLACE)) {
      const old = join(PLACE, name);
      if (Date.now() - statSync(old).mtimeMs > 3_600_000) rmSync(old, { recursive: true, force: true });
    }
    // Others may do the same at this moment: the first one is right, and nobody sees the half of it.
    const making = mkdtempSync(join(PLACE, 'making-'));
    await Promise.all([
      buildCommand(making),
      build({ ...PROGRAM, entryPoints: ['tests/kill/service.ts'], outdir: join(making, 'kill') }),
    ]);
    try {
      renameSync(making, folder);
    } catch {
      rmSync(making, { recursive: true });
    }
  }
  return { command: join(folder, 'jobchime.mjs'), killed: join(folder, 'kill/service.mjs') };
});

function hashOf(globs: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of globSync(globs, { cwd: ROOT }).toSorted())
    hash.update(`${file}\n`).update(readFileSync(join(ROOT, file)));
  return hash.digest('hex').slice(0, 16);
}
