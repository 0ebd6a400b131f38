import { Command } from 'commander';
import type { NewSubscription, Subscription } from '../../client/index.ts';
import { Refusal } from '../refusal.ts';
import { teach } from '../examples.ts';
import { configOption, jsonOption, urlOption } from '../options.ts';
import { subscriptionNamed } from '../resolve-job-ids.ts';
import { described, withDescription, type Described } from '../subscription-options.ts';
import { withApi, type Where } from '../with-api.ts';

type Options = Where & Described & { channel: string; json?: boolean };

export const addCommand = (): Command =>
  teach(
    withDescription(
      new Command('add')
        .description(
          'Add a subscription, as the API does; a webhook gets a signing key, which is shown once.',
        )
        .argument('<name>', 'what people call it')
        .requiredOption('--channel <channel>', 'webhook, slack, email or another one (docs/config.md)'),
    )
      .addOption(jsonOption('it as JSON'))
      .addOption(urlOption())
      .addOption(configOption())
      .action((name: string, options: Options) =>
        withApi(options, async ({ client }) => {
          if (options.target === undefined && options.token === undefined)
            throw new Refusal('Give --target: the URL that is posted to, or one mail address.');
          const body = { name, channel: options.channel, ...(await described(options)) };
          const made = await client.subscriptions.create(body as NewSubscription);
          if (options.json) return console.log(JSON.stringify(made, null, 2));
          console.log(`${made.id} (${name}) is ${made.state}. ${nextStep(made)}`);
          const [key] = made.signingKeys ?? [];
          if (key === undefined) return;
          console.log(key);
          console.error('Keep it: it is not shown again. The receiver verifies with it (docs/receivers.md).');
        }),
      ),
    [
      {
        says: 'A webhook on this machine, with a key that `jobchime listen` knows',
        run: 'jobchime subscriptions add dev --on everything --channel webhook --target http://127.0.0.1:8482/ --signing-key env:SIGNING_KEY',
      },
      {
        says: 'A team in German, once a day, and failures at once but for the night',
        run: 'jobchime subscriptions add web --on endings --channel slack --target "$SLACK_URL" --lang de --zone Europe/Berlin --digest at=09:00 --quiet from=22:00,to=06:00',
      },
    ],
    'It is kept in the store and needs `api.secret_key`. One of the configuration is added in the file.',
  );

export const changeCommand = (): Command =>
  teach(
    withDescription(
      new Command('change')
        .description('Change a subscription that was made through the API: what is given, and nothing else.')
        .argument('<name>', 'its id; `jobchime subscriptions` shows it')
        .option('--name <name>', 'what people call it'),
      true,
    )
      .addOption(jsonOption('it as JSON'))
      .addOption(urlOption())
      .addOption(configOption())
      .action((id: string, options: Options & { name?: string }) =>
        withApi(options, async ({ client }) => {
          const one = await subscriptionNamed(client, id);
          const { name } = options;
          const body = { ...(name !== undefined && { name }), ...(await described(options)) };
          if (Object.keys(body).length === 0)
            throw new Refusal('Say what is to change: --lang de, --digest off.');
          const changed = await client.subscriptions.change(one.id, body);
          console.log(options.json ? JSON.stringify(changed, null, 2) : `${one.id} is changed.`);
        }),
      ),
    [
      {
        says: 'Its messages in German, and no digest any more',
        run: 'jobchime subscriptions change sub_89abcdef0123456789abcdef --lang de --digest off',
      },
    ],
    'What waits for it goes to the new target. One of the configuration is changed in the file.',
  );

function nextStep({ id, state }: Subscription): string {
  if (state === 'active') return `Try it: jobchime subscriptions test ${id}`;
  if (state === 'confirming') return 'Its owner has to follow the link in the mail.';
  return `Its receiver has not answered the challenge; ask it again: jobchime subscriptions verify ${id}`;
}
