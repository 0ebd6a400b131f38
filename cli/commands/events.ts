import { Command } from 'commander';
import type { Client, ToldEvent } from '../../client/index.ts';
import { toDetail } from '../../lib/core/jobs/event.ts';
import { jobKey } from '../../lib/core/jobs/job.ts';
import { asking, type Where } from '../ask.ts';
import { teach } from '../examples.ts';
import { find } from '../find.ts';
import { configOption, jsonOption, limitOption, urlOption } from '../options.ts';
import { table, when } from '../render.ts';

interface Options extends Where {
  job?: string;
  limit: number;
  json?: boolean;
}

export const eventsCommand = (): Command =>
  teach(
    new Command('events')
      .description('List what was announced: of one job in order, of all the newest first.')
      .option('--job <job>', 'its job id, or origin/project/job-id')
      .addOption(limitOption(1_000))
      .addOption(jsonOption('one JSON object a line'))
      .addOption(urlOption())
      .addOption(configOption())
      .action((options: Options) =>
        asking(options, async ({ client }) => {
          const { job, limit, json } = options;
          const told =
            job === undefined ? (await client.events.list({ limit })).items : await ofJob(client, job);
          const shown = told.slice(0, limit);
          if (json) for (const one of shown) console.log(JSON.stringify(lineOf(one)));
          else console.log(shown.length > 0 ? eventsTable(shown) : 'Nothing announced yet.');
        }),
      ),
    [
      { says: 'The last announcements', run: 'jobchime events --limit 20' },
      {
        says: 'What was announced of one job',
        run: 'jobchime events --job 2c9eb2c5544cbf6101544f0602af2b4f',
      },
      { says: 'As they went out, for a script', run: 'jobchime events --json | head -1' },
    ],
  );

const ofJob = async (client: Client, job: string): Promise<ToldEvent[]> =>
  (
    await find(client, job, async (address) => (await client.events.list({ job: jobKey(address) })).items)
  ).flat();

const lineOf = ({ event, published }: ToldEvent) => ({
  kind: event.kind,
  subject: event.subject,
  published,
  ...toDetail(event),
});

const eventsTable = (events: readonly ToldEvent[]): string =>
  table(
    ['TIME (UTC)', 'EVENT', 'ABOUT', 'ID'],
    events.map(({ event, published }) => [
      when(Date.parse(event.metadata.time)),
      event.kind,
      event.subject,
      published ? event.metadata.id : `${event.metadata.id} (not yet published)`,
    ]),
  );
