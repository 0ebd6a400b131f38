import { Command, InvalidArgumentError, Option } from 'commander';
import type { Subscription } from '../../client/index.ts';
import { serviceOn } from '../../lib/adapters/store/sqlite/lock.ts';
import { addCommand } from './subscriptions-add.ts';
import { withApi, type Api, type Where } from '../with-api.ts';
import { warnIfNotRunning } from '../not-running.ts';
import { outcomeOf, settled } from '../outcomes.ts';
import { teach } from '../examples.ts';
import { allSubscriptions, subscriptionNamed } from '../resolve-job-ids.ts';
import { configOption, durationOf, jsonOption, urlOption } from '../options.ts';
import { table, when } from '../render.ts';
import { unknownCommand } from '../unknown.ts';
import { counted } from '../words.ts';

type Options = Where & { json?: boolean };

export const subscriptionsCommand = (): Command =>
  teach(
    new Command('subscriptions')
      .description('List, add, test, pause, resume and verify subscriptions, and rotate their keys.')
      .addCommand(listCommand(), { isDefault: true })
      .addCommand(showCommand())
      .addCommand(addCommand())
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

const rotateCommand = (): Command =>
  teach(
    withOptions(
      named('rotate', 'Give a webhook a new signing key, and print it; it is never shown again.'),
      'it as JSON: `signingKeys` has the new key',
    )
      .addOption(
        new Option('--overlap <duration>', 'how long messages are signed with the old keys too: 0 to 7d')
          .default(24 * HOUR_SECONDS, '24h')
          .argParser(overlapOf),
      )
      .action((name: string, options: Options & { overlap: number }) =>
        withApi(options, async ({ client }) => {
          const { id } = await subscriptionNamed(client, name);
          const rotated = await client.subscriptions.rotate(id, { overlapSeconds: options.overlap });
          if (options.json) return console.log(JSON.stringify(rotated));
          console.log(rotated.signingKeys[0]);
          console.error(afterRotation(rotated));
        }),
      ),
    [
      {
        says: 'A new key, and a day to bring it to the receiver',
        run: `${ROTATE} sub_89abcdef0123456789abcdef`,
      },
      {
        says: 'The old key is known to others: it ends now',
        run: `${ROTATE} sub_89abcdef0123456789abcdef --overlap 0`,
      },
    ],
    `Messages are signed with every key that has not ended, so receivers may change over at any time before that. All old
keys end with this overlap at the latest, also those of an earlier rotation. A subscription has 5 keys at most. The keys of one in
the configuration are rotated there, in \`signing_keys\`.`,
  );
const ROTATE = 'jobchime subscriptions rotate';
const HOUR_SECONDS = 3_600;
const MAX_OVERLAP_SECONDS = 7 * 24 * HOUR_SECONDS;

function overlapOf(text: string): number {
  const seconds = /^0[smhd]?$/.test(text) ? 0 : Math.ceil(durationOf(text) / 1_000);
  if (seconds > MAX_OVERLAP_SECONDS) throw new InvalidArgumentError('It is at most 7d.');
  return seconds;
}

function afterRotation({ keys = [] }: Subscription): string {
  const until = keys
    .flatMap((key) => key.until ?? [])
    .toSorted()
    .at(-1);
  const how = until ? `with the old one too, until ${when(until)} UTC` : 'with it alone from now on';
  return `Keep it: it is not shown again. Messages are signed ${how}.`;
}

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
  if (reasons.length === 0) return targets.some((target) => target.state === 'failing') ? 'failing' : state;
  return reasons.every((reason) => reason === 'unsubscribed' || reason === 'complained')
    ? 'unsubscribed'
    : 'disabled';
}

function described(one: Subscription): string {
  const { id, name, from, channel, targets, held, createdAt } = one;
  const how = one.state === 'unverified' ? 'verify' : 'resume';
  const resumable = held > 0 || !['active', 'confirming', 'failing'].includes(stateOf(one));
  return [
    `${id}${name === id ? '' : ` (${name})`}, ${stateOf(one)}`,
    `from     ${from === 'config' ? 'the configuration' : 'the API'}${createdAt ? `, ${when(createdAt)}` : ''}`,
    `wants    ${one.on ?? JSON.stringify(one.pattern)}`,
    `channel  ${channel}${one.ordered ? ', ordered: the events of a job one after the other' : ''}`,
    ...targets.map(({ shown, state, reason, since }) =>
      state === 'ok'
        ? `target   ${shown}: ok`
        : `target   ${shown}: ${state} since ${when(since)} (${reason})`,
    ),
    ...(one.request ? [`request  ${requestOf(one.request)}`] : []),
    ...(one.keys
      ? [`keys     ${one.keys.map(({ until }) => (until ? `until ${when(until)}` : 'in use')).join(', ')}`]
      : []),
    ...(one.verification ? [`verified ${verificationOf(one.verification)}`] : []),
    `held     ${held}${resumable ? `; \`jobchime subscriptions ${how} ${id}\` sends what is held` : ''}`,
  ].join('\n');
}

function requestOf({ method = 'POST', headers = [], body, path, timeoutSeconds, ...more }: Request): string {
  const own = [...(body === undefined ? [] : ['body']), ...(path === undefined ? [] : ['path'])];
  const { secrets: _, contentType, ...others } = more;
  return [
    method,
    ...(headers.length > 0 ? [`with the header${headers.length > 1 ? 's' : ''} ${headers.join(', ')}`] : []),
    ...(contentType ? [contentType] : []),
    ...own.map((name) => `${name} by a template`),
    ...(timeoutSeconds ? [`${timeoutSeconds} s`] : []),
    ...Object.keys(others),
  ].join(', ');
}
type Request = NonNullable<Subscription['request']>;

function verificationOf({ state, at, by, detail }: NonNullable<Subscription['verification']>): string {
  if (state === 'skipped') return `no, ${by} wanted to do without at ${when(at)}`;
  return state === 'verified' ? when(at) : `no${detail ? `, at ${when(at)}: ${detail}` : ''}`;
}

async function test({ client, config }: Api, name: string, { json }: Options): Promise<void> {
  const { id } = await subscriptionNamed(client, name);
  const sent = (await client.subscriptions.test(id)).items;
  const isNotRunning = config !== null && serviceOn(config.store) === null;
  const ended = isNotRunning ? sent : await settled(client, sent, config ? 200 : 2_000);
  for (const one of ended) console.log(json ? JSON.stringify(one) : outcomeOf(one));
  warnIfNotRunning(config);
  if (!isNotRunning && ended.some(({ state }) => state !== 'delivered')) process.exitCode = 1;
}
