import { Command, Option } from 'commander';
import type { Group } from '../../client/index.ts';
import { teach } from '../examples.ts';
import { configOption, jsonOption, limitOption, urlOption } from '../options.ts';
import { table, when } from '../render.ts';
import { nameOf } from '../run-name.ts';
import { withApi, type Where } from '../with-api.ts';

interface Options extends Where {
  state?: Group['state'];
  limit: number;
  json?: boolean;
}

export const groupsCommand = (): Command =>
  teach(
    new Command('groups')
      .description('List the groups of jobs, and how their jobs stand; the newest first.')
      .addOption(new Option('--state <state>', 'only these').choices(['open', 'closed', 'ended']))
      .addOption(limitOption(10_000))
      .addOption(jsonOption('one JSON object a line'))
      .addOption(urlOption())
      .addOption(configOption())
      .action(({ state, limit, json, ...where }: Options) =>
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
          else console.log(found.length > 0 ? groupsTable(found) : 'No groups.');
        }),
      ),
    [
      { says: 'What is going on', run: 'jobchime groups' },
      { says: 'Those that nobody has closed yet', run: 'jobchime groups --state open --json' },
    ],
    '`jobchime track --group NAME` makes a job a member of one. `jobchime group show NAME` tells what failed, and why.',
  );

const PAGE = 200;

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
