import { Command } from 'commander';
import type { Client, JobchimeEvent } from '../../client/index.ts';
import { fitsEvent } from '../../lib/core/jobs/filter.ts';
import { toDetail } from '../../lib/core/jobs/event.ts';
import { jobKey } from '../../lib/core/jobs/job.ts';
import { filterOf, queryOf, withFilters, type Filters } from '../filters.ts';
import { widthOfOutput } from '../fitted.ts';
import { fittedEvents } from '../job-rows.ts';
import { withApi, type Where } from '../with-api.ts';
import { teach } from '../examples.ts';
import { find } from '../resolve-job-ids.ts';
import { configOption, jsonOption, limitOption, urlOption } from '../options.ts';
import { Refusal } from '../refusal.ts';
import { listenToSignals } from '../signals.ts';
import { table, when } from '../render.ts';

interface Options extends Where, Filters {
  wide?: boolean;
  job?: string;
  after?: string;
  follow?: boolean;
  limit: number;
  json?: boolean;
}

export const eventsCommand = (): Command =>
  teach(
    withFilters(
      new Command('events')
        .description('List what was published: of one job in order, of all the newest first.')
        .option('--job <job>', 'its job id, or origin/project/job-id'),
    )
      .option('--after <event>', 'those stored behind the event with this id, in that order')
      .option('--follow', 'the newest, or those behind --after, and then each as it comes, until Ctrl-C')
      .option('--wide', 'whole ids and times, however wide that is')
      .addOption(limitOption(1_000))
      .addOption(jsonOption('one JSON object a line'))
      .addOption(urlOption())
      .addOption(configOption())
      .action((options: Options) =>
        withApi(options, async ({ client }) => {
          const { job, after, limit, json, follow: follows } = options;
          if (job !== undefined && (follows || after !== undefined))
            throw new Refusal(`Give ${follows ? '--follow' : '--after'} or --job, not both.`);
          if (follows) return followFeed(client, options);
          const shown = (await chosen(client, options)).slice(0, limit);
          if (json) for (const one of shown) console.log(JSON.stringify(lineOf(one)));
          else console.log(shown.length > 0 ? eventsTable(shown, options) : 'Nothing published yet.');
        }),
      ),
    [
      { says: 'The last events', run: 'jobchime events --limit 20' },
      { says: 'Those to come as well', run: 'jobchime events --follow' },
      {
        says: 'All that are kept, the oldest first, and those to come',
        run: "jobchime events --after '' --follow",
      },
      {
        says: 'What was published of one job',
        run: 'jobchime events --job 2c9eb2c5544cbf6101544f0602af2b4f',
      },
      { says: "Of one team's jobs, of the last hours", run: 'jobchime events --label team=web --since 4h' },
      { says: 'As they went out, for a script', run: 'jobchime events --json | head -1' },
    ],
    'In a terminal rows fit its width, and JOB is the end of the job id, which explain takes. In a pipe, and with --wide, ids are whole.',
  );

async function chosen(client: Client, { job, after, limit, ...filters }: Options): Promise<JobchimeEvent[]> {
  const query = queryOf(filters);
  if (job === undefined)
    return (await client.events.list({ ...query, limit, ...(after !== undefined && { after }) })).items;
  const found = await find(client, job, (address) => client.events.list({ ...query, job: jobKey(address) }));
  return found.flatMap(({ items }) => items);
}

/** Until it is interrupted. What came meanwhile is not left out: the cursor says where to go on. */
async function followFeed(client: Client, options: Options): Promise<void> {
  const { after: from, limit, json = false } = options;
  const width = options.wide ? null : widthOfOutput();
  const filter = filterOf(options);
  const row = (one: JobchimeEvent): string =>
    width === null ? columnsOf(one).join('  ') : fittedEvents([one], Date.now(), width, false);
  const show = (one: JobchimeEvent): void => console.log(json ? JSON.stringify(lineOf(one)) : row(one));
  const { stopped: signal } = listenToSignals({ reload: false });
  let after = from;
  if (after === undefined) {
    const { items, next } = await client.events.list({ ...queryOf(options), limit });
    for (const one of items.toReversed()) show(one);
    after = next ?? '';
  }
  for await (const one of client.events({ after, signal })) if (fitsEvent(filter, one)) show(one);
}

const lineOf = (event: JobchimeEvent) => ({
  kind: event.kind,
  subject: event.subject,
  ...toDetail(event),
});

const columnsOf = ({ kind, subject, metadata }: JobchimeEvent): string[] => [
  when(Date.parse(metadata.time)),
  metadata.drill ? `${kind} (drill)` : kind,
  subject,
  metadata.id,
];
function eventsTable(events: readonly JobchimeEvent[], { wide = false }: Options): string {
  const width = wide ? null : widthOfOutput();
  return width === null
    ? table(['TIME (UTC)', 'EVENT', 'ABOUT', 'ID'], events.map(columnsOf))
    : fittedEvents(events, Date.now(), width);
}
