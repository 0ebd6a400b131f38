/** `npm run check` in a folder of its own, whose scripts say and end as they are told. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';

const ROOT = new URL('../../', import.meta.url).pathname;
const CHECK = join(ROOT, 'scripts/check.ts');

function check(over: Record<string, string>, ...steps: string[]): { code: number | null; lines: string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'jobchime-check-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const fine = { lint: 'echo linted', 'format:check': 'echo formatted' };
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
  expect(lines).toEqual(expect.arrayContaining(['linted', 'formatted', 'shown --exit']));
  expect([code, lines.at(-1)]).toEqual([0, '3 passed, 0 failed']);
});

it.each([
  ['lint', { lint: 'echo wrong && exit 2' }],
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

it('lint finds what the compiler finds, under the same settings: a check need not read all types twice', () => {
  const folder = mkdtempSync(join(tmpdir(), 'jobchime-check-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const name of ['tsconfig.json', '.oxlintrc.json', 'package.json'])
    copyFileSync(join(ROOT, name), join(folder, name));
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  mkdirSync(join(folder, 'lib'));
  writeFileSync(
    join(folder, 'lib/wrong.ts'),
    "export const wrong: { a?: number }[] = [{ a: '1' }, { a: undefined }];\n",
  );
  const { stdout, status } = spawnSync('npm', ['run', '--silent', 'lint'], { cwd: folder, encoding: 'utf8' });
  expect(status).toBe(1);
  expect(stdout.match(/TS\d+/g)).toEqual(['TS2322', 'TS2375']);
});
