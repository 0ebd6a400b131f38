import { Command } from 'commander';
import type { Group } from '../../client/index.ts';
import { teach } from '../examples.ts';
import { describedGroup, groupLine } from '../groups.ts';
import { warnIfNotRunning } from '../not-running.ts';
import { configOption, jsonOption, urlOption } from '../options.ts';
import { withApi, type Api, type Where } from '../with-api.ts';

interface Options extends Where {
  projects?: string;
  json?: boolean;
}

export const groupCommand = (): Command =>
  teach(
    new Command('group')
      .description('Show one group of jobs, or say that all of its jobs have been tracked.')
      .addCommand(showCommand())
      .addCommand(closeCommand()),
    [{ says: 'All jobs of a run have been tracked', run: 'jobchime group close apply-42' }],
    `A name may be used again: jobs that join after an end are the next run of it, and the newest run is meant. Tokens that are limited to
projects have groups of their own; who sees all projects names those of a token with --projects.`,
  );

const withOptions = (command: Command): Command =>
  command
    .argument('<name>', 'what the jobs were tracked with: track --group')
    .option('--projects <ids>', 'the group of those who are limited to these projects, separated by commas')
    .addOption(jsonOption('it as JSON'))
    .addOption(urlOption())
    .addOption(configOption());

const showCommand = (): Command =>
  teach(
    withOptions(new Command('show').description('Tell how its jobs stand, and what failed and why.')).action(
      (name: string, options: Options) =>
        withApi(options, async ({ client }) => {
          const group = await client.groups.get(name, queryOf(options));
          console.log(options.json ? JSON.stringify(group) : describedGroup(group));
        }),
    ),
    [{ says: 'How far is it', run: 'jobchime group show apply-42' }],
  );

const closeCommand = (): Command =>
  teach(
    withOptions(
      new Command('close').description('Say that these are all: it ends as soon as its jobs have ended.'),
    ).action((name: string, options: Options) =>
      withApi(options, async ({ client, config }: Api) => {
        const group: Group = await client.groups.close(name, queryOf(options));
        console.log(options.json ? JSON.stringify(group) : groupLine(group));
        if (group.state !== 'ended') warnIfNotRunning(config);
      }),
    ),
    [{ says: 'At the end of a pipeline', run: 'jobchime group close apply-42' }],
    'Closing it twice changes nothing. A job that joins before the last one has ended is still waited for.',
  );

const queryOf = ({ projects }: Options): { projects?: string } => (projects ? { projects } : {});
