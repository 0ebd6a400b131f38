import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import type { Examined } from '../../lib/wire/local/try-dialect.ts';
import { teach } from '../examples.ts';
import { jsonOption } from '../options.ts';
import { Refusal } from '../refusal.ts';

interface Options {
  answer: string[];
  name?: string;
  status: string;
  job?: string;
  json?: boolean;
}

export const dialectCommand = (): Command =>
  teach(
    new Command('dialect')
      .description('Try the job format of a service before it is used.')
      .addCommand(testCommand()),
    [
      {
        says: 'What is read of an answer',
        run: 'jobchime dialect test dialects.yaml --name nova-server --answer server.json',
      },
    ],
    'docs/dialects.md explains what stands in such a file.',
  );

const testCommand = (): Command =>
  teach(
    new Command('test')
      .description('Show what a dialect reads of answers of its service, and warn of what is odd.')
      .argument('<file>', 'the configuration, or a file with dialects alone')
      .requiredOption('--answer <file...>', 'the body of an answer, as the service sent it')
      .option('--name <dialect>', 'which one (default: the only one of the file)')
      .option('--status <status>', 'the HTTP status of the answer', '200')
      .option('--job <id>', 'the id of the job (default: the one in the answer)')
      .addOption(jsonOption('one JSON object for each answer, a line each'))
      .action(run),
    [
      {
        says: 'What is read of an answer',
        run: 'jobchime dialect test dialects.yaml --name nova-server --answer server.json',
      },
      {
        says: 'Of one that is no success',
        run: 'jobchime dialect test dialects.yaml --name nova-server --answer gone.json --status 404 --json || true',
      },
    ],
    'Exit code 1 where an answer says nothing of the job. Nothing is sent, and no secret is needed.',
  );

async function run(file: string, options: Options): Promise<void> {
  const { readDialects, tryDialect } = await import('../../lib/wire/local/try-dialect.ts');
  const read = readDialects(contentOf(file));
  if (!read.ok) {
    const { renderProblems } = await import('../../lib/core/input/problems.ts');
    throw new Refusal(renderProblems(read.problems, file));
  }
  const names = Object.keys(read.dialects);
  const name = options.name ?? names[0];
  if (name === undefined || (options.name === undefined && names.length > 1))
    throw new Refusal(`Give --name: ${file} has ${names.join(', ') || 'no dialect'}.`);
  const one = Object.hasOwn(read.dialects, name) ? read.dialects[name]! : null;
  if (!one) throw new Refusal(`There is no dialect '${name}' in ${file}: it has ${names.join(', ')}.`);
  const status = Number(options.status);
  if (!Number.isInteger(status) || status < 100 || status > 599)
    throw new Refusal('--status must be an HTTP status, for example 200.');
  for (const answer of options.answer) {
    const found = tryDialect(one, { status, body: contentOf(answer), at: Date.now() }, options.job);
    if (!('report' in found.seen)) process.exitCode = 1;
    console.log(options.json ? JSON.stringify({ answer, dialect: name, ...found }) : shown(name, found));
  }
}

function shown(name: string, { seen, id, warnings }: Examined): string {
  const warned = warnings.map((text) => `  warning    ${text}`);
  if (!('report' in seen))
    return [`${name}: says nothing of the job (${seen.kind})`, `  because    ${seen.detail}`, ...warned].join(
      '\n',
    );
  const { jobType, beganAt, endedAt, error, subJobs, entities } = seen.report;
  const { total, succeeded, failed, running } = subJobs;
  const rows: [string, string | null][] = [
    ['type', jobType],
    ['began', beganAt],
    ['ended', endedAt],
    ['id', id ?? 'not repeated'],
    ['code', error?.code ?? null],
    ['reason', error?.reason ?? null],
    [
      'sub-jobs',
      total === 0 ? 'none' : `${total}: ${succeeded} succeeded, ${failed} failed, ${running} running`,
    ],
    ['works on', Object.keys(entities).length > 0 ? JSON.stringify(entities) : null],
  ];
  const lines = rows.flatMap(([key, value]) => (value === null ? [] : [`  ${key.padEnd(11)}${value}`]));
  return [`${name}: ${seen.kind} (${seen.status})`, ...lines, ...warned].join('\n');
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Refusal(
      `${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}).`,
    );
  }
}
