import { Command } from 'commander';
import { serviceOn } from '../../lib/adapters/store/sqlite/lock.ts';
import { aboutOf, withSample, type Which } from '../event-options.ts';
import { teach } from '../examples.ts';
import { warnIfNotRunning } from '../not-running.ts';
import { configOption, jsonOption, urlOption } from '../options.ts';
import { outcomeOf, settledOf } from '../outcomes.ts';
import { subscriptionNamed } from '../resolve-job-ids.ts';
import { withApi, type Api, type Where } from '../with-api.ts';

type Options = Where & Which & { subscription?: string; json?: boolean };

export const drillCommand = (): Command =>
  teach(
    withSample(
      new Command('drill')
        .description(
          'Send an event that did not happen on the way of every event, and show what comes of it.',
        )
        .option(
          '--subscription <name>',
          'only to this one, if its pattern matches (default: to all whose does)',
        ),
      'the kind of event (default: job.failed)',
    )
      .addOption(jsonOption('the deliveries, one JSON object a line'))
      .addOption(urlOption())
      .addOption(configOption())
      .action((options: Options) => withApi(options, (api) => drill(api, options))),
    [
      {
        says: 'Does a failed job of team web reach everybody who must hear of it',
        run: 'jobchime drill --subscription ops-failures --label team=web',
      },
    ],
    `The event is stored, published, routed by the patterns and delivered as every other. It says that it is a drill: \`drill\` is true in its
metadata and in the body of webhooks, and every message begins with DRILL. No job is made, and no figure of jobs changes. What is
paused holds it. \`jobchime subscriptions test\` only tries the targets of one subscription, whatever its pattern and its state.

The exit code is 1 where a message did not arrive. Every program that reads \`job.failed\` gets the drill too; let it look for \`drill\`.`,
  );

async function drill({ client, config }: Api, options: Options): Promise<void> {
  const { subscription, sample, json } = options;
  const to = subscription === undefined ? {} : { to: (await subscriptionNamed(client, subscription)).id };
  const { event, routes } = await client.drill({ ...to, ...(sample && { sample }), ...aboutOf(options) });
  const { id } = event.metadata;
  const reached = routes.flatMap(({ targets }) => targets.filter(({ fate }) => fate !== 'dropped'));
  const isNotRunning = config !== null && serviceOn(config.store) === null;
  if (!json) console.log(`${event.kind} ${id}, a drill`);
  const waits = isNotRunning ? 0 : reached.length;
  const ended = await settledOf(client, id, waits, config ? 200 : 2_000);
  for (const one of ended)
    console.log(json ? JSON.stringify(one) : `${outcomeOf(one)}  (${one.subscription})`);
  warnIfNotRunning(config);
  if (!isNotRunning && (ended.length < waits || ended.some(({ state }) => state !== 'delivered')))
    process.exitCode = 1;
}
