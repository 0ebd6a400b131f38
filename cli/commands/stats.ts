import { Command } from 'commander';
import type { Records, Stats } from '../../client/index.ts';
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
      .description(
        'Tell how long jobs take, how often they were checked, how late their ends were seen, and what records show.',
      )
      .option('--origin <name>', 'only those of this origin')
      .addOption(jsonOption('one JSON object a line'))
      .addOption(urlOption())
      .addOption(configOption())
      .action(({ origin, json, ...where }: Where & { origin?: string; json?: boolean }) =>
        withApi(where, async ({ client }) => {
          const { items, records = [] } = await client.stats.list();
          const isWanted = (one: { origin: string }): boolean =>
            origin === undefined || one.origin === origin;
          const wanted = items.filter(isWanted);
          const recorded = records.filter(isWanted);
          if (json) return [...wanted, ...recorded].forEach((one) => console.log(JSON.stringify(one)));
          if (wanted.length > 0 || recorded.length === 0)
            console.log(wanted.length > 0 ? statsTable(wanted, widthOfOutput()) : none(origin));
          if (wanted.length > 0 && recorded.length > 0) console.log();
          if (recorded.length > 0) console.log(recordsTable(recorded, widthOfOutput()));
        }),
      ),
    [
      { says: 'How long jobs usually take', run: 'jobchime stats' },
      { says: 'For a script', run: 'jobchime stats --json > stats.jsonl' },
    ],
    'Learnt from jobs that ended, of each type the last 200. The plot goes from the shortest to the longest; docs/config.md says what\nJobchime makes of it (When to check).\n\nWhere jobs are found by records, it also tells of each service how many calls of the last 24 h had the id of a job in their record.\nA service that starts jobs and stays at 0 leaves the ids out: hand its jobs in (docs/discovery.md).',
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

const RECORDS: Column<Records>[] = [
  { head: 'RECORDS', cell: ({ origin }) => origin, least: 7, how: 'shorten' },
  { head: 'SERVICE', cell: ({ service }) => line(service), least: 7, how: 'shorten' },
  { head: 'WITH ID', cell: ({ withId }) => String(withId) },
  { head: 'WITHOUT', cell: ({ withoutId }) => String(withoutId) },
  { head: 'ENDS', cell: ({ results }) => String(results), drop: 1 },
];

/** Calls of the last day, by what their records have. */
export function recordsTable(records: readonly Records[], width: number | null = null): string {
  const { head, rows } = fitted(RECORDS, records, width);
  return table(head, rows);
}

/** The bars between the shortest and the longest: `40 s ▂▅▇▃▁ 7 min`. */
function plotOf(bars: NonNullable<Stats['took']>['bars']): string {
  const [first, last] = [bars[0]!, bars.at(-1)!];
  return `${duration(first.from)} ${spark(bars.map(({ share }) => share))} ${duration(last.to)}`;
}
