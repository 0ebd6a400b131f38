import { Command } from 'commander';
import type { Recovery } from '../../client/index.ts';
import { teach } from '../examples.ts';
import { configOption, jsonOption, urlOption } from '../options.ts';
import { described } from '../recovery.ts';
import { table, when } from '../render.ts';
import { withApi, type Where } from '../with-api.ts';

type Options = Where & { json?: boolean };

export const recoveriesCommand = (): Command =>
  teach(
    new Command('recoveries')
      .description(
        'List what `recover` and `replay` are doing and have done, show how far one is, or stop it.',
      )
      .addCommand(listCommand(), { isDefault: true })
      .addCommand(showCommand())
      .addCommand(stopCommand()),
    [{ says: 'What is under way', run: 'jobchime recoveries' }],
    'One that has ended is shown for 30 days. `jobchime explain JOB` shows on each delivery who asked for it.',
  );

const withOptions = (command: Command, json: string): Command =>
  command.addOption(jsonOption(json)).addOption(urlOption()).addOption(configOption());

const listCommand = (): Command =>
  teach(
    withOptions(
      new Command('list').description('List them, the newest first.'),
      'one JSON object a line',
    ).action((options: Options) =>
      withApi(options, async ({ client }) => {
        const all: Recovery[] = [];
        for await (const one of client.recoveries.all({ limit: 200 })) all.push(one);
        if (options.json) for (const one of all) console.log(JSON.stringify(one));
        else console.log(all.length > 0 ? recoveriesTable(all) : 'No recoveries.');
      }),
    ),
    [{ says: 'For a script', run: 'jobchime recoveries list --json' }],
  );

const showCommand = (): Command =>
  teach(
    withOptions(
      new Command('show').description('Tell how far one is.').argument('<id>', 'its id'),
      'it as JSON',
    ).action((id: string, options: Options) =>
      withApi(options, async ({ client }) => {
        const one = await client.recoveries.get(id);
        console.log(options.json ? JSON.stringify(one, null, 2) : described(one));
      }),
    ),
    [{ says: 'How far is it', run: 'jobchime recoveries show rcv_0123456789abcdef01234567' }],
  );

const stopCommand = (): Command =>
  teach(
    withOptions(
      new Command('stop').description('Let nothing more of one go out.').argument('<id>', 'its id'),
      'it as JSON',
    ).action((id: string, options: Options) =>
      withApi(options, async ({ client }) => {
        const one = await client.recoveries.stop(id);
        console.log(options.json ? JSON.stringify(one) : described(one));
      }),
    ),
    [{ says: 'It was the wrong one', run: 'jobchime recoveries stop rcv_0123456789abcdef01234567' }],
    'What was let go already still goes out: some seconds of it, and where the service runs on AWS up to 90.',
  );

const recoveriesTable = (all: readonly Recovery[]): string =>
  table(
    ['ASKED (UTC)', 'STATE', 'HOW', 'SINCE', 'SUBSCRIPTION', 'SENT', 'KEPT', 'BY', 'ID'],
    all.map((one) => [
      when(one.createdAt),
      one.state,
      one.how,
      when(one.since),
      one.subscription ?? '-',
      String(one.sent),
      String(one.kept),
      one.by,
      one.id,
    ]),
  );
