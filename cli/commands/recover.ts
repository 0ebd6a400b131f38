import { Command, Option } from 'commander';
import { DELIVERY_REASONS, type DeliveryReason } from '../../lib/core/notify/delivery.ts';
import { RECOVERABLE, type Recoverable } from '../../lib/core/notify/recovery.ts';
import { teach } from '../examples.ts';
import { configOption, jsonOption, oneMore, urlOption } from '../options.ts';
import { countOrRun, spanOf, spanOptions, type SpanOptions } from '../recovery.ts';
import { subscriptionNamed } from '../resolve-job-ids.ts';
import { withApi } from '../with-api.ts';

interface Options extends SpanOptions {
  subscription?: string;
  state?: Recoverable;
  reason: string[];
}

export const recoverCommand = (): Command => {
  const command = new Command('recover').description(
    'Count what failed or is held since a time, and send it again.',
  );
  for (const option of spanOptions()) command.addOption(option);
  return teach(
    command
      .option('--subscription <name>', 'only what is for this subscription')
      .addOption(new Option('--state <state>', 'only these (default: both)').choices(RECOVERABLE))
      .addOption(
        new Option('--reason <reason>', `only these; may be repeated: ${DELIVERY_REASONS.join(', ')}`)
          .default([], 'all')
          .argParser(oneMore),
      )
      .addOption(jsonOption('it as JSON'))
      .addOption(urlOption())
      .addOption(configOption())
      .action((options: Options) =>
        withApi(options, async (api) => {
          const { state, reason } = options;
          const subscription =
            options.subscription && (await subscriptionNamed(api.client, options.subscription)).id;
          const body = {
            ...spanOf(options),
            ...(subscription && { subscription }),
            ...(state && { states: [state] }),
            ...(reason.length > 0 && { reasons: reason as DeliveryReason[] }),
          };
          const { recoveries } = api.client;
          await countOrRun(
            api,
            options,
            () => recoveries.create({ ...body, dryRun: true }),
            () => recoveries.create(body),
          );
        }),
      ),
    [
      { says: 'How much would that be', run: 'jobchime recover --since 2d' },
      {
        says: 'A receiver was out of order for a day',
        run: 'jobchime recover --since 2d --subscription ci --yes',
      },
      {
        says: 'Only what one team lost to timeouts, slowly',
        run: 'jobchime recover --since 12h --label team=web --reason timeout --rate 1 --dry-run',
      },
    ],
    `The time is that of the events. Each message goes out under its own id with its whole schedule before it; what arrived is not sent
again. The service does it, whether or not this command waits for the end: \`jobchime recoveries\` shows how far it is. Doing it twice
sends nothing twice.`,
  );
};
