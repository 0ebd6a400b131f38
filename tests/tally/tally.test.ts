import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';

const ROOT = new URL('../../', import.meta.url).pathname;

/** Runs files of `runs/` with the reporter of the whole suite; answers the last line and the exit code. */
function run(...files: string[]): { line: string | undefined; code: number | null } {
  const config = new URL('runs/vitest.config.ts', import.meta.url).pathname;
  const { VITEST: _, ...env } = process.env;
  const args = ['node_modules/vitest/vitest.mjs', 'run', '--config', config, ...files];
  const { stdout, status } = spawnSync(process.execPath, args, { cwd: ROOT, env, encoding: 'utf8' });
  return { line: stdout.trimEnd().split('\n').at(-1), code: status };
}

it('a run ends with its counts: what cannot be loaded and what nobody caught has failed too', () => {
  expect(run()).toEqual({ line: '5 passed, 3 failed', code: 1 });
});

it('a run without failures ends well', () => {
  expect(run('passing')).toEqual({ line: '1 passed, 0 failed', code: 0 });
});
