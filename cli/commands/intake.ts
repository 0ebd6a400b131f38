import { readFileSync } from 'node:fs';
import { text as textOf } from 'node:stream/consumers';
import { Command } from 'commander';
import type { Client, IntakeResult } from '../../client/index.ts';
import { createCallLog, isCallLog } from '../../lib/core/jobs/call-log.ts';
import { isRecord } from '../../lib/core/is-record.ts';
import { parseJson } from '../../lib/core/parse-json.ts';
import { teach } from '../examples.ts';
import { warnIfNotRunning } from '../not-running.ts';
import { configOption, jsonOption, urlOption } from '../options.ts';
import { Refusal } from '../refusal.ts';
import { callOf } from '../run-command/handing-in.ts';
import type { Kept } from '../run-command/kept.ts';
import { withApi, type Where } from '../with-api.ts';

interface Options extends Where {
  group?: string;
  name?: string;
  json?: boolean;
}

export const intakeCommand = (): Command =>
  teach(
    new Command('intake')
      .description('Hand in what jobchime run has kept, a debug log, or what a hook or a cloud sends.')
      .argument('<file>', 'the file; - reads standard input')
      .option('--group <name>', 'of a debug log: the run that the jobs belong to')
      .option('--name <name>', 'of a debug log: what people call each job')
      .addOption(jsonOption('the answers as JSON, one a line'))
      .addOption(urlOption())
      .addOption(configOption())
      .action(async (file: string, options: Options) => {
        const text = await read(file);
        return withApi(options, async ({ client, config }) => {
          const { steps, close } = stepsOf(text, options);
          const print = options.json ? (one: object) => console.log(JSON.stringify(one)) : say;
          for (const step of steps) {
            if ('intake' in step) print(await client.intake(step.intake));
            else
              print({
                results: await client.jobs.track(step.jobs as Parameters<Client['jobs']['track']>[0]),
              });
          }
          if (close !== undefined) await client.groups.close(close);
          warnIfNotRunning(config);
        });
      }),
    [
      {
        says: 'A call to a cloud, with its answer',
        run: 'jobchime intake - < call.json',
      },
      {
        says: 'The debug log of a provider of Terraform',
        run: 'jobchime intake provider.log --group apply-44',
      },
    ],
    `The origin of a job follows from the URL of the call: the host and the project. Calls to anything that is not configured are counted.`,
  );

async function read(file: string): Promise<string> {
  if (file === '-') return textOf(process.stdin);
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new Refusal(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}

/** As many calls as one request takes. */
const BATCH = 500;

function stepsOf(text: string, { group, name }: Options): Kept {
  const value = parseJson(text);
  if (isRecord(value))
    return Array.isArray(value.steps) ? (value as unknown as Kept) : { steps: [{ intake: value }] };
  if (!isCallLog(text))
    throw new Refusal(
      'This is neither JSON nor a debug log with calls to a cloud. `jobchime track ORIGIN FILE` reads plain ids and answers.',
    );
  const log = createCallLog();
  const found = [...log.take(text), ...log.end()].map((call) => JSON.stringify(callOf(call)));
  const calls = [...new Set(found)].map((call): unknown => JSON.parse(call));
  const said = { ...(group && { group }), ...(name && { name }) };
  const steps: Kept['steps'] = [];
  for (let at = 0; at < calls.length; at += BATCH)
    steps.push({ intake: { ...said, calls: calls.slice(at, at + BATCH) } });
  if (steps.length === 0) console.log('No call in this log names a job.');
  return { steps };
}

function say({
  results = [],
  ignored = 0,
  unknown = [],
  checked,
}: Partial<Pick<IntakeResult, 'results' | 'ignored' | 'unknown' | 'checked'>>): void {
  for (const result of results) {
    if (result.outcome === 'refused')
      for (const it of result.problems) console.error(`${it.field} ${it.problem}`);
    else console.log(`${result.outcome === 'tracked' ? 'tracked' : 'already tracked'}  ${result.key}`);
  }
  if (checked !== undefined) console.log(`checked now: ${checked}`);
  if (ignored > 0) console.log(`named no job that is asked for: ${ignored}`);
  if (unknown.length > 0) console.error(`no origin asks ${unknown.join(', ')}`);
}
