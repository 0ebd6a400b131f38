import { Command, Option } from 'commander';
import { duration } from '../../lib/core/duration.ts';
import { warnIfNotRunning } from '../not-running.ts';
import { withApi, type Api, type Where } from '../with-api.ts';
import { each } from '../each.ts';
import { teach } from '../examples.ts';
import { find } from '../resolve-job-ids.ts';
import { configOption, durationOf, jsonOption, urlOption } from '../options.ts';
import { Refusal } from '../refusal.ts';
import { codeOf, EXIT } from '../wait/exit.ts';
import { jsonReport, lineReport, liveReport } from '../wait/report.ts';
import { REMOTE, HERE, watch } from '../wait/watch.ts';

const APPEAR_MS = 90_000;

interface Options extends Where {
  timeout?: number;
  group?: string;
  projects?: string;
  appear: number;
  json?: boolean;
}

export const waitCommand = (): Command =>
  teach(
    new Command('wait')
      .description('Wait until jobs have ended, and show their progress.')
      .argument('[job...]', 'tracked jobs: job ids, or origin/project/job-id')
      .option('--group <name>', 'all jobs of a group, until it has ended')
      .addOption(
        new Option('--appear <duration>', 'wait so long for the group to appear')
          .argParser(durationOf)
          .default(APPEAR_MS, '90s'),
      )
      .option('--projects <ids>', 'the group of those who are limited to these projects, separated by commas')
      .option('--timeout <duration>', 'wait no longer than this, for instance 30m', durationOf)
      .addOption(jsonOption('each ended job as one JSON object a line'))
      .addOption(urlOption())
      .addOption(configOption())
      .action(wait),
    [
      {
        says: 'Continue when a server is there',
        run: 'jobchime wait 2c9eb2c5544cbf6101544f0602af2b4f && echo it is there',
      },
      {
        says: 'Several jobs, half an hour at most',
        run: 'jobchime wait --timeout 30m 2c9eb2c5544cbf6101544f0602af2b4f ff808082 ff808083',
      },
      {
        says: 'All jobs of a run, one line for each change',
        run: 'jobchime wait --group apply-42 --timeout 30m',
      },
      {
        says: 'Why a job failed, for a script',
        run: 'jobchime wait --json ff808084 > ended.json || echo failed',
      },
    ],
    `Exit codes: ${EXIT.succeeded} succeeded, ${EXIT.failed} failed, ${EXIT.lost} lost, ${EXIT.timedOut} timed out, ${EXIT.refused} could not wait (not tracked, configuration),
${EXIT.empty} with --group: no job has ended in the group, or it never appeared. Of several jobs the highest counts; of a group, unknown outcomes and then
failures. A run of the group that ended more than an hour ago is not waited for. The service (jobchime start) checks the jobs; this command reads its results, at a remote
service every 2 s at most. A remote service may be unreachable for 5 min.`,
  );

async function wait(names: string[], options: Options): Promise<void> {
  const { group } = options;
  return couldNotWait(async () => {
    if (names.length > 0 === (group !== undefined))
      throw new Refusal('Give jobs, or --group with the name of a group.');
    await withApi(options, async ({ client, config }) => {
      if (group !== undefined) return waitForGroup({ client, config }, group, options);
      return waitForJobs({ client, config }, names, options);
    });
  });
}

/** Until all have ended, or time is up; the exit code says how. */
export async function waitForJobs(
  { client, config }: Pick<Api, 'client' | 'config'>,
  names: readonly string[],
  { timeout, json }: Pick<Options, 'timeout' | 'json'>,
): Promise<void> {
  const jobs = (await each([...names], (name) => find(client, name, client.jobs.get))).flat();
  warnIfNotRunning(config);
  const report = json
    ? jsonReport(print)
    : process.stdout.isTTY
      ? liveReport(process.stdout)
      : lineReport(print);
  const until = timeout === undefined ? Infinity : Date.now() + timeout;
  const every = config ? HERE : REMOTE;
  const warn = (line: string): void => console.error(line);
  const seen = await watch({ client, report, warn, until, every }, jobs);
  const left = seen.filter((job) => job.state === 'outstanding').length;
  if (left > 0) console.error(`Timed out after ${duration(timeout!)}: ${notEnded(left, seen.length)}.`);
  process.exitCode = codeOf(seen);
}

/** A mistake must not read as a job that failed: it has an exit code of its own. */
export async function couldNotWait(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof Refusal) throw new Refusal(error.message, { exitCode: EXIT.refused, cause: error });
    throw error;
  }
}

/** Programs get the group once, as it stands at the end. */
async function waitForGroup(
  { client, config }: Pick<Api, 'client' | 'config'>,
  name: string,
  { timeout, json, projects, appear }: Options,
): Promise<void> {
  const { codeOfGroup, watchGroup } = await import('../wait/group.ts');
  warnIfNotRunning(config);
  const now = Date.now();
  const watching = {
    client,
    warn: (line: string): void => console.error(line),
    until: timeout === undefined ? Infinity : now + timeout,
    appears: now + appear,
    every: (config ? HERE : REMOTE)(1),
    print: json ? () => {} : print,
  };
  const seen = await watchGroup(watching, name, projects);
  if (json && seen) print(JSON.stringify(seen));
  if (!seen) console.error(`No job was tracked in the group '${name}'.`);
  else if (seen.outcome === null)
    console.error(`Timed out after ${duration(timeout!)}: the group has not ended.`);
  process.exitCode = codeOfGroup(seen);
}

function notEnded(left: number, all: number): string {
  if (all === 1) return 'the job has not ended';
  return `${left} of ${all} jobs ${left === 1 ? 'has' : 'have'} not ended`;
}

const print = (line: string): void => console.log(line);
