import { afterAll, beforeAll, expect, it } from 'vitest';
import { again, type Ask } from '../../../crash/again.ts';
import { walkDiscovery } from '../../../crash/discover.ts';
import { walkOutage } from '../../../crash/outage.ts';
import { walkRun } from '../../../crash/run.ts';
import { walkChallenge, walkMove, walkRotation } from '../../../crash/subscribing.ts';
import { walkWindows } from '../../../crash/windows.ts';
import { walk, type World } from '../../../crash/walk.ts';
import { START } from '../../../kit.ts';
import { openAt, startDynamo, type Dynamo } from './dynalite.ts';

let dynamo: Dynamo;
beforeAll(async () => void (dynamo = await startDynamo()));
afterAll(() => dynamo.close());

const world: World = {
  open: async () => openAt(dynamo.endpoint, await dynamo.newTable()),
  isAlone: false,
};

/** The events of a walk are in its feed already. */
const later = () => START + 86_400_000;
const settled: World = {
  ...world,
  open: async () => openAt(dynamo.endpoint, await dynamo.newTable(), later),
};

it('keeps the promise over DynamoDB when a process dies after any of its effects', async () => {
  const effects = await walk(world, Infinity);
  expect(effects).toBeGreaterThan(25);
  for (let n = 1; n <= effects; n += 1) await walk(world, n);
}, 120_000);

it('counts every event in one message over DynamoDB when a process dies while it gathers', async () => {
  const effects = await walkWindows(world, Infinity);
  // Every effect is walked over SQLite; every fourth shows that this store does as that does.
  for (let n = 1; n <= effects; n += 4) await walkWindows(world, n);
}, 120_000);

it('tells once of a group over DynamoDB when a process dies on its way', async () => {
  const effects = await walkRun(world, Infinity);
  // Every effect is walked over SQLite; every tenth shows that this store does as that does.
  for (let n = 1; n <= effects; n += 10) await walkRun(world, n);
}, 120_000);

it('finds each call once over DynamoDB when a process dies while it discovers', async () => {
  const effects = await walkDiscovery(world, Infinity);
  // Every effect is walked over SQLite; every sixth shows that this store does as that does.
  for (let n = 2; n <= effects; n += 6) await walkDiscovery(world, n);
}, 120_000);

it.each<[Ask, number]>([
  ['redeliver', 6],
  ['recover', 3],
  ['replay', 6],
])(
  'keeps the promise over DynamoDB when a process dies on a %s',
  async (ask, step) => {
    const effects = await again(ask, settled, Infinity);
    expect(effects).toBeGreaterThanOrEqual(12);
    // Every effect is walked over SQLite; some of them show that this store does as that does.
    for (let n = 1; n <= effects; n += step) await again(ask, settled, n);
  },
  120_000,
);

it('tells once over DynamoDB that a target fails, is disabled and recovers, whenever a process dies', async () => {
  const effects = await walkOutage(Infinity, true, settled.open);
  expect(effects).toBeGreaterThan(40);
  // Every effect is walked over SQLite; every twelfth shows that this store does as that does.
  for (let n = 1; n <= effects; n += 12) await walkOutage(n, true, settled.open);
}, 120_000);

it('leaves over DynamoDB no receiver with a key that nothing is signed with, and sends none anything before it has answered', async () => {
  const rotate = (n: number): Promise<number> => walkRotation(n, undefined, settled.open);
  for (const walkOne of [
    rotate,
    (n: number) => walkChallenge(n, settled.open),
    (n: number) => walkMove(n, settled.open),
  ]) {
    const effects = await walkOne(Infinity);
    expect(effects).toBeGreaterThanOrEqual(3);
    for (let n = 1; n <= effects; n += 1) await walkOne(n);
  }
}, 120_000);
