import { Command, Option } from 'commander';
import type { Group } from '../../client/index.ts';
import { duration } from '../../lib/core/duration.ts';
import { teach } from '../examples.ts';
import { widthOfOutput, type Column } from '../fitted.ts';
import { age } from '../job-rows.ts';
import { configOption, jsonOption, limitOption, urlOption } from '../options.ts';
import { fittedTable, table, when } from '../render.ts';
import { nameOf } from '../run-name.ts';
import { withApi, type Where } from '../with-api.ts';

interface Options extends Where {
  state?: Group['state'];
  limit: number;
  json?: boolean;
  wide?: boolean;
}

export const groupsCommand = (): Command =>
  teach(
    new Command('groups')
      .description('List the groups of jobs, and how their jobs stand; the newest first.')
      .addOption(new Option('--state <state>', 'only these').choices(['open', 'closed', 'ended']))
      .option('--wide', 'whole times, however wide that is')
      .addOption(limitOption(10_000))
      .addOption(jsonOption('one JSON object a line'))
      .addOption(urlOption())
      .addOption(configOption())
      .action(({ state, limit, json, wide = false, ...where }: Options) =>
        withApi(where, async ({ client }) => {
          const found: Group[] = [];
          for await (const one of client.groups.all({
            limit: Math.min(limit, PAGE),
            ...(state && { state }),
          })) {
            found.push(one);
            if (found.length === limit) break;
          }
          if (json) for (const one of found) console.log(JSON.stringify(one));
          else console.log(found.length > 0 ? shown(found, wide) : 'No groups.');
        }),
      ),
    [
      { says: 'What is going on', run: 'jobchime groups' },
      { says: 'Those that nobody has closed yet', run: 'jobchime groups --state open --json' },
    ],
    '`jobchime track --group NAME` makes a job a member of one. `jobchime group show NAME` tells what failed, and why.',
  );

const PAGE = 200;

function shown(groups: readonly Group[], isWide: boolean): string {
  const width = isWide ? null : widthOfOutput();
  return width === null ? groupsTable(groups) : fittedGroups(groups, Date.now(), width);
}

export const fittedGroups = (groups: readonly Group[], now: number, width: number): string =>
  fittedTable(COLUMNS(now), groups, width);

const COLUMNS = (now: number): Column<Group>[] => [
  { head: 'AGE', cell: ({ createdAt }) => age(now - Date.parse(createdAt)), drop: 0 },
  { head: 'STATE', cell: ({ outcome, state }) => outcome ?? state },
  { head: 'NAME', cell: nameOf, how: 'shorten', least: 12 },
  { head: 'JOBS', cell: ({ counts }) => String(counts.total) },
  { head: 'SUCCEEDED', cell: ({ counts }) => String(counts.succeeded), drop: 1 },
  { head: 'FAILED', cell: ({ counts }) => String(counts.failed) },
  { head: 'UNKNOWN', cell: ({ counts }) => String(counts.lost) },
  { head: 'OUTSTANDING', cell: ({ counts }) => String(counts.outstanding) },
  { head: 'CLOSED BY', cell: ({ closedBy }) => closedBy ?? '-', drop: 3 },
  {
    head: 'TOOK',
    cell: ({ createdAt, endedAt }) => (endedAt ? duration(Date.parse(endedAt) - Date.parse(createdAt)) : '-'),
    drop: 2,
  },
];

const groupsTable = (groups: readonly Group[]): string =>
  table(
    [
      'BEGAN (UTC)',
      'STATE',
      'NAME',
      'JOBS',
      'SUCCEEDED',
      'FAILED',
      'UNKNOWN',
      'OUTSTANDING',
      'CLOSED BY',
      'ENDED (UTC)',
    ],
    groups.map((one) => [
      when(one.createdAt),
      one.outcome ?? one.state,
      nameOf(one),
      String(one.counts.total),
      String(one.counts.succeeded),
      String(one.counts.failed),
      String(one.counts.lost),
      String(one.counts.outstanding),
      one.closedBy ?? '-',
      when(one.endedAt),
    ]),
  );
