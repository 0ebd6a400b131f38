import { Command } from 'commander';
import type { Stats } from '../../client/index.ts';
import { duration } from '../../lib/core/duration.ts';
import { line } from '../../lib/core/notify/message-content.ts';
import { fitted, widthOfOutput, type Column } from '../fitted.ts';
import { withApi, type Where } from '../with-api.ts';
import { teach } from '../examples.ts';
import { configOption, jsonOption, urlOption } from '../options.ts';
import { table } from '../render.ts';
import { spark } from '../spark.ts';

export const statsCommand = (): Command =>
  teach(
    new Command('stats')
      .description('Tell how long jobs take, how often they were checked, and how late their ends were seen.')
      .option('--origin <name>', 'only those of this origin')
      .addOption(jsonOption('one JSON object a line'))
      .addOption(urlOption())
      .addOption(configOption())
      .action(({ origin, json, ...where }: Where & { origin?: string; json?: boolean }) =>
        withApi(where, async ({ client }) => {
          const { items } = await client.stats.list();
          const wanted = items.filter((one) => origin === undefined || one.origin === origin);
          if (json) for (const one of wanted) console.log(JSON.stringify(one));
          else console.log(wanted.length > 0 ? statsTable(wanted, widthOfOutput()) : none(origin));
        }),
      ),
    [
      { says: 'How long jobs usually take', run: 'jobchime stats' },
      { says: 'For a script', run: 'jobchime stats --json > stats.jsonl' },
    ],
    'Learnt from jobs that ended, of each type the last 200. The plot goes from the shortest to the longest; docs/config.md says what\nJobchime makes of it (When to check).',
  );

const none = (origin: string | undefined): string =>
  `No job ${origin === undefined ? '' : `of origin '${origin}' `}has been seen to end so far.`;

/** A quantile, or a dash where nothing is known. */
const time = (ms: number | undefined): string => (ms === undefined ? '-' : duration(ms));

const COLUMNS: Column<Stats>[] = [
  { head: 'ORIGIN', cell: ({ origin }) => origin, least: 7, how: 'shorten' },
  { head: 'TYPE', cell: ({ jobType }) => line(jobType) || '-', least: 10, how: 'shorten' },
  { head: 'ENDED', cell: ({ ended }) => String(ended), drop: 2 },
  { head: 'CALLS A JOB', cell: ({ callsPerJob }) => callsPerJob.toFixed(1), drop: 4 },
  { head: 'HALF', cell: ({ took }) => time(took?.p50) },
  { head: '90 %', cell: ({ took }) => time(took?.p90) },
  { head: '99 %', cell: ({ took }) => time(took?.p99), drop: 3 },
  { head: 'DELAY', cell: ({ delays }) => time(delays?.p50), drop: 1 },
  { head: '90 %', cell: ({ delays }) => time(delays?.p90), drop: 5 },
  { head: 'DURATIONS', cell: ({ took }) => (took ? plotOf(took.bars) : '-'), drop: 6 },
];

/** What is least asked for is left out where a terminal is too narrow for all. */
export function statsTable(stats: readonly Stats[], width: number | null = null): string {
  const { head, rows } = fitted(COLUMNS, stats, width);
  return table(head, rows);
}

/** The bars between the shortest and the longest: `40 s ▂▅▇▃▁ 7 min`. */
function plotOf(bars: NonNullable<Stats['took']>['bars']): string {
  const [first, last] = [bars[0]!, bars.at(-1)!];
  return `${duration(first.from)} ${spark(bars.map(({ share }) => share))} ${duration(last.to)}`;
}
