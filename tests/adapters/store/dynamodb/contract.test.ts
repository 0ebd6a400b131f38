import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dueInFeed } from '../../../../lib/adapters/store/dynamodb/feed-keys.ts';
import { feedContract } from '../../../contract/feed.ts';
import { stored } from '../../../contract/helpers.ts';
import { events, rowOf } from '../../../contract/rows.ts';
import { START } from '../../../kit.ts';
import { togetherContract } from '../../../contract/together.ts';
import { windowsContract } from '../../../contract/windows.ts';
import { STAYS_MS } from '../../../../lib/adapters/store/dynamodb/keys.ts';
import { tableContract } from '../../../contract/table.ts';
import { watchedContract } from '../../../contract/watched.ts';
import { openDynamoStore } from '../../../../lib/adapters/store/dynamodb/index.ts';
import { clientOf, openAt, startDynamo, type Dynamo } from './dynalite.ts';

let dynamo: Dynamo;
beforeAll(async () => void (dynamo = await startDynamo()));
afterAll(() => dynamo.close());

feedContract(
  'DynamoDB',
  async () => {
    const [day, client] = [86_400_000, clientOf(dynamo.endpoint)];
    const clock = () => START + 4 * day;
    const store = openDynamoStore({ client, table: await dynamo.newTable(), clock, retention: 5 * day });
    return { store, close: () => store.close() };
  },
  3,
);

describe('the feed over DynamoDB', () => {
  it('holds an event back for ten seconds, and never has one that took longer to be stored', async () => {
    let now = START;
    const store = openAt(dynamo.endpoint, await dynamo.newTable(), () => now);
    const keys = async (after: string | null) => (await store.events.feed(after, 9)).map((row) => row.key);
    await stored(store.events, rowOf(events, 'first', { createdAt: START }));
    expect(await keys(null)).toEqual([]);
    now = START + 10_001;
    expect(await keys(null)).toEqual(['first']);
    // Two writers stalled: one came back within the ten seconds, the other did not.
    await stored(store.events, rowOf(events, 'in time', { createdAt: START + 5 }));
    await stored(store.events, rowOf(events, 'too late', { createdAt: START - 60_000 }));
    now = START + 30_000;
    expect(await keys('first')).toEqual(['in time']);
    expect(await store.events.get('too late')).not.toBeNull();
    await store.close();
  });

  it('spreads the events of one moment over the partitions of the index', async () => {
    const places = Array.from({ length: 800 }, (_, n) => dueInFeed(rowOf(events, `evt_${n}`)).queue);
    const counts = [...Map.groupBy(places, (queue) => queue).values()].map((same) => same.length);
    expect(counts).toHaveLength(8);
    expect(Math.max(...counts)).toBeLessThan(150);
  });
});

watchedContract('DynamoDB', async () => {
  const store = openAt(dynamo.endpoint, await dynamo.newTable(), () => START);
  return { store, close: () => store.close() };
});

togetherContract('DynamoDB', async () => {
  const store = openAt(dynamo.endpoint, await dynamo.newTable(), () => START);
  return { store, close: () => store.close() };
});

windowsContract(
  'DynamoDB',
  async () => {
    // Its feed shows what happens in these tests.
    const store = openAt(dynamo.endpoint, await dynamo.newTable(), () => START + 3_600_000);
    return { store, close: () => store.close() };
  },
  // Every half second over SQLite; every two seconds show that this store does as that does.
  { jobs: 60, failures: 10, tickMs: 2_000 },
);

tableContract(
  'DynamoDB',
  async () => {
    const store = openAt(dynamo.endpoint, await dynamo.newTable());
    return { store, close: () => store.close() };
  },
  5,
  Object.keys(STAYS_MS) as (keyof typeof STAYS_MS)[],
);
