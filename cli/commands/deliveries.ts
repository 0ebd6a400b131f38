import { Command, Option } from 'commander';
import type { Client, Delivery } from '../../client/index.ts';
import { DELIVERY_STATES, outcomeWord } from '../../lib/core/notify/delivery.ts';
import { jobKey } from '../../lib/core/jobs/job.ts';
import { withApi, type Where } from '../with-api.ts';
import { teach } from '../examples.ts';
import { find } from '../resolve-job-ids.ts';
import { configOption, jsonOption, limitOption, urlOption } from '../options.ts';
import { table, when } from '../render.ts';

interface Options extends Where {
  job?: string;
  event?: string;
  state?: Delivery['state'];
  limit: number;
  json?: boolean;
}

export const deliveriesCommand = (): Command =>
  teach(
    new Command('deliveries')
      .description('List the deliveries and their outcome, the newest first.')
      .addOption(new Option('--state <state>', 'only these').choices(DELIVERY_STATES))
      .option('--job <job>', 'only of this job: its job id, or origin/project/job-id')
      .addOption(new Option('--event <id>', 'only of this event').conflicts('job'))
      .addOption(limitOption(1_000_000))
      .addOption(jsonOption('one JSON object a line'))
      .addOption(urlOption())
      .addOption(configOption())
      .action((options: Options) =>
        withApi(options, async ({ client }) => {
          const found = await listed(client, options);
          if (options.json) for (const one of found) console.log(JSON.stringify(one));
          else console.log(found.length > 0 ? deliveriesTable(found) : 'No deliveries.');
        }),
      ),
    [
      { says: 'What could not be delivered', run: 'jobchime deliveries --state failed' },
      { says: 'What is held until somebody resumes it', run: 'jobchime deliveries --state held --json' },
      {
        says: 'The deliveries of one job',
        run: 'jobchime deliveries --job 2c9eb2c5544cbf6101544f0602af2b4f',
      },
    ],
    `Deliveries are retried on their schedule. \`jobchime explain JOB\` shows every attempt; \`jobchime redeliver ID\` sends one once
more, whatever became of it, and \`jobchime recover\` what could not be delivered.`,
  );

const PAGE = 200;

async function listed(client: Client, { job, event, state, limit }: Options): Promise<Delivery[]> {
  const query = { ...(state && { state }), ...(event && { event }), limit: Math.min(limit, PAGE) };
  const of = (more: { job?: string } = {}) => upTo(limit, client.deliveries.all({ ...query, ...more }));
  if (job === undefined) return of();
  const found = await find(client, job, (address) => of({ job: jobKey(address) }));
  return found.flat().slice(0, limit);
}

async function upTo(limit: number, all: AsyncIterable<Delivery>): Promise<Delivery[]> {
  const found: Delivery[] = [];
  for await (const one of all) {
    found.push(one);
    if (found.length === limit) break;
  }
  return found;
}

const deliveriesTable = (deliveries: readonly Delivery[]): string =>
  table(
    [
      'MADE (UTC)',
      'STATE',
      'EVENT',
      'ABOUT',
      'SUBSCRIPTION',
      'TARGET',
      'REASON',
      'NEXT TRY',
      'ASKED BY',
      'ID',
    ],
    deliveries.map((one) => [
      when(one.createdAt),
      outcomeWord(one),
      one.kind,
      one.subject,
      one.subscription,
      one.target,
      one.reason ?? '-',
      when(one.nextTryAt),
      one.asked.at(-1)?.by ?? '-',
      one.id,
    ]),
  );
