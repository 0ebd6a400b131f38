import { Command, Option } from 'commander';
import type { Mute } from '../../client/index.ts';
import { teach } from '../examples.ts';
import { configOption, jsonOption, labelOf, urlOption } from '../options.ts';
import { table, when } from '../render.ts';
import { withApi, type Where } from '../with-api.ts';

interface Options extends Where {
  label?: Record<string, string>;
  name?: string;
  origin?: string;
  kind?: string;
  subscription?: string;
  for: string;
  why: string;
  failures?: 'at_once' | 'wait';
  json?: boolean;
}

export const muteCommand = (): Command =>
  teach(
    new Command('mute')
      .description('Send nothing of something for a while; what happens is counted and told afterwards.')
      .addOption(
        new Option('--label <key=value>', 'only of jobs with this label; may be repeated').argParser(
          (text: string, labels: Record<string, string> = {}) => labelOf(text, labels),
        ),
      )
      .option('--name <name>', 'only of jobs with this name')
      .option('--origin <origin>', 'only of this origin and its jobs')
      .option('--kind <kind>', 'only events of this kind')
      .option('--subscription <id>', 'only what is for this subscription')
      .requiredOption('--for <duration>', 'how long: a whole number and m, h or d, at most 30d')
      .requiredOption('--why <text>', 'why; everybody who lists the mutes sees it')
      .addOption(new Option('--failures <what>', 'what becomes of failures').choices(['at_once', 'wait']))
      .addOption(jsonOption('it as JSON'))
      .addOption(urlOption())
      .addOption(configOption())
      .action(({ label, name, origin, kind, subscription, for: lasts, why, failures, ...rest }: Options) =>
        withApi(rest, async ({ client }) => {
          const one = await client.mutes.create({
            ...(label && { labels: label }),
            ...(name !== undefined && { name }),
            ...(origin !== undefined && { origin }),
            ...(kind !== undefined && { kind }),
            ...(subscription !== undefined && { subscription }),
            ...(failures && { failures }),
            for: lasts,
            why,
          });
          console.log(rest.json ? JSON.stringify(one) : `muted  ${one.id}  until ${when(one.until)} UTC`);
        }),
      ),
    [
      {
        says: 'A rollout of one team',
        run: 'jobchime mute --label team=web --for 2h --why "rollout of web"',
      },
      {
        says: 'All but failures, for one subscription',
        run: 'jobchime mute --subscription ops --failures at_once --for 1d --why "load test"',
      },
    ],
    'In labels, names, origins, kinds and subscriptions `*` stands for any characters. An event has to match all that is said.',
  );

export const mutesCommand = (): Command =>
  teach(
    new Command('mutes')
      .description('List what is muted and was, with who and why, the newest first.')
      .addOption(jsonOption('one JSON object a line'))
      .addOption(urlOption())
      .addOption(configOption())
      .action((options: Where & { json?: boolean }) =>
        withApi(options, async ({ client }) => {
          const all: Mute[] = [];
          for await (const one of client.mutes.all({ limit: 200 })) all.push(one);
          if (options.json) for (const one of all) console.log(JSON.stringify(one));
          else console.log(all.length > 0 ? mutesTable(all) : 'No mutes.');
        }),
      ),
    [{ says: 'What is muted, and why', run: 'jobchime mutes' }],
    'One that is over is shown for 30 days.',
  );

export const unmuteCommand = (): Command =>
  teach(
    new Command('unmute')
      .description('End a mute now; what it held is told.')
      .argument('<id>', 'its id')
      .addOption(jsonOption('it as JSON'))
      .addOption(urlOption())
      .addOption(configOption())
      .action((id: string, options: Where & { json?: boolean }) =>
        withApi(options, async ({ client }) => {
          const one = await client.mutes.remove(id);
          console.log(options.json ? JSON.stringify(one) : `unmuted  ${one.id}`);
        }),
      ),
    [{ says: 'The rollout is over', run: 'jobchime unmute mut_0123456789abcdef01234567' }],
  );

const mutesTable = (all: readonly Mute[]): string =>
  table(
    ['SINCE (UTC)', 'STATE', 'UNTIL', 'WHAT', 'WHY', 'BY', 'ID'],
    all.map((one) => [when(one.createdAt), one.state, when(one.until), whatOf(one), one.why, one.by, one.id]),
  );

const whatOf = ({ labels = {}, name, origin, kind, subscription, failures }: Mute): string =>
  [
    ...Object.entries(labels).map(([label, value]) => `${label}=${value}`),
    ...Object.entries({ name, origin, kind, subscription }).flatMap(([field, text]) =>
      text === undefined ? [] : [`${field} ${text}`],
    ),
    ...(failures === 'at_once' ? ['but failures'] : []),
  ].join(', ') || 'everything';
