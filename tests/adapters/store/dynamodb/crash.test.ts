import { afterAll, beforeAll, expect, it } from 'vitest';
import { walk, type World } from '../../../crash/walk.ts';
import { openAt, startDynamo, type Dynamo } from './dynalite.ts';

let dynamo: Dynamo;
beforeAll(async () => void (dynamo = await startDynamo()));
afterAll(() => dynamo.close());

const world: World = {
  open: async () => openAt(dynamo.endpoint, await dynamo.newTable()),
  isAlone: false,
};

it('keeps the promise over DynamoDB when a process dies after any of its effects', async () => {
  const effects = await walk(world, Infinity);
  expect(effects).toBeGreaterThan(25);
  for (let n = 1; n <= effects; n += 1) await walk(world, n);
}, 120_000);
