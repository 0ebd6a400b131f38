import { Command } from 'commander';
import type { Origin } from '../../client/index.ts';
import { withApi, type Where } from '../with-api.ts';
import { widthOfOutput, type Column } from '../fitted.ts';
import { age } from '../job-rows.ts';
import { teach } from '../examples.ts';
import { configOption, jsonOption, urlOption } from '../options.ts';
import { fittedTable, table, when } from '../render.ts';

export const originsCommand = (): Command =>
  teach(
    new Command('origins')
      .description('List the configured origins, how each of them answers, and how many jobs wait for it.')
      .option('--wide', 'whole projects, times and troubles, however wide that is')
      .addOption(jsonOption('one JSON object a line'))
      .addOption(urlOption())
      .addOption(configOption())
      .action((options: Where & { json?: boolean; wide?: boolean }) =>
        withApi(options, async ({ client }) => {
          const { items } = await client.origins.list();
          if (options.json) for (const one of items) console.log(JSON.stringify(one));
          else console.log(items.length > 0 ? shown(items, options.wide ?? false) : 'No origins.');
        }),
      ),
    [{ says: 'Which names `jobchime track` takes', run: 'jobchime origins' }],
    'It shows what the service has seen; `jobchime doctor` checks each of them now.',
  );

function shown(origins: readonly Origin[], isWide: boolean): string {
  const width = isWide ? null : widthOfOutput();
  return width === null ? originsTable(origins) : fittedOrigins(origins, Date.now(), width);
}

export const fittedOrigins = (origins: readonly Origin[], now: number, width: number): string =>
  fittedTable(COLUMNS(now), origins, width);

const COLUMNS = (now: number): Column<Origin>[] => [
  { head: 'STATE', cell: ({ state }) => state },
  { head: 'NAME', cell: ({ name }) => name, how: 'shorten', least: 16 },
  { head: 'DIALECT', cell: ({ dialect }) => dialect ?? '-', drop: 1 },
  { head: 'CLOUD', cell: ({ cloud }) => cloud ?? '-', drop: 2 },
  { head: 'REGION', cell: ({ region }) => region ?? '-', drop: 0 },
  { head: 'PROJECT', cell: ({ projectId }) => projectId, how: 'shorten', least: 12, drop: 3 },
  { head: 'JOBS', cell: ({ outstanding }) => String(outstanding) },
  { head: 'FOR', cell: ({ since }) => (since ? age(now - Date.parse(since)) : '-') },
  { head: 'TROUBLE', cell: (one) => troubleOf(one), how: 'cut', least: 16 },
];
const troubleOf = ({ reason, detail }: Origin): string => (reason ? `${reason}: ${detail}` : '-');

const originsTable = (origins: readonly Origin[]): string =>
  table(
    ['STATE', 'NAME', 'DIALECT', 'CLOUD', 'REGION', 'PROJECT', 'JOBS', 'SINCE (UTC)', 'TROUBLE'],
    origins.map((one) => [
      one.state,
      one.name,
      one.dialect ?? '-',
      one.cloud ?? '-',
      one.region ?? '-',
      one.projectId,
      String(one.outstanding),
      when(one.since),
      troubleOf(one),
    ]),
  );
