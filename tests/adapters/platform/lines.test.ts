import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { createLines } from '../../../lib/adapters/platform/lines.ts';

it('lines of one turn are one write, in their order', async () => {
  const written: string[] = [];
  const lines = createLines((text) => void written.push(text));
  lines.write('one');
  await Promise.resolve();
  lines.write('two');
  expect(written).toEqual([]);
  await new Promise(setImmediate);
  expect(written).toEqual(['one\ntwo']);
  lines.write('three');
  await new Promise(setImmediate);
  expect(written).toEqual(['one\ntwo', 'three']);
});

it.each([
  ['a call that ends it', 'process.exit(3)'],
  ['an error that nobody caught', 'throw new Error("a bug")'],
  ['a rejection that nobody caught', 'await Promise.reject(new Error("a bug"))'],
])('the last lines are written although the process ends in the same turn, by %s', (_, end) => {
  const module = new URL('../../../lib/adapters/platform/lines.ts', import.meta.url);
  const program = `
    import { createLines } from ${JSON.stringify(module.href)};
    const lines = createLines((text) => console.log(text));
    process.once('exit', lines.flush);
    lines.write('the last');
    lines.write('words');
    ${end}`;
  const { stdout } = spawnSync(process.execPath, ['--input-type=module', '--no-warnings', '-e', program], {
    encoding: 'utf8',
  });
  expect(stdout).toBe('the last\nwords\n');
});
