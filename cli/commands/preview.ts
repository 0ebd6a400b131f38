import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { DEFAULT_READER, LANGS, type Lang } from '../../lib/core/notify/reader.ts';
import type { Client, Subscription } from '../../client/index.ts';
import type { Event } from '../../lib/core/jobs/event.ts';
import { SAMPLE_KINDS, type SampleKind } from '../../lib/core/jobs/sample-event.ts';
import { eventAsked, withSample, type Which } from '../event-options.ts';
import { teach } from '../examples.ts';
import { configOption, urlOption } from '../options.ts';
import { Refusal } from '../refusal.ts';
import { subscriptionNamed } from '../resolve-job-ids.ts';
import { withApi, type Api, type Where } from '../with-api.ts';

/** Of many events at once: no event is one of its own, so it finds its way by no pattern. */
const MANY = 'summary';
type Options = Where &
  Which<SampleKind | typeof MANY> & { channel?: string; subscription?: string; lang?: Lang; out?: string };

export const previewCommand = (): Command =>
  teach(
    withSample(
      new Command('preview')
        .description('Show the message that a channel would be sent of an event, and write it to files.')
        .argument('[event]', 'the id of an event that was published')
        .option('--job <job>', 'the newest event of this job; with --sample one that is about this job'),
      'an event of this kind that did not happen; summary: many that are told of in one message',
      [...SAMPLE_KINDS, MANY],
    )
      .option('--channel <channel>', 'as this channel shows it: slack, teams, email or another one')
      .option('--subscription <name>', 'as this one says it: its channel, language, zone and template')
      .addOption(new Option('--lang <lang>', 'in this language').choices(LANGS))
      .option('--out <folder>', 'write there what is sent: the HTML of a mail, the JSON of a card')
      .addOption(urlOption())
      .addOption(configOption())
      .action((id: string | undefined, options: Options) =>
        withApi(options, (api) => show(api, id, options)),
      ),
    [
      {
        says: 'A failed job as Slack shows it, in German',
        run: 'jobchime preview --sample job.failed --channel slack --lang de',
      },
      {
        says: 'What many events at once look like in Teams',
        run: 'jobchime preview --sample summary --channel teams',
      },
      {
        says: 'The HTML of a mail',
        run: 'jobchime preview --sample job.failed --channel email --out preview',
      },
    ],
    'It is made by what sends the message. Nothing is sent.',
  );

async function show({ client }: Api, id: string | undefined, options: Options): Promise<void> {
  const one =
    options.subscription === undefined ? null : await subscriptionNamed(client, options.subscription);
  const channel = options.channel ?? one?.channel;
  if (channel === undefined) throw new Refusal('Give --channel or --subscription: whose message is meant.');
  const { isKnown } = await import('../../lib/adapters/channels/registry.ts');
  if (!isKnown(channel)) throw new Refusal(`There is no channel '${channel}' (docs/config.md).`);
  const event = await eventOf(client, id, options, one);
  const { preview } = await import('../../lib/wire/preview.ts');
  const lang = options.lang ?? one?.lang ?? DEFAULT_READER.lang;
  const made = await preview(event, channel, {
    reader: { lang, zone: one?.zone ?? DEFAULT_READER.zone },
    words: one?.template,
    subscription: one?.id ?? 'preview',
  });
  if (made.failed !== undefined) console.error(`The template failed (${made.failed}).`);
  console.log(`${made.phone}\n\n${made.text}`);
  if (options.out === undefined) return;
  mkdirSync(options.out, { recursive: true });
  for (const [name, content] of Object.entries(made.files)) {
    writeFileSync(join(options.out, name), content);
    console.log(`\nwritten: ${join(options.out, name)}`);
  }
}

async function eventOf(
  client: Client,
  id: string | undefined,
  options: Options,
  of: Subscription | null,
): Promise<Event> {
  const asked = async ({ sample, ...more }: Options): Promise<Event> => {
    const which = sample === undefined || sample === MANY ? more : { ...more, sample };
    return (await client.routes.test(await eventAsked(client, id, which))).event;
  };
  if (options.sample !== MANY) return asked(options);
  const { name = 'web' } = options;
  const some = ['job.failed', 'job.failed', 'job.succeeded', 'job.succeeded', 'group.ended'] as const;
  const events: Event[] = [];
  for (const [n, sample] of some.entries())
    events.push(await asked({ ...options, sample, name: `${name}-${n + 1}` }));
  const { summaryOf } = await import('../../lib/core/notify/window.ts');
  const why = of?.digest ? 'digest' : 'rate';
  return summaryOf(events, { subscription: of?.id ?? 'preview', why }, Date.now());
}
