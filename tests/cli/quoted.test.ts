/** A command that a page, an example or the program itself names is typed by somebody as it stands there. */
import { globSync, readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { expect, it } from 'vitest';
import { createProgram } from '../../cli/program.ts';

const root = new URL('../../', import.meta.url).pathname;
const FILES = [
  'README.md',
  'CONTRIBUTING.md',
  'compose.yaml',
  'docs/**/*.md',
  'deploy/**/*.{yaml,yml,service,md}',
  'examples/**/*.{sh,yaml,yml,py,md,mjs,js,go,java,cs}',
  'lib/**/*.ts',
  'cli/**/*.ts',
];
/** Up to where a shell, a sentence or a table ends it. */
const NAMED = /\bjobchime (?:jobchime )?(?:-- )?([a-z][^`|;&<>#"'()\n]*)/g;

const named = FILES.flatMap((pattern) => globSync(pattern, { cwd: root })).flatMap((file) =>
  [
    ...readFileSync(`${root}${file}`, 'utf8')
      .replaceAll(/\\\n\s*/g, '')
      .matchAll(NAMED),
  ].map(([, words]): [string, string] => [file, words!.trim()]),
);

/** What a line asks of a command that it does not have; none where it names no command. */
function unknownOptions(program: Command, line: string): string[] {
  // What follows belongs to another program.
  const words = line.split(/ --(?: |$)/)[0]!.split(/\s+/);
  let command = program;
  for (const word of words) {
    const next = command.commands.find((one) => one.name() === word);
    if (!next) break;
    command = next;
  }
  if (command === program) return [];
  const known = [
    ...command.options.flatMap(({ long, short }) => [long, short]),
    '--help',
    '--url',
    '--config',
  ];
  return words
    .filter((word) => /^--[a-z]/.test(word))
    .map((word) => /^--[a-z-]+/.exec(word)![0])
    .filter((option) => !known.includes(option));
}

it('every command that is shown anywhere has the options that it is shown with', async () => {
  const program = await createProgram();
  expect(named.length).toBeGreaterThan(300);
  const wrong = named.flatMap(([file, line]) =>
    unknownOptions(program, line).map((option) => `${file}: jobchime ${line}: ${option}`),
  );
  expect(wrong).toEqual([]);
});
