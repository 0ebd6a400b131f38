import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { arch, cpus, release, totalmem, type } from 'node:os';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const PACKAGES = [
  'undici',
  'ky',
  'zod',
  '@huaweicloud/huaweicloud-sdk-core',
  '@huaweicloud/huaweicloud-sdk-ecs',
];

export const machine = (): Record<string, string> => ({
  processor: `${cpus().length} x ${cpus()[0]?.model.trim() ?? arch()}`,
  memory: `${Math.round(totalmem() / 2 ** 30)} GiB`,
  system: `${type()} ${release()} ${arch()}`,
});

/** Milliseconds that processes of one machine may compare. */
export const nowMs = (): number => Number(process.hrtime.bigint()) / 1e6;

/** `more` are packages of `bench/peers` that took part. */
export const versions = (more: readonly string[]): Record<string, string> => ({
  node: process.version,
  jobchime: commit(),
  ...Object.fromEntries(PACKAGES.map((name) => [name, versionIn(ROOT, name)])),
  ...Object.fromEntries(
    more.map((name) => [name, versionIn(join(ROOT, 'bench/peers'), name)]).filter(([, version]) => version),
  ),
});

function versionIn(folder: string, name: string): string {
  try {
    const text = readFileSync(join(folder, 'node_modules', name, 'package.json'), 'utf8');
    return (JSON.parse(text) as { version: string }).version;
  } catch {
    return '';
  }
}

function commit(): string {
  try {
    return execFileSync('git', ['rev-parse', '--short', 'HEAD'], { cwd: ROOT, encoding: 'utf8' }).trim();
  } catch {
    return 'without git';
  }
}
