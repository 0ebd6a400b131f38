/** `npm run check` in a folder of its own, whose scripts say and end as they are told. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const CHECK = new URL('../../scripts/check.ts', import.meta.url).pathname;

function check(over: Record<string, string>, ...steps: string[]): { code: number | null; lines: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'jobchime-check-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const fine = { types: 'echo typed', lint: 'echo linted', 'format:check': 'echo formatted' };
  const scripts = { ...fine, test: 'echo 3 passed, 0 failed', ...over };
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts }));
  const { stdout, status } = spawnSync(process.execPath, [CHECK, ...steps], {
    cwd: folder,
    encoding: 'utf8',
  });
  return { code: status, lines: stdout.trimEnd().split('\n') };
}

it('a check runs every step, those that are named too, and ends with the count of the tests', () => {
  const { code, lines } = check({ demo: 'echo shown' }, 'demo -- --exit');
  expect(lines).toEqual(expect.arrayContaining(['typed', 'linted', 'formatted', 'shown --exit']));
  expect([code, lines.at(-1)]).toEqual([0, '3 passed, 0 failed']);
});

it.each([
  ['types', { types: 'echo wrong && exit 2' }],
  ['test', { test: 'echo 2 passed, 1 failed && exit 1' }],
  ['demo', { demo: 'exit 3' }],
])('a check fails where %s fails, names it, and runs the others too', (name, over) => {
  const { code, lines } = check({ demo: 'echo shown', ...over }, 'demo');
  expect(code).toBe(1);
  expect(lines).toContain(`failed: npm run ${name}`);
  expect(lines).toContain('formatted');
  expect(lines.at(-1)).toMatch(/^\d passed, \d failed$/);
});

it('a check without a count of tests fails, and shows none', () => {
  const { code, lines } = check({ test: 'echo no tests && exit 1' });
  expect([code, lines.filter((line) => line.includes('passed'))]).toEqual([1, []]);
});
