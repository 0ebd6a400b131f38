import { Command } from 'commander';
import type { Client, JobchimeEvent } from '../../client/index.ts';
import { toDetail } from '../../lib/core/jobs/event.ts';
import { jobKey } from '../../lib/core/jobs/job.ts';
import { withApi, type Where } from '../with-api.ts';
import { teach } from '../examples.ts';
import { find } from '../resolve-job-ids.ts';
import { configOption, jsonOption, limitOption, urlOption } from '../options.ts';
import { Refusal } from '../refusal.ts';
import { listenToSignals } from '../signals.ts';
import { table, when } from '../render.ts';

interface Options extends Where {
  job?: string;
  after?: string;
  follow?: boolean;
  limit: number;
  json?: boolean;
}

export const eventsCommand = (): Command =>
  teach(
    new Command('events')
      .description('List what was published: of one job in order, of all the newest first.')
      .option('--job <job>', 'its job id, or origin/project/job-id')
      .option('--after <event>', 'those stored behind the event with this id, in that order')
      .option('--follow', 'the newest, or those behind --after, and then each as it comes, until Ctrl-C')
      .addOption(limitOption(1_000))
      .addOption(jsonOption('one JSON object a line'))
      .addOption(urlOption())
      .addOption(configOption())
      .action((options: Options) =>
        withApi(options, async ({ client }) => {
          const { job, after, limit, json, follow: follows } = options;
          if (job !== undefined && (follows || after !== undefined))
            throw new Refusal(`Give ${follows ? '--follow' : '--after'} or --job, not both.`);
          if (follows) return followFeed(client, after, limit, json ?? false);
          const shown = (await chosen(client, job, after, limit)).slice(0, limit);
          if (json) for (const one of shown) console.log(JSON.stringify(lineOf(one)));
          else console.log(shown.length > 0 ? eventsTable(shown) : 'Nothing published yet.');
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
      { says: 'As they went out, for a script', run: 'jobchime events --json | head -1' },
    ],
  );

const ofJob = async (client: Client, job: string): Promise<JobchimeEvent[]> =>
  (
    await find(client, job, async (address) => (await client.events.list({ job: jobKey(address) })).items)
  ).flat();

async function chosen(
  client: Client,
  job: string | undefined,
  after: string | undefined,
  limit: number,
): Promise<JobchimeEvent[]> {
  if (job !== undefined) return ofJob(client, job);
  return (await client.events.list({ limit, ...(after !== undefined && { after }) })).items;
}

/** Until it is interrupted. What came meanwhile is not left out: the cursor says where to go on. */
async function followFeed(
  client: Client,
  from: string | undefined,
  limit: number,
  json: boolean,
): Promise<void> {
  const show = (one: JobchimeEvent): void =>
    console.log(json ? JSON.stringify(lineOf(one)) : columnsOf(one).join('  '));
  const { stopped: signal } = listenToSignals({ reload: false });
  let after = from;
  if (after === undefined) {
    const { items, next } = await client.events.list({ limit });
    for (const one of items.toReversed()) show(one);
    after = next ?? '';
  }
  for await (const one of client.events({ after, signal })) show(one);
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
const eventsTable = (events: readonly JobchimeEvent[]): string =>
  table(['TIME (UTC)', 'EVENT', 'ABOUT', 'ID'], events.map(columnsOf));
