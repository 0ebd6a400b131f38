import { Command } from 'commander';
import type { Origin } from '../../client/index.ts';
import { withApi, type Where } from '../with-api.ts';
import { teach } from '../examples.ts';
import { configOption, jsonOption, urlOption } from '../options.ts';
import { table, when } from '../render.ts';

export const originsCommand = (): Command =>
  teach(
    new Command('origins')
      .description('List the configured origins, how each of them answers, and how many jobs wait for it.')
      .addOption(jsonOption('one JSON object a line'))
      .addOption(urlOption())
      .addOption(configOption())
      .action((options: Where & { json?: boolean }) =>
        withApi(options, async ({ client }) => {
          const { items } = await client.origins.list();
          if (options.json) for (const one of items) console.log(JSON.stringify(one));
          else console.log(items.length > 0 ? originsTable(items) : 'No origins.');
        }),
      ),
    [{ says: 'Which names `jobchime track` takes', run: 'jobchime origins' }],
    'It shows what the service has seen; `jobchime doctor` checks each of them now.',
  );

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
      one.reason ? `${one.reason}: ${one.detail}` : '-',
    ]),
  );
