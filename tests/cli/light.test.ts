import { build } from 'esbuild';
import { describe, expect, it } from 'vitest';

const ROOT = new URL('../../', import.meta.url).pathname;

/** The packages that are loaded together with these files: what they import, and not what they may import later. */
async function packagesOf(...files: string[]): Promise<string[]> {
  const { metafile } = await build({
    absWorkingDir: ROOT,
    entryPoints: files,
    outdir: 'none',
    write: false,
    bundle: true,
    splitting: true,
    metafile: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
  });
  const found = new Set<string>();
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const { path, kind, external } of metafile.inputs[file]?.imports ?? []) {
      if (kind === 'dynamic-import' || path.startsWith('node:')) continue;
      if (external) found.add(path);
      else visit(path);
    }
  };
  files.forEach(visit);
  return [...found].toSorted();
}

describe('the command loads what it does when it does it', () => {
  it('declares every command, helps and completes with two small packages', async () => {
    expect(await packagesOf('cli/main.ts')).toEqual(['commander', 'get-east-asian-width']);
  });

  it('reads and writes the store without anything that speaks HTTP or SMTP', async () => {
    expect(await packagesOf('cli/open.ts', 'lib/wire/local/in-process-api.ts')).toEqual([
      'ipaddr.js',
      'yaml',
      'zod',
    ]);
  });

  it('loads what sends mail with the first mail', async () => {
    const service = await packagesOf('cli/serve.ts');
    expect(service).toContain('undici');
    expect(service).not.toContain('nodemailer');
  });
});
