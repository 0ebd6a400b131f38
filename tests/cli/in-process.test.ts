import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { callOf } from './in-process.ts';
import { world } from './world.ts';

it.each([
  ['jobchime jobs --json', ['jobs', '--json']],
  [
    `jobchime track otc-ecs '{"job_id": "a b"}' --label a="b c"`,
    ['track', 'otc-ecs', '{"job_id": "a b"}', '--label', 'a=b c'],
  ],
  ['jobchime export --table "$TABLE" --x=$TABLE', ['export', '--table', 'a table', '--x=a table']],
  ["jobchime track ''", ['track', '']],
])('a call of jobchime alone is read as a shell reads it: %s', (line, args) => {
  expect(callOf(line, { TABLE: 'a table' })).toMatchObject({ args, files: {} });
});

it('assignments before it and files beside it are read too', () => {
  expect(callOf('A=b C= jobchime import --table x < "in.jsonl" > out.txt', { C: 'd', E: 'f' })).toEqual({
    args: ['import', '--table', 'x'],
    env: { A: 'b', C: '', E: 'f' },
    files: { '<': 'in.jsonl', '>': 'out.txt' },
  });
});

it.each([
  'jobchime jobs | head -1',
  'jobchime jobs && echo yes',
  'cd empty; jobchime jobs',
  'jobchime token revoke "$(jobchime token list)"',
  'jobchime backup "backup-$(date +%F).db"',
  'jobchime token create a 2> note.txt',
  'jobchime jobs >> all.txt',
  'jobchime jobs *.db',
  'jobchime jobs \\x',
  'NODE_OPTIONS=--no-warnings jobchime jobs',
  'jobchime start --exit',
  'jobchime simulate',
  'ls',
])('whatever else a shell knows is left to it: %s', (line) => {
  expect(callOf(line, {})).toBeNull();
});

it('a command says and leaves behind without a process of its own what it does with one', async () => {
  const w = await world();
  const lines = [
    'jobchime track otc-ecs ff808081 bad/id --label a=b',
    'jobchime jobs > jobs.txt',
    'jobchime explain ff808081 --json',
    'SK= jobchime doctor --json',
    'jobchime wait nothing-of-ours',
    'jobchime token --bogus',
    'jobchime --version',
    'jobchime track otc-ecs - < jobs.txt',
  ];
  // What is tracked again says so.
  await w.run(lines[0]!);
  for (const line of lines) {
    const [own, shared] = [await w.spawn(line), await w.run(line)];
    expect(steady(JSON.stringify(shared)), line).toBe(steady(JSON.stringify(own)));
  }
  expect(readFileSync(join(w.folder, 'jobs.txt'), 'utf8')).toContain('ff808081');
}, 60_000);

/** Without what differs from one moment to the next. */
const steady = (text: string): string =>
  text.replace(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'then').replace(/\d+ m?s\b/g, 'a while');
