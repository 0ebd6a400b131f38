import type { Row } from '../../../../lib/core/row.ts';
import { PUBLISH_QUEUE } from '../../../../lib/core/row.ts';
import type { Store, Table } from '../../../../lib/ports.ts';
import { exportLines } from '../../../../lib/adapters/store/transfer/export.ts';
import {
  importLines,
  type Differing,
  type Imported,
} from '../../../../lib/adapters/store/transfer/import.ts';
import { splitLines } from '../../../../lib/adapters/store/transfer/lines.ts';
import {
  moved,
  TABLES,
  tableOf,
  type Moved,
  type Rows,
} from '../../../../lib/adapters/store/transfer/rows.ts';
import { START } from '../../../kit.ts';
import {
  deliveries,
  durations,
  endpoints,
  events,
  groups,
  mutes,
  places,
  jobs,
  members,
  origins,
  rowOf,
  subscriptions,
  tokens,
} from '../../../contract/rows.ts';

/** Some of everything that a store holds, new and grown, with values that are hard to carry. */
export async function fill(store: Store): Promise<void> {
  const publish = { queue: PUBLISH_QUEUE, at: START + 11 };
  await store.tokens.create([tokens.fresh('a1b2'), tokens.fresh('c3d4')]);
  await store.subscriptions.create([
    subscriptions.fresh('sub_1'),
    subscriptions.grown(subscriptions.fresh('sub_2')),
    rowOf(subscriptions, 'of-the-config', { state: 'paused' }),
  ]);
  await store.mutes.create([mutes.fresh('mut_1'), mutes.grown(mutes.fresh('mut_2'))]);
  await store.places.create([places.fresh('ops/ep_1/a/b/c'), places.grown(places.fresh('ops/ep_1/group/d'))]);
  await store.durations.create([durations.fresh('hwc-ecs/createServer')]);
  await store.endpoints.create([
    endpoints.fresh('ep_1'),
    { ...endpoints.grown(endpoints.fresh('ep_2')), due: publish },
  ]);
  await store.origins.create([
    origins.fresh('hwc-ecs'),
    { ...origins.grown(origins.fresh('otc-ecs')), due: publish, pausedUntil: START + 60_000 },
  ]);
  await store.groups.create([
    groups.fresh('-/apply-42/1'),
    { ...groups.grown(groups.fresh('p/apply-42/1')), due: publish },
  ]);
  await store.members.create([
    members.fresh('grp_1/hwc-ecs/p/1'),
    members.grown(members.fresh('grp_1/hwc-ecs/p/2')),
  ]);
  await store.events.create([
    events.fresh('evt_1'),
    events.grown(rowOf(events, 'evt_2', { createdAt: START + 1 })),
  ]);
  await store.jobs.create([
    jobs.fresh('hwc-ecs/p/1'),
    jobs.grown(jobs.fresh('hwc-ecs/p/2')),
    { ...jobs.grown(jobs.fresh('hwc-ecs/p/3')), outbox: [], due: null },
  ]);
  await store.deliveries.create([
    deliveries.fresh('evt_1/dlv_1'),
    deliveries.grown(deliveries.fresh('evt_1/dlv_2')),
    rowOf(deliveries, 'evt_2/dlv_3', { state: 'held', due: { queue: 'held:ops/ep_2', at: START } }),
    rowOf(deliveries, 'evt_3/dlv_4', { state: 'delivered', due: null }),
  ]);
}

/** Everything in a store, by table and key, without what belongs to the store. */
export async function contentOf(rows: Rows): Promise<Map<string, Moved>> {
  const found = new Map<string, Moved>();
  for (const table of TABLES)
    for await (const row of rows(table)) found.set(`${table} ${row.key}`, moved(row));
  return found;
}

export async function textOf(rows: Rows): Promise<string> {
  let text = '';
  for await (const line of exportLines(rows)) text += line;
  return text;
}

/** The text in pieces of a size that fits no line. */
export async function* inPieces(text: string, size = 777): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

export async function importText(
  store: Store,
  text: string,
  noticed = async (): Promise<void> => {},
): Promise<Imported & { named: Differing[] }> {
  const named: Differing[] = [];
  const lines = splitLines(inPieces(text));
  const imported = await importLines({ store, differs: (row) => void named.push(row), noticed }, lines);
  return { ...imported, named };
}

/** A store in which `after` happens behind each write; the rows of one call are written one by one. */
export function withAfterthought(store: Store, after: () => Promise<void>): Store {
  const table = <R extends Row>(real: Table<R>): Table<R> => ({
    ...real,
    async create(rows) {
      const answers = [];
      for (const row of rows) {
        answers.push(...(await real.create([row])));
        await after();
      }
      return answers;
    },
    async save(row) {
      const answer = await real.save(row);
      await after();
      return answer;
    },
  });
  return Object.fromEntries(
    Object.keys(store)
      .filter((name) => name !== 'close')
      .map((name) => [name, table(tableOf(store, name as (typeof TABLES)[number]))]),
  ) as unknown as Store;
}
