import { setTimeout as sleep } from 'node:timers/promises';
import { Command } from 'commander';
import type { Client, Delivery, Subscription } from '../../client/index.ts';
import { outcomeWord } from '../../lib/core/notify/delivery.ts';
import { serviceOn } from '../../lib/adapters/store/sqlite/lock.ts';
import { withApi, type Api, type Where } from '../with-api.ts';
import { warnIfNotRunning } from '../not-running.ts';
import { teach } from '../examples.ts';
import { allSubscriptions, subscriptionNamed } from '../resolve-job-ids.ts';
import { configOption, jsonOption, urlOption } from '../options.ts';
import { table, when } from '../render.ts';
import { unknownCommand } from '../unknown.ts';
import { counted } from '../words.ts';

type Options = Where & { json?: boolean };

export const subscriptionsCommand = (): Command =>
  teach(
    new Command('subscriptions')
      .description('List, test, pause and resume subscriptions.')
      .addCommand(listCommand(), { isDefault: true })
      .addCommand(showCommand())
      .addCommand(testCommand())
      .addCommand(pauseCommand())
      .addCommand(resumeCommand())
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

const withOptions = (command: Command, json?: string): Command => {
  if (json) command.addOption(jsonOption(json));
  return command.addOption(urlOption()).addOption(configOption());
};
const named = (name: string, description: string): Command =>
  new Command(name)
    .description(description)
    .argument('<name>', 'its name in the configuration, or its id; `jobchime subscriptions` shows them');

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

const subscriptionsTable = (all: readonly Subscription[]): string =>
  table(
    ['STATE', 'ID', 'NAME', 'WANTS', 'CHANNEL', 'HELD', 'TARGETS'],
    all.map((one) => [
      stateOf(one),
      one.id,
      one.name === one.id ? '-' : one.name,
      one.on ?? 'pattern',
      one.channel,
      String(one.held),
      one.targets.map(({ shown, reason }) => (reason ? `${shown} (${reason})` : shown)).join(', '),
    ]),
  );

/** That of its targets where all is well with itself. */
function stateOf({ state, targets }: Subscription): string {
  if (state !== 'active') return state;
  const reasons = targets.filter((target) => target.state === 'disabled').map(({ reason }) => reason);
  if (reasons.length === 0) return state;
  return reasons.every((reason) => reason === 'unsubscribed') ? 'unsubscribed' : 'disabled';
}

function described(one: Subscription): string {
  const { id, name, from, channel, targets, held, createdAt } = one;
  const resumable = held > 0 || !['active', 'confirming'].includes(stateOf(one));
  return [
    `${id}${name === id ? '' : ` (${name})`}, ${stateOf(one)}`,
    `from     ${from === 'config' ? 'the configuration' : 'the API'}${createdAt ? `, ${when(createdAt)}` : ''}`,
    `wants    ${one.on ?? JSON.stringify(one.pattern)}`,
    `channel  ${channel}`,
    ...targets.map(({ shown, state, reason, since }) =>
      state === 'ok'
        ? `target   ${shown}: ok`
        : `target   ${shown}: ${state} since ${when(since)} (${reason})`,
    ),
    `held     ${held}${resumable ? `; \`jobchime subscriptions resume ${id}\` sends what is held` : ''}`,
  ].join('\n');
}

/** How long the answer is waited for. A receiver may take 15 s; one that takes longer has not taken the message. */
const PATIENCE_MS = 20_000;

async function test({ client, config }: Api, name: string, { json }: Options): Promise<void> {
  const { id } = await subscriptionNamed(client, name);
  const sent = (await client.subscriptions.test(id)).items;
  const isNotRunning = config !== null && serviceOn(config.store) === null;
  const ended = isNotRunning ? sent : await settled(client, sent, config ? 200 : 2_000);
  for (const one of ended) console.log(json ? JSON.stringify(one) : outcomeOf(one));
  warnIfNotRunning(config);
  if (!isNotRunning && ended.some(({ state }) => state !== 'delivered')) process.exitCode = 1;
}

async function settled(client: Client, sent: readonly Delivery[], everyMs: number): Promise<Delivery[]> {
  const until = Date.now() + PATIENCE_MS;
  let now = [...sent];
  while (now.some(isUnderWay) && Date.now() < until) {
    await sleep(everyMs);
    now = await Promise.all(
      now.map(async (one) =>
        isUnderWay(one) ? client.deliveries.get({ eventId: one.eventId, deliveryId: one.id }) : one,
      ),
    );
  }
  return now;
}
const isUnderWay = ({ state }: Delivery): boolean => state === 'pending' || state === 'sending';

function outcomeOf({ target, state, reason, attempts, nextTryAt }: Delivery): string {
  const last = attempts.at(-1);
  const word = outcomeWord({ state, reason });
  const why = last?.detail && word !== 'delivered' ? `: ${last.detail}` : '';
  const next = nextTryAt && state === 'retrying' ? `; tried again at ${when(nextTryAt)}` : '';
  return `${word.padEnd('delivered'.length)}  ${target}${why}${next}`;
}
