import { once } from 'node:events';
import { Command } from 'commander';
import type { Home } from '../../lib/wire/local/move.ts';
import { teach } from '../examples.ts';
import { configOption } from '../options.ts';
import { refusingLater } from '../refusal.ts';
import { counted } from '../words.ts';

interface Options {
  config?: string;
  table?: string;
}

export const exportCommand = (): Command =>
  teach(
    new Command('export')
      .description('Write jobs, subscriptions and deliveries to standard output, to move them.')
      .option('--table <name>', 'from this DynamoDB table (default: the configured store)')
      .addOption(configOption())
      .action((options: Options) =>
        refusingLater(async () => {
          const home = await homeOf(options);
          try {
            let lines = 0;
            for await (const line of home.export()) {
              if (!process.stdout.write(line)) await once(process.stdout, 'drain');
              lines += 1;
            }
            // The first line says what it is, the last one that it is whole.
            console.error(`${counted(lines - 2, 'row')} of ${home.name} written`);
          } finally {
            await home.close();
          }
        }),
      ),
    [
      { says: 'From this machine, to move to AWS', run: 'jobchime export > jobchime.jsonl' },
      { says: 'From AWS, for the way back', run: 'jobchime export --table "$TABLE" > back.jsonl' },
    ],
    `Stop the service first and keep it stopped: the new home repeats what it does after the export. On this machine export refuses to
work beside a running service; nothing guards a table on AWS, so stop its functions first. docs/aws.md has the steps.
TABLE is among the outputs of a deployment. The file has tokens as hashes and the secrets of subscriptions as they are sealed;
names, labels and mail addresses can be read in it.`,
  );

async function homeOf({ config: named, table }: Options): Promise<Home> {
  const { openExistingHome, openTableHome } = await import('../../lib/wire/local/move.ts');
  if (table !== undefined) return openTableHome(table);
  const { openConfig } = await import('../open.ts');
  return openExistingHome(openConfig(named, 'later').config.store);
}
