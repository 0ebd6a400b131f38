import { Command } from 'commander';
import { jobKey } from '../../lib/core/jobs/job.ts';
import { withApi, type Where } from '../with-api.ts';
import { teach } from '../examples.ts';
import { find } from '../resolve-job-ids.ts';
import { configOption, urlOption } from '../options.ts';

export const untrackCommand = (): Command =>
  teach(
    new Command('untrack')
      .description('Stop watching jobs and forget them; nothing is announced.')
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
    [{ says: 'One that was handed in by mistake', run: 'jobchime untrack ff808083' }],
    'The job itself goes on in the cloud. What was announced of it already is delivered all the same.',
  );
