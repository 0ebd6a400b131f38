import { execFile, spawn } from 'node:child_process';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { createProgram } from '../../cli/program.ts';
import { bundled } from '../bundled.ts';

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
    const commands = globSync('cli/commands/*.ts', { cwd: ROOT });
    expect(await packagesOf('cli/main.ts', ...commands)).toEqual(['commander', 'get-east-asian-width']);
  });

  it('loads of all commands the one that is asked for', async () => {
    expect(await packagesOf('cli/main.ts')).toEqual(['commander']);
    expect((await createProgram(['jobs'])).commands.map((one) => one.name())).toEqual(['jobs']);
  });

  it('serves without what the API, the metrics and signing in bring along, and with little of the HTTP client', async () => {
    const service = await packagesOf('cli/start.ts', 'cli/serve.ts');
    expect(service.filter((name) => !/^undici.lib.|\*/.test(name))).toEqual([
      'commander',
      'ipaddr.js',
      'yaml',
      'zod',
    ]);
  });

  it('reads and writes the store without anything that speaks HTTP or SMTP', async () => {
    expect(await packagesOf('cli/open.ts', 'lib/wire/local/in-process-api.ts')).toEqual([
      'ipaddr.js',
      'yaml',
      'zod',
    ]);
  });

  it('loads what sends mail with the first mail', async () => {
    expect(await packagesOf('cli/serve.ts')).not.toContain('nodemailer');
  });
});

it('the package has Node load of its own modules what is used of them', async () => {
  const { command } = await bundled();
  const tells = 'process.on("exit", () => console.log(process.moduleLoadList.join("\\n")))';
  const words = ['--import', `data:text/javascript,${encodeURIComponent(tells)}`, command, '--version'];
  const { stdout } = await promisify(execFile)(process.execPath, words);
  const loaded = stdout.split('\n').map((line) => line.split(' ').at(-1));
  expect(loaded).toContain('fs');
  for (const name of ['internal/fs/streams', 'internal/util/diff', 'worker_threads', 'http2'])
    expect(loaded).not.toContain(name);
});

it('a process that is killed leaves its compiled code to the next one', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'jobchime-compiled-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const program = spawn(process.execPath, [`${ROOT}cli/jobchime.mjs`, 'simulate', '--port', '0'], {
    env: { ...process.env, NODE_COMPILE_CACHE: folder },
    stdio: 'ignore',
  });
  onTestFinished(() => void program.kill('SIGKILL'));
  await vi.waitFor(() => expect(globSync('*/*', { cwd: folder }).length).toBeGreaterThan(50), {
    timeout: 20_000,
    interval: 100,
  });
});
