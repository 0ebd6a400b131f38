import { InvalidArgumentError, Option, type Command } from 'commander';
import type { Subscription } from '../../client/index.ts';
import { teach } from '../examples.ts';
import { durationOf } from '../options.ts';
import { when } from '../render.ts';
import { subscriptionNamed } from '../resolve-job-ids.ts';
import { withApi } from '../with-api.ts';
import { named, withOptions, type Options } from './subscriptions-options.ts';

export const rotateCommand = (): Command =>
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
