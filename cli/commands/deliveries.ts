import { Command, Option } from 'commander';
import type { Client, Delivery } from '../../client/index.ts';
import { DELIVERY_STATES, outcomeWord } from '../../lib/core/notify/delivery.ts';
import { jobKey } from '../../lib/core/jobs/job.ts';
import { withApi, type Where } from '../with-api.ts';
import { teach } from '../examples.ts';
import { shortIds, widthOfOutput, type Column } from '../fitted.ts';
import { age } from '../job-rows.ts';
import { find } from '../resolve-job-ids.ts';
import { configOption, jsonOption, limitOption, urlOption } from '../options.ts';
import { fittedTable, table, when } from '../render.ts';

interface Options extends Where {
  job?: string;
  event?: string;
  state?: Delivery['state'];
  limit: number;
  json?: boolean;
  wide?: boolean;
}

export const deliveriesCommand = (): Command =>
  teach(
    new Command('deliveries')
      .description('List the deliveries and their outcome, the newest first.')
      .addOption(new Option('--state <state>', 'only these').choices(DELIVERY_STATES))
      .option('--job <job>', 'only of this job: its job id, or origin/project/job-id')
      .addOption(new Option('--event <id>', 'only of this event').conflicts('job'))
      .option('--wide', 'whole ids and times, however wide that is')
      .addOption(limitOption(1_000_000))
      .addOption(jsonOption('one JSON object a line'))
      .addOption(urlOption())
      .addOption(configOption())
      .action((options: Options) =>
        withApi(options, async ({ client }) => {
          const found = await listed(client, options);
          if (options.json) for (const one of found) console.log(JSON.stringify(one));
          else console.log(found.length > 0 ? shown(found, options.wide ?? false) : 'No deliveries.');
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
    `In a terminal rows fit its width; in a pipe, and with --wide, nothing is cut.
Deliveries are retried on their schedule. \`jobchime explain JOB\` shows every attempt; \`jobchime redeliver ID\` sends one once
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

function shown(deliveries: readonly Delivery[], isWide: boolean): string {
  const width = isWide ? null : widthOfOutput();
  return width === null ? deliveriesTable(deliveries) : fittedDeliveries(deliveries, Date.now(), width);
}

export function fittedDeliveries(deliveries: readonly Delivery[], now: number, width: number): string {
  const ids = shortIds(deliveries.filter(isOfJob).map(({ subject }) => idIn(subject)));
  return fittedTable(COLUMNS(ids, now), deliveries, width);
}

const isOfJob = ({ kind }: Delivery): boolean => kind.startsWith('job.');
const idIn = (subject: string): string => subject.split('/').at(-1)!;

const COLUMNS = (ids: ReadonlyMap<string, string>, now: number): Column<Delivery>[] => [
  { head: 'AGO', cell: ({ createdAt }) => age(now - Date.parse(createdAt)) },
  { head: 'STATE', cell: outcomeWord },
  { head: 'EVENT', cell: ({ kind }) => kind, how: 'cut', least: 13 },
  // Of a job its id, and of that the end, which explain takes, too.
  {
    head: 'ABOUT',
    cell: (one) => (isOfJob(one) ? ids.get(idIn(one.subject))! : one.subject),
    how: 'shorten',
    least: 12,
  },
  { head: 'SUBSCRIPTION', cell: ({ subscription }) => subscription, how: 'shorten', least: 12, drop: 0 },
  { head: 'TARGET', cell: ({ target }) => target, how: 'shorten', least: 12, drop: 1 },
  { head: 'REASON', cell: ({ reason }) => reason ?? '-', how: 'cut', least: 12 },
  { head: 'NEXT TRY', cell: ({ nextTryAt }) => (nextTryAt ? inTime(nextTryAt, now) : '-'), drop: 2 },
  { head: 'ID', cell: ({ id }) => id, drop: 3 },
];
const inTime = (at: string, now: number): string => `in ${age(Math.max(1_000, Date.parse(at) - now))}`;

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
