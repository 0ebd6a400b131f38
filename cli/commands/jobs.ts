import { Command, Option } from 'commander';
import type { Client, JobSummary } from '../../client/index.ts';
import { withApi, type Where } from '../with-api.ts';
import { warnOfSilence } from '../silence.ts';
import { teach } from '../examples.ts';
import { configOption, jsonOption, limitOption, urlOption } from '../options.ts';
import { jobsTable } from '../render.ts';

interface Options extends Where {
  origin?: string;
  state?: JobSummary['state'];
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
      .addOption(urlOption())
      .addOption(configOption())
      .action((options: Options) =>
        withApi(options, async (api) => {
          await list(api.client, options);
          await warnOfSilence(api);
        }),
      ),
    [
      { says: 'What is being watched', run: 'jobchime jobs --state outstanding' },
      {
        says: 'The last failures of one origin',
        run: 'jobchime jobs --origin otc-ecs --state failed --limit 10',
      },
      { says: 'For a script', run: 'jobchime jobs --json --limit 1000 > jobs.jsonl' },
    ],
  );

/** However many are listed, this many are held in memory; the API gives no more at a time. */
const PAGE = 200;

async function list(client: Client, { origin, state, limit, json = false }: Options): Promise<void> {
  const query = { ...(state && { state }), ...(origin && { origin }), limit: Math.min(limit + 1, PAGE) };
  let shown = 0;
  let isMore = false;
  let page: JobSummary[] = [];
  const show = (): void => {
    if (page.length > 0) console.log(jobsTable(page, Date.now(), shown === page.length));
    page = [];
  };
  for await (const job of client.jobs.all(query)) {
    isMore = shown === limit;
    if (isMore) break;
    shown += 1;
    if (json) console.log(JSON.stringify(job));
    else if (page.push(job) === PAGE) show();
  }
  if (json) return;
  show();
  if (shown === 0 && origin === undefined) console.log('No jobs.');
  // A misspelt name finds nothing either.
  if (shown === 0 && origin !== undefined)
    console.log(`No jobs of origin '${origin}'. \`jobchime origins\` lists those there are.`);
  if (isMore) console.log('... and more: --limit shows them');
}
