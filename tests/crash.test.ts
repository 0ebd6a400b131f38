import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openStore } from '../lib/adapters/store/sqlite/index.ts';
import { walkDiscovery } from './crash/discover.ts';
import { walkFollowing } from './crash/following.ts';
import { walkGenerations } from './crash/generations.ts';
import { walkLiving } from './crash/living.ts';
import { walkOutage } from './crash/outage.ts';
import { walkRun } from './crash/run.ts';
import { walk, type Sabotage, type World } from './crash/walk.ts';
import { walkWindows } from './crash/windows.ts';
import { walkChallenge, walkMove, walkRotation } from './crash/subscribing.ts';
import { brokenStore } from './kill/broken.ts';

const world: World = { open: async () => openStore(':memory:'), isAlone: true };
const inSteps: World = { ...world, inSteps: true };

/** Finds the moments at which a broken rule breaks the promise. */
async function losses(sabotage: Sabotage): Promise<number> {
  // Without a death even a broken rule keeps the promise: it is the death that shows what the rule is for.
  await walk(inSteps, Infinity, sabotage);
  let lost = 0;
  for (let n = 1; n <= 40; n += 1) await walk(inSteps, n, sabotage).catch(() => (lost += 1));
  return lost;
}

describe('a process that dies', () => {
  it('after any of its effects keeps the promise', async () => {
    const effects = await walk(inSteps, Infinity);
    expect(effects).toBeGreaterThan(25);
    for (let n = 1; n <= effects; n += 1) await walk(inSteps, n);
  });

  it('after any of its effects keeps the promise, too, where an end is one write with its event and deliveries', async () => {
    const effects = await walk(world, Infinity);
    // Two places to die less for each of four jobs: after its deliveries are stored, and after its outbox is emptied.
    expect(effects).toBe((await walk(inSteps, Infinity)) - 4 * 2);
    for (let n = 1; n <= effects; n += 1) await walk(world, n);
  });

  it('after any of its effects keeps the promise, too, where workers sweep in windows', async () => {
    const inShifts = { ...world, isAlone: false };
    const effects = await walk(inShifts, Infinity);
    expect(effects).toBeGreaterThan(25);
    for (let n = 1; n <= effects; n += 1) await walk(inShifts, n);
  });

  it.each([
    ['on one machine', world],
    ['where workers sweep in windows', { ...world, isAlone: false }],
  ])(
    'after any effect of discovery finds each call once, and tells each end once: %s',
    async (_, ofWorld) => {
      const effects = await walkDiscovery(ofWorld, Infinity);
      expect(effects).toBeGreaterThan(20);
      for (let n = 1; n <= effects; n += 1) await walkDiscovery(ofWorld, n);
    },
  );

  it.each([
    ['in steps', inSteps],
    ['where an end is one write', world],
    ['where workers sweep in windows', { ...world, isAlone: false, inSteps: true }],
  ])('after any effect tells once how a group ended, and of whom: %s', async (_, ofWorld) => {
    const effects = await walkRun(ofWorld, Infinity);
    expect(effects).toBeGreaterThan(25);
    for (let n = 1; n <= effects; n += 1) await walkRun(ofWorld, n);
  });

  it.each([
    ['in steps', true],
    ['where the bus is part of the store', false],
  ])(
    'after any effect tells once that a target fails, is disabled and recovers: %s',
    async (_, isInSteps) => {
      const effects = await walkOutage(Infinity, isInSteps);
      expect(effects).toBeGreaterThan(40);
      for (let n = 1; n <= effects; n += 1) await walkOutage(n, isInSteps);
    },
  );

  it.each([true, false])(
    'after any effect of gathering has counted every event in one message; the only process: %s',
    async (isAlone) => {
      const effects = await walkWindows({ ...world, isAlone }, Infinity);
      expect(effects).toBeGreaterThan(20);
      for (let n = 1; n <= effects; n += 1) await walkWindows({ ...world, isAlone }, n);
    },
  );

  it('after any effect keeps one message of a job, which shows how it ended, and repeats only what is uncertain', async () => {
    const effects = await walkLiving(Infinity);
    expect(effects).toBeGreaterThan(20);
    for (let n = 1; n <= effects; n += 1) await walkLiving(n);
  });

  it('after any effect has the message of a group show how that ended, however far it had shown that it goes on', async () => {
    const effects = await walkFollowing(world, Infinity);
    expect(effects).toBeGreaterThan(20);
    for (let n = 1; n <= effects; n += 1) await walkFollowing(world, n);
  });

  it.each([
    ['on one machine', world, 1],
    ['where workers sweep in windows', { ...world, isAlone: false }, 3],
  ])(
    'after any effect counts each job in one run of its group, also who joins late or after the end: %s',
    async (_, ofWorld, step) => {
      const effects = await walkGenerations(ofWorld, Infinity);
      expect(effects).toBeGreaterThan(40);
      for (let n = 1; n <= effects; n += step) await walkGenerations(ofWorld, n);
    },
  );

  it('after any effect of a rotation leaves no receiver with a key that nothing is signed with', async () => {
    for (const sent of [undefined, {}]) {
      const effects = await walkRotation(Infinity, sent);
      expect(effects).toBe(sent ? 1 : 3);
      for (let n = 1; n <= effects; n += 1) await walkRotation(n, sent);
    }
  });

  it('after any effect of subscribing or moving a webhook sends it nothing before it has answered', async () => {
    for (const walkOne of [walkChallenge, walkMove]) {
      const effects = await walkOne(Infinity);
      expect(effects).toBeGreaterThanOrEqual(3);
      for (let n = 1; n <= effects; n += 1) await walkOne(n);
    }
  });

  it('would lose events if a settled row did not carry its outbox (rule 2 broken on purpose)', async () => {
    expect(await losses({ store: brokenStore })).toBeGreaterThan(0);
  });

  it('would lose events if the bus acknowledged before it stored the deliveries (rule 4 broken on purpose)', async () => {
    const late: Promise<unknown>[] = [];
    const bus: Sabotage['bus'] = (honest) => ({
      async publish(events) {
        late.push(sleep(5).then(() => honest.publish(events).catch(() => {})));
        return events.map(() => ({ outcome: 'accepted' as const }));
      },
    });
    expect(await losses({ bus, atRest: () => Promise.all(late) })).toBeGreaterThan(0);
  });
});
