import { Command } from 'commander';
import { toDetail } from '../../lib/jobs/event.ts';
import type { ToldEvent } from '../../lib/notify/events.ts';
import { teach } from '../examples.ts';
import { find } from '../find.ts';
import { withLocal } from '../open.ts';
import { configOption, jsonOption, limitOption } from '../options.ts';
import { table, when } from '../render.ts';

interface Options {
  config?: string;
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
      .addOption(configOption())
      .action((options: Options) =>
        withLocal(options.config, async (local, config) => {
          const { job, limit, json } = options;
          const told = job ? (await find(config, job, local.eventsOf)).flat() : await local.events(limit);
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
