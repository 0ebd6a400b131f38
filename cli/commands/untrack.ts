import { Command } from 'commander';
import { jobKey } from '../../lib/core/jobs/job.ts';
import { withApi, type Where } from '../with-api.ts';
import { teach } from '../examples.ts';
import { find } from '../resolve-job-ids.ts';
import { configOption, urlOption } from '../options.ts';

export const untrackCommand = (): Command =>
  teach(
    new Command('untrack')
      .description('Stop watching jobs and remove them; no event follows.')
      .argument('<job...>', 'tracked jobs: job ids, or origin/project/job-id')
      .addOption(urlOption())
      .addOption(configOption())
      .action((jobs: string[], where: Where) =>
        withApi(where, async ({ client }) => {
          for (const job of jobs) {
            const removed = await find(client, job, async (address) => {
              await client.jobs.remove(address);
              return jobKey(address);
            });
            for (const key of removed) console.log(`untracked  ${key}`);
          }
        }),
      ),
    [{ says: 'One that was tracked by mistake', run: 'jobchime untrack ff808083' }],
    'The job itself continues in the cloud. Events that are published already are still delivered.',
  );
