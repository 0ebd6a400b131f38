import { Command } from 'commander';
import type { Stats } from '../../client/index.ts';
import { duration } from '../../lib/core/duration.ts';
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
          else console.log(wanted.length > 0 ? statsTable(wanted) : none(origin));
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

const HEAD = ['ORIGIN', 'TYPE', 'ENDED', 'CALLS A JOB', 'HALF', '90 %', '99 %', 'DELAY', '90 %', 'DURATIONS'];

/** A quantile, or a dash where nothing is known. */
const time = (ms: number | undefined): string => (ms === undefined ? '-' : duration(ms));

export const statsTable = (stats: readonly Stats[]): string =>
  table(
    HEAD,
    stats.map(({ origin, jobType, ended, callsPerJob, took, delays }) => [
      origin,
      jobType ?? '-',
      String(ended),
      callsPerJob.toFixed(1),
      time(took?.p50),
      time(took?.p90),
      time(took?.p99),
      time(delays?.p50),
      time(delays?.p90),
      took ? plotOf(took.bars) : '-',
    ]),
  );

/** The bars between the shortest and the longest: `40 s ▂▅▇▃▁ 7 min`. */
function plotOf(bars: NonNullable<Stats['took']>['bars']): string {
  const [first, last] = [bars[0]!, bars.at(-1)!];
  return `${duration(first.from)} ${spark(bars.map(({ share }) => share))} ${duration(last.to)}`;
}
