import { Command, Option } from 'commander';
import type { Job } from '../../lib/jobs/job.ts';
import { summaryOf, type Local } from '../../lib/local.ts';
import { teach } from '../examples.ts';
import { withLocal } from '../open.ts';
import { configOption, jsonOption, limitOption } from '../options.ts';
import { jobsTable } from '../render.ts';

interface Options {
  config?: string;
  origin?: string;
  state?: string;
  limit: number;
  json?: boolean;
}

export const jobsCommand = (): Command =>
  teach(
    new Command('jobs')
      .description('List the tracked jobs, the newest first.')
      .addOption(
        new Option('--state <state>', 'only these').choices(['outstanding', 'succeeded', 'failed', 'lost']),
      )
      .option('--origin <name>', 'only those of this origin')
      .addOption(limitOption(1_000_000))
      .addOption(jsonOption('one JSON object a line'))
      .addOption(configOption())
      .action((options: Options) => withLocal(options.config, (local) => list(local, options))),
    [
      { says: 'What is being watched', run: 'jobchime jobs --state outstanding' },
      {
        says: 'The last failures of one origin',
        run: 'jobchime jobs --origin otc-ecs --state failed --limit 10',
      },
      { says: 'For a script', run: 'jobchime jobs --json --limit 1000 > jobs.jsonl' },
    ],
  );

/** However many are listed, this many are held in memory. */
const PAGE = 500;

async function list(local: Local, { origin, state, limit, json = false }: Options): Promise<void> {
  const query = { ...(state && { state }), ...(origin && { prefix: `${origin}/` }) };
  let left = limit;
  let after: string | null = null;
  do {
    const page = await local.jobs({ ...query, limit: Math.min(left, PAGE), ...(after && { after }) });
    show(page.rows, json, after === null);
    left -= page.rows.length;
    after = page.next;
  } while (after !== null && left > 0);
  if (after !== null && !json) console.log('... and more: --limit shows them');
}

function show(jobs: readonly Job[], json: boolean, first: boolean): void {
  if (json) for (const job of jobs) console.log(JSON.stringify(summaryOf(job)));
  else if (jobs.length > 0) console.log(jobsTable(jobs, first));
  else if (first) console.log('No jobs.');
}
