import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Store } from '../../../../lib/ports.ts';
import { scanRows } from '../../../../lib/adapters/store/dynamodb/scan.ts';
import { openStore } from '../../../../lib/adapters/store/sqlite/index.ts';
import { listedRows, type Rows } from '../../../../lib/adapters/store/transfer/rows.ts';
import { jobId, succeeded } from '../../../kit.ts';
import { clientOf, openAt, startDynamo, type Dynamo } from '../dynamodb/dynalite.ts';
import { contentOf, importText, textOf, withAfterthought } from './kit.ts';
import { life, untilTheMove, type Life } from './life.ts';

let dynamo: Dynamo;
beforeAll(async () => void (dynamo = await startDynamo()));
afterAll(() => dynamo.close());

async function newTable(): Promise<{ store: Store; rows: Rows }> {
  const table = await dynamo.newTable();
  const client = clientOf(dynamo.endpoint);
  return { store: openAt(dynamo.endpoint, table), rows: (name) => scanRows(client, table, name) };
}

/** The receivers are well again, the rest of the jobs ends, and what is paused is resumed. */
async function livesOn(lived: Life): Promise<void> {
  lived.weather.failuresIsGone = false;
  lived.weather.mailIsBroken = false;
  for (let n = 0; n < 10; n += 1) await lived.tick(30_000);
  lived.ends[jobId(2)] = succeeded;
  lived.ends[jobId(5)] = succeeded;
  lived.ends[jobId(7)] = succeeded;
  await lived.resume();
  for (let n = 0; n < 20; n += 1) await lived.tick(60_000);
}

const idsOf = ({ events }: Life): string[] =>
  [...new Set(events.map((event) => event.metadata.id))].toSorted();
const deliveriesOf = async (rows: Rows): Promise<string[]> => {
  const found: string[] = [];
  for await (const { key, state } of rows('deliveries')) found.push(`${key} ${state}`);
  return found.toSorted();
};
const statesIn = (content: Map<string, { state: string }>, table: string): string[] =>
  [...content]
    .filter(([key]) => key.startsWith(table))
    .map(([, { state }]) => state)
    .toSorted();

describe('a life that moves', () => {
  it('from SQLite to DynamoDB goes on as if it had stayed', async () => {
    const here = openStore(':memory:');
    const before = await untilTheMove(here);
    const moving = await contentOf(listedRows(here));
    expect(statesIn(moving, 'jobs').filter((state) => state === 'outstanding')).toHaveLength(3);
    expect(statesIn(moving, 'deliveries').toSorted()).toEqual(expect.arrayContaining(['held', 'retrying']));
    expect(statesIn(moving, 'endpoints')).toContain('disabled');
    expect(await here.jobs.queues('publish', Infinity, 1)).toEqual(['publish']);
    expect((await here.origins.get('otc-ecs'))!.pausedUntil).toBeGreaterThan(before.clock.now());

    const table = await newTable();
    await importText(table.store, await textOf(listedRows(here)));
    const sentBefore = before.sent();
    const [stayed, moved] = [life(here, before.clock.now()), life(table.store, before.clock.now())];
    await livesOn(stayed);
    await livesOn(moved);

    expect(idsOf(moved).length).toBeGreaterThan(3);
    expect(idsOf(moved)).toEqual(idsOf(stayed));
    expect(moved.sent().toSorted()).toEqual(stayed.sent().toSorted());
    expect(await contentOf(table.rows)).toEqual(await contentOf(listedRows(here)));
    // Whatever had arrived is not sent again; whatever was held goes out once.
    const deliveries = await deliveriesOf(table.rows);
    expect(deliveries.every((one) => one.endsWith('delivered'))).toBe(true);
    const arrivedBefore = [...moving.values()].flatMap((row) =>
      row.state === 'delivered' ? [(row as unknown as { id: string }).id] : [],
    );
    expect(arrivedBefore.length).toBeGreaterThan(3);
    expect(sentBefore).toEqual(expect.arrayContaining(arrivedBefore));
    for (const id of arrivedBefore) expect(moved.sent()).not.toContain(id);
    expect(new Set(moved.sent()).size).toBe(moved.sent().length);
  }, 60_000);

  it('into a home that is at work already gets nothing twice and loses nothing', async () => {
    const here = openStore(':memory:');
    const before = await untilTheMove(here);
    const text = await textOf(listedRows(here));
    const stayed = life(here, before.clock.now());
    await livesOn(stayed);

    const there = openStore(':memory:');
    // Late enough for everything to be due.
    const moved = life(there, before.clock.now() + 600_000);
    moved.weather.mailIsBroken = false;
    // It works before and after each row, and what it knows of subscriptions may be a second old.
    await moved.tick(10);
    const busy = withAfterthought(there, () => moved.tick(10));
    const imported = await importText(busy, text, () => moved.tick(1_000));
    expect(imported).toMatchObject({ present: 0, differing: 0 });
    await livesOn(moved);

    expect(await deliveriesOf(listedRows(there))).toEqual(await deliveriesOf(listedRows(here)));
    expect(moved.sent().toSorted()).toEqual(stayed.sent().toSorted());
  }, 60_000);
});
