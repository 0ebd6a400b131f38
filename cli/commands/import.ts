import { Command } from 'commander';
import type { Differing, Home } from '../../lib/wire/local/move.ts';
import { teach } from '../examples.ts';
import { configOption } from '../options.ts';
import { Refusal, refusingLater } from '../refusal.ts';
import { counted } from '../words.ts';

interface Options {
  config?: string;
  table?: string;
}

/** Everything is there, though not all of it as the file has it. */
const DIFFERS = 2;

export const importCommand = (): Command =>
  teach(
    new Command('import')
      .description('Import what `jobchime export` wrote, from standard input.')
      .option('--table <name>', 'into this DynamoDB table (default: the configured store)')
      .addOption(configOption())
      .action((options: Options) =>
        refusingLater(async () => {
          if (process.stdin.isTTY) {
            throw new Refusal('It reads what `jobchime export` wrote: jobchime import < jobchime.jsonl');
          }
          const home = await homeOf(options);
          try {
            await take(home);
          } finally {
            await home.close();
          }
        }),
      ),
    [
      {
        says: 'Into the table of a deployment',
        run: 'jobchime import --table "$TABLE" < jobchime.jsonl',
      },
      { says: 'Back onto this machine', run: 'jobchime import < back.jsonl' },
    ],
    `Nothing is published or delivered again: jobs, events and deliveries keep their ids. The import skips existing rows and overwrites
none, so after any trouble run it again. Region and credentials for a table are those of the environment. The exit code is 0 when
all rows are there, 1 when not, and 2 when some existing rows differ from the file: the import names them and leaves them unchanged.`,
  );

async function take(home: Home): Promise<void> {
  const { created, present, differing } = await home.import(process.stdin.setEncoding('utf8'), (row) =>
    console.error(told(row, home)),
  );
  const all = created + present + differing;
  console.log(
    `${home.name} has all ${counted(all, 'row')}: ${created} new, ${present} already there, ${differing} different.`,
  );
  if (differing > 0) {
    throw new Refusal(
      'What differs was left as it is: the service there has gone on with it, or it was there before.',
      { exitCode: DIFFERS },
    );
  }
}

const told = ({ table, key, fields }: Differing, { name }: Home): string =>
  `${table} ${key}: ${fields.join(', ')} differ in ${name}`;

async function homeOf({ config: named, table }: Options): Promise<Home> {
  const { openFileHome, openTableHome } = await import('../../lib/wire/local/move.ts');
  if (table !== undefined) return openTableHome(table);
  const { openConfig } = await import('../open.ts');
  return openFileHome(openConfig(named, 'later').config.store);
}
