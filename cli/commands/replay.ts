import { Command } from 'commander';
import { teach } from '../examples.ts';
import { configOption, jsonOption, urlOption } from '../options.ts';
import { countOrRun, spanOf, spanOptions, type SpanOptions } from '../recovery.ts';
import { subscriptionNamed } from '../resolve-job-ids.ts';
import { withApi } from '../with-api.ts';

export const replayCommand = (): Command => {
  const command = new Command('replay')
    .description(
      'Count the events since a time that a subscription wants and has not had, and send them to it.',
    )
    .argument('<subscription>', 'its name in the configuration, or its id');
  for (const option of spanOptions()) command.addOption(option);
  return teach(
    command
      .addOption(jsonOption('it as JSON'))
      .addOption(urlOption())
      .addOption(configOption())
      .action((name: string, options: SpanOptions) =>
        withApi(options, async (api) => {
          const { id } = await subscriptionNamed(api.client, name);
          const { recoveries } = api.client;
          await countOrRun(
            api,
            options,
            () => recoveries.replay(id, { ...spanOf(options), dryRun: true }),
            () => recoveries.replay(id, spanOf(options)),
          );
        }),
      ),
    [
      { says: 'How much would that be', run: 'jobchime replay ops-failures --since 24h' },
      {
        says: 'A new channel is to have the last day',
        run: 'jobchime replay ops-failures --since 24h --yes',
      },
    ],
    `What the subscription has had, or what waits for it, is not sent by this: \`jobchime recover\` sends what failed, and
\`jobchime redeliver\` what arrived and was lost.`,
  );
};
