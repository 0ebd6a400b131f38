import { Command } from 'commander';
import { withApi, type Where } from '../with-api.ts';
import { teach } from '../examples.ts';
import { find } from '../resolve-job-ids.ts';
import { configOption, jsonOption, urlOption } from '../options.ts';
import { explanation } from '../render.ts';

export const explainCommand = (): Command =>
  teach(
    new Command('explain')
      .description(
        'Show everything about one job: its changes, its events, who was notified, and who was not and why.',
      )
      .argument('<job>', 'its job id, or origin/project/job-id')
      .addOption(jsonOption('it as JSON'))
      .addOption(urlOption())
      .addOption(configOption())
      .action((job: string, { json, ...where }: Where & { json?: boolean }) =>
        withApi(where, async ({ client }) => {
          const found = await find(client, job, client.jobs.explain);
          if (json) for (const one of found) console.log(JSON.stringify(one, null, 2));
          else console.log(found.map((one) => explanation(one, Date.now())).join('\n\n'));
        }),
      ),
    [
      {
        says: 'Why was nobody notified of this job',
        run: 'jobchime explain 2c9eb2c5544cbf6101544f0602af2b4f',
      },
      {
        says: 'Its state and that of its deliveries, for a script',
        run: 'jobchime explain --json 2c9eb2c5544cbf6101544f0602af2b4f | grep state',
      },
    ],
  );
