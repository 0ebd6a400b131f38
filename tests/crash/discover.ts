/**
 * Death at every line between two effects of discovery. Calls are recorded, the process dies right after its nth effect (a write, or an
 * event that was taken), and the next life goes on. Every call must become one job, whose end is told under one id, and nothing
 * else may become one.
 */
import { expect } from 'vitest';
import { discovering, recording } from '../app/discover/world.ts';
import { START } from '../kit.ts';
import { life, type World } from './walk.ts';

const NAMES = ['a', 'b', 'c', 'd'];
const MAX_ROUNDS = 40;
const ALL_SHOWN = 330_000;

/** Dies after `dieAfter` effects of the first life, then lives on. Returns how many effects it saw. */
export async function walkDiscovery({ open, isAlone }: World, dieAfter: number): Promise<number> {
  const world = await open();
  const project = recording();
  // One was made before the service is started; one has ended by then.
  for (const [n, name] of NAMES.entries()) {
    const at = START + (n - 1) * 45_000;
    project.call(name, at, at + 120_000);
  }
  project.call('over', START - 600_000);
  const born = (after: number) => {
    const { state, living, table } = life(after);
    const { together: _, ...single } = world;
    const store = { ...single, jobs: table(world.jobs), origins: table(world.origins) };
    const more = { home: isAlone ? ('one machine' as const) : ('AWS' as const), worker: `${after}` };
    const process = discovering(store, project, { ...more, publishing: (publish) => living(publish, true) });
    return { state, process };
  };
  let { state, process } = born(dieAfter);
  let effects = 0;
  const round = async (): Promise<void> => {
    await process.round().catch((error: unknown) => {
      if (!state.dead) throw error;
    });
    if (!state.dead) return;
    effects = state.effects;
    ({ state, process } = born(Infinity));
    project.clock.pass(30_000);
  };
  for (let n = 0; n < MAX_ROUNDS && process.ends().length < NAMES.length; n += 1) await round();
  // What would come twice would come now.
  while (project.clock.now() < START + ALL_SHOWN) await round();
  const jobs = (await world.jobs.list({ limit: 99 })).rows;
  await world.close();
  expect(process.ends()).toEqual(NAMES);
  expect(jobs.map(({ jobId }) => jobId).toSorted()).toEqual(NAMES.map((name) => `job-${name}`));
  expect(project.events.size).toBe(NAMES.length);
  return effects || state.effects;
}
