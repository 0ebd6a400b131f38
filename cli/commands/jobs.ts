import { Command, Option } from 'commander';
import type { Client, JobSummary } from '../../client/index.ts';
import { liveBoard, readBoard } from '../board.ts';
import { queryOf, withFilters, type Filters } from '../filters.ts';
import { widthOfOutput } from '../fitted.ts';
import { fittedJobs } from '../job-rows.ts';
import { Refusal } from '../refusal.ts';
import { listenToSignals } from '../signals.ts';
import { HERE, REMOTE } from '../wait/watch.ts';
import { withApi, type Api, type Where } from '../with-api.ts';
import { warnOfSilence } from '../silence.ts';
import { teach } from '../examples.ts';
import { configOption, jsonOption, limitOption, urlOption } from '../options.ts';
import { jobsTable } from '../render.ts';

interface Options extends Where, Filters {
  origin?: string;
  state?: JobSummary['state'];
  limit: number;
  json?: boolean;
  watch?: boolean;
  wide?: boolean;
}

export const jobsCommand = (): Command =>
  teach(
    withFilters(
      new Command('jobs')
        .description('List the tracked jobs, the newest first.')
        .addOption(
          new Option('--state <state>', 'only these').choices(['outstanding', 'succeeded', 'failed', 'lost']),
        )
        .option('--origin <name>', 'only those of this origin'),
    )
      .addOption(
        new Option('--watch', 'a board that is drawn anew, until Ctrl-C').conflicts([
          'json',
          'limit',
          'state',
        ]),
      )
      .option('--wide', 'whole ids and times, however wide that is')
      .addOption(limitOption(1_000_000))
      .addOption(jsonOption('one JSON object a line'))
      .addOption(urlOption())
      .addOption(configOption())
      .action((options: Options) =>
        withApi(options, async (api) => {
          if (options.watch) return board(api, options);
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
      { says: "One team's jobs of today", run: 'jobchime jobs --label team=web --since 1d' },
      { says: 'For a script', run: 'jobchime jobs --json --limit 1000 > jobs.jsonl' },
    ],
    `In a terminal rows fit its width, and an id is its end, which explain, wait and untrack take, too. In a pipe, and with --wide, nothing is cut.
--watch is a board for a terminal: failures of the last hour on top, then what is under way. Its bar is full when nine of ten jobs of
that type have ended. In labels, names and groups * stands for any characters.`,
  );

/** However many are listed, this many are held in memory; the API gives no more at a time. */
const PAGE = 200;

async function list(client: Client, options: Options): Promise<void> {
  const { origin, state, limit, json = false, wide = false } = options;
  const query = {
    ...queryOf(options),
    ...(state && { state }),
    ...(origin && { origin }),
    limit: Math.min(limit + 1, PAGE),
  };
  const width = wide ? null : widthOfOutput();
  let shown = 0;
  let isMore = false;
  let page: JobSummary[] = [];
  const show = (): void => {
    const isFirst = shown === page.length;
    if (page.length > 0)
      console.log(
        width === null ? jobsTable(page, Date.now(), isFirst) : fittedJobs(page, Date.now(), width, isFirst),
      );
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

async function board({ client, config }: Api, options: Options): Promise<void> {
  const { stdout } = process;
  if (!stdout.isTTY)
    throw new Refusal(
      '--watch draws a board, and standard output is no terminal. `jobchime events --follow` prints a line for each event.',
    );
  const { stopped: signal } = listenToSignals({ reload: false });
  const query = { ...queryOf(options), ...(options.origin && { origin: options.origin }) };
  stdout.write('\u001b[2J');
  await liveBoard(() => readBoard(client, query), {
    out: stdout,
    now: Date.now,
    everyMs: config === null ? REMOTE(5) : 2 * HERE(),
    signal,
    warn: (line) => console.error(line),
  });
}
