import { setTimeout as sleep } from 'node:timers/promises';
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

/** How often a feed that is followed is asked. */
const POLL_MS = 2_000;

interface Options extends Where {
  job?: string;
  follow?: boolean;
  limit: number;
  json?: boolean;
}

export const eventsCommand = (): Command =>
  teach(
    new Command('events')
      .description('List what was published: of one job in order, of all the newest first.')
      .option('--job <job>', 'its job id, or origin/project/job-id')
      .option('--follow', 'the newest, and then each as it comes, until Ctrl-C')
      .addOption(limitOption(1_000))
      .addOption(jsonOption('one JSON object a line'))
      .addOption(urlOption())
      .addOption(configOption())
      .action((options: Options) =>
        withApi(options, async ({ client }) => {
          const { job, limit, json, follow: follows } = options;
          if (follows && job !== undefined) throw new Refusal('Give --follow or --job, not both.');
          if (follows) return follow(client, limit, json ?? false);
          const found =
            job === undefined ? (await client.events.list({ limit })).items : await ofJob(client, job);
          const shown = found.slice(0, limit);
          if (json) for (const one of shown) console.log(JSON.stringify(lineOf(one)));
          else console.log(shown.length > 0 ? eventsTable(shown) : 'Nothing published yet.');
        }),
      ),
    [
      { says: 'The last events', run: 'jobchime events --limit 20' },
      { says: 'Those to come as well', run: 'jobchime events --follow' },
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

/** Until it is interrupted. What came while nobody looked is not left out: the cursor says where to go on. */
async function follow(client: Client, limit: number, json: boolean): Promise<void> {
  const show = (events: readonly JobchimeEvent[]): void => {
    for (const one of events) console.log(json ? JSON.stringify(lineOf(one)) : columnsOf(one).join('  '));
  };
  const { stopped } = listenToSignals({ reload: false });
  const { items, next } = await client.events.list({ limit });
  show(items.toReversed());
  for (let after = next ?? ''; !stopped.aborted;) {
    const page = await client.events.list({ after, limit: 200 });
    show(page.items);
    after = page.next ?? after;
    if (page.items.length === 0) await sleep(POLL_MS, undefined, { signal: stopped }).catch(() => {});
  }
}

const lineOf = (event: JobchimeEvent) => ({
  kind: event.kind,
  subject: event.subject,
  ...toDetail(event),
});

const columnsOf = ({ kind, subject, metadata }: JobchimeEvent): string[] => [
  when(Date.parse(metadata.time)),
  kind,
  subject,
  metadata.id,
];
const eventsTable = (events: readonly JobchimeEvent[]): string =>
  table(['TIME (UTC)', 'EVENT', 'ABOUT', 'ID'], events.map(columnsOf));
