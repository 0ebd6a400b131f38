import { Command } from 'commander';
import { duration } from '../../lib/core/duration.ts';
import { warnIfNotRunning } from '../not-running.ts';
import { withApi, type Where } from '../with-api.ts';
import { each } from '../each.ts';
import { teach } from '../examples.ts';
import { find } from '../resolve-job-ids.ts';
import { configOption, durationOf, jsonOption, urlOption } from '../options.ts';
import { Refusal } from '../refusal.ts';
import { codeOf, EXIT } from '../wait/exit.ts';
import { jsonReport, lineReport, liveReport } from '../wait/report.ts';
import { REMOTE, HERE, watch } from '../wait/watch.ts';

interface Options extends Where {
  timeout?: number;
  json?: boolean;
}

export const waitCommand = (): Command =>
  teach(
    new Command('wait')
      .description('Wait until jobs have ended, and show their progress.')
      .argument('<job...>', 'tracked jobs: job ids, or origin/project/job-id')
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
        says: 'Why a job failed, for a script',
        run: 'jobchime wait --json ff808084 > ended.json || echo failed',
      },
    ],
    `Exit codes: ${EXIT.succeeded} succeeded, ${EXIT.failed} failed, ${EXIT.lost} lost, ${EXIT.timedOut} timed out, ${EXIT.refused} could not wait (not tracked, configuration).
Of several jobs the highest counts. The service (jobchime start) checks the jobs; this command reads its results, at a remote
service every 2 s at most. A remote service may be unreachable for 5 min.`,
  );

async function wait(names: string[], { timeout, json, ...where }: Options): Promise<void> {
  try {
    await withApi(where, async ({ client, config }) => {
      const jobs = (await each(names, (name) => find(client, name, client.jobs.get))).flat();
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
    });
  } catch (error) {
    if (error instanceof Refusal) throw new Refusal(error.message, { exitCode: EXIT.refused, cause: error });
    throw error;
  }
}

function notEnded(left: number, all: number): string {
  if (all === 1) return 'the job has not ended';
  return `${left} of ${all} jobs ${left === 1 ? 'has' : 'have'} not ended`;
}

const print = (line: string): void => console.log(line);
