import { Command } from 'commander';
import { serviceOn } from '../../lib/adapters/store/sqlite/lock.ts';
import { addCommand, changeCommand } from './subscriptions-add.ts';
import { rotateCommand } from './subscriptions-rotate.ts';
import { described, subscriptionsTable } from './subscriptions-shown.ts';
import { named, withOptions, type Options } from './subscriptions-options.ts';
import { withApi, type Api } from '../with-api.ts';
import { warnIfNotRunning } from '../not-running.ts';
import { outcomeOf, whenEnded } from '../outcomes.ts';
import { teach } from '../examples.ts';
import { allSubscriptions, subscriptionNamed } from '../resolve-job-ids.ts';
import { unknownCommand } from '../unknown.ts';
import { counted } from '../words.ts';

export const subscriptionsCommand = (): Command =>
  teach(
    new Command('subscriptions')
      .description('List, add, change, test, pause, resume and verify subscriptions, and rotate their keys.')
      .addCommand(listCommand(), { isDefault: true })
      .addCommand(showCommand())
      .addCommand(addCommand())
      .addCommand(changeCommand())
      .addCommand(testCommand())
      .addCommand(pauseCommand())
      .addCommand(resumeCommand())
      .addCommand(rotateCommand())
      .addCommand(verifyCommand())
      .addCommand(removeCommand())
      .hook('preSubcommand', refuseUnknown),
    [{ says: 'What goes where, and what is held', run: 'jobchime subscriptions' }],
  );

/** The list is meant where no command is named, and so it would be handed whatever is none. */
function refuseUnknown({ args, commands }: Command): void {
  const names = commands.map((command) => command.name());
  const [word = '-'] = args;
  if (!word.startsWith('-') && !names.includes(word)) throw unknownCommand(word, names, 'subscriptions');
}

const listCommand = (): Command =>
  teach(
    withOptions(
      new Command('list').description(
        'List the subscriptions, the state of their targets, and how much is held.',
      ),
      'one JSON object a line',
    ).action((options: Options) =>
      withApi(options, async ({ client }) => {
        const all = await allSubscriptions(client);
        if (options.json) for (const one of all) console.log(JSON.stringify(one));
        else console.log(all.length > 0 ? subscriptionsTable(all) : 'No subscriptions.');
      }),
    ),
    [{ says: 'For a script', run: 'jobchime subscriptions list --json' }],
  );

const showCommand = (): Command =>
  teach(
    withOptions(
      named('show', 'Show everything about one subscription: its pattern, and the health of each target.'),
      'it as JSON',
    ).action((name: string, options: Options) =>
      withApi(options, async ({ client }) => {
        const one = await subscriptionNamed(client, name);
        console.log(options.json ? JSON.stringify(one, null, 2) : described(one));
      }),
    ),
    [{ says: 'Why does this channel get nothing', run: 'jobchime subscriptions show ops-failures' }],
  );

const testCommand = (): Command =>
  teach(
    withOptions(
      named('test', 'Send a message to each of its targets, and show the outcome.'),
      'the deliveries, one JSON object a line',
    ).action((name: string, options: Options) => withApi(options, (api) => test(api, name, options))),
    [{ says: 'Does it arrive', run: 'jobchime subscriptions test ops-failures' }],
    'A paused or disabled subscription can be tested too, and stays what it is. The exit code is 1 where a message did not arrive.',
  );

const pauseCommand = (): Command =>
  teach(
    withOptions(named('pause', 'Hold its deliveries until it is resumed.')).action(
      (name: string, options: Options) =>
        withApi(options, async ({ client }) => {
          const { id } = await client.subscriptions.pause((await subscriptionNamed(client, name)).id);
          console.log(`${id} is paused. \`jobchime subscriptions resume ${id}\` sends what is held by then.`);
        }),
    ),
    [{ says: 'During a migration', run: 'jobchime subscriptions pause ops-failures' }],
  );

const resumeCommand = (): Command =>
  teach(
    withOptions(named('resume', 'Send what was held, the oldest first, and enable its targets.')).action(
      (name: string, options: Options) =>
        withApi(options, async ({ client, config }) => {
          const { id, held } = await client.subscriptions.resume((await subscriptionNamed(client, name)).id);
          const what =
            held > 0 ? `: ${counted(held, 'message')} that ${held === 1 ? 'was' : 'were'} held` : '';
          console.log(`${id} is sent to again${what}.`);
          if (held > 0) warnIfNotRunning(config);
        }),
    ),
    [{ says: 'After a dead Slack webhook was replaced', run: 'jobchime subscriptions resume ops-failures' }],
    `It ends a pause and enables disabled targets. Resuming one that is not paused also enables mail addresses whose owners
unsubscribed, so do that only when they ask for it.`,
  );

const verifyCommand = (): Command =>
  teach(
    withOptions(
      named('verify', 'Ask a webhook whether it wants messages; then send what is held for that.'),
    ).action((name: string, options: Options) =>
      withApi(options, async ({ client }) => {
        const { id } = await client.subscriptions.verify((await subscriptionNamed(client, name)).id);
        console.log(`${id} is verified.`);
      }),
    ),
    [
      {
        says: 'After the receiver has learnt to answer',
        run: 'jobchime subscriptions verify sub_89abcdef0123456789abcdef',
      },
    ],
    `A webhook that is made or changed through the API gets nothing until it answers a message of the type
\`jobchime.challenge\`: with status 200 and the \`data.challenge\` of it.`,
  );

const removeCommand = (): Command =>
  teach(
    withOptions(
      named('remove', 'Remove a subscription made through the API; its waiting deliveries are not sent.'),
    ).action((name: string, options: Options) =>
      withApi(options, async ({ client }) => {
        const { id } = await subscriptionNamed(client, name);
        await client.subscriptions.remove(id);
        console.log(`${id} is removed.`);
      }),
    ),
    [{ says: 'By its id', run: 'jobchime subscriptions remove sub_0123456789abcdef01234567' }],
    'Remove those of the configuration in the file.',
  );

async function test({ client, config }: Api, name: string, { json }: Options): Promise<void> {
  const { id } = await subscriptionNamed(client, name);
  const sent = (await client.subscriptions.test(id)).items;
  const isNotRunning = config !== null && serviceOn(config.store) === null;
  const ended = isNotRunning ? sent : await whenEnded(client, sent, config ? 200 : 2_000);
  for (const one of ended) console.log(json ? JSON.stringify(one) : outcomeOf(one));
  warnIfNotRunning(config);
  if (!isNotRunning && ended.some(({ state }) => state !== 'delivered')) process.exitCode = 1;
}
