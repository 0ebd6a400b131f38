import { afterAll, beforeAll, expect, it } from 'vitest';
import { followingContract } from '../../../contract/following.ts';
import { livingContract } from '../../../contract/living.ts';
import { walkFollowing } from '../../../crash/following.ts';
import { openAt, startDynamo, type Dynamo } from './dynalite.ts';

let dynamo: Dynamo;
beforeAll(async () => void (dynamo = await startDynamo()));
afterAll(() => dynamo.close());

livingContract(
  'DynamoDB',
  async () => {
    const store = openAt(dynamo.endpoint, await dynamo.newTable());
    return { store, close: () => store.close() };
  },
  'core',
);

followingContract(
  'DynamoDB',
  async () => {
    const store = openAt(dynamo.endpoint, await dynamo.newTable());
    return { store, close: () => store.close() };
  },
  'core',
);

it('a process that dies over DynamoDB leaves no message of a group that says it goes on after its end', async () => {
  const world = { open: async () => openAt(dynamo.endpoint, await dynamo.newTable()), isAlone: true };
  const effects = await walkFollowing(world, Infinity);
  expect(effects).toBeGreaterThan(20);
  // Every effect is walked over SQLite; some of them show that this store does as that does.
  for (let n = 6; n <= effects; n += 12) await walkFollowing(world, n);
});
