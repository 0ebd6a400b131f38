/** Death at every line between two effects, while the message that a bot keeps of a group shows how that goes on and ends. */
import { expect } from 'vitest';
import { drain, endpointsDue, rescue } from '../../lib/app/deliver/drain.ts';
import { runOf } from '../contract/following.ts';
import { livingWorld } from '../contract/living.ts';
import { depsOf } from './living.ts';
import { life, type World } from './walk.ts';

const JOBS = 4;

/** Walks the whole way, dying after `dieAfter` effects of the first life, then living on. Returns how many effects it saw. */
export async function walkFollowing({ open }: World, dieAfter: number): Promise<number> {
  const store = await open();
  const w = await livingWorld(store);
  const run = await runOf(store, w, JOBS);
  let one = life(dieAfter);
  let effects = 0;
  let deps = depsOf(w, store, one);
  for (let n = 0; n < 60; n += 1) {
    w.clock.pass(4_000);
    if (n % 6 === 0 && n < 6 * JOBS) await run.end(1, n === 0 ? 'failed' : 'succeeded');
    try {
      for (const endpoint of await endpointsDue(deps, 9)) await drain(deps, endpoint, () => true);
    } catch (error) {
      if (!one.state.dead) throw error;
    }
    if (!one.state.dead) continue;
    effects ||= one.state.effects;
    one = life(Infinity);
    deps = depsOf(w, store, one);
    await rescue(deps);
  }

  const rows = await w.rows();
  // Nothing of it is on its way any more.
  expect(rows.map((row) => [row.state, row.due])).toEqual([
    ['delivered', null],
    ['delivered', null],
  ]);
  const uncertain = rows.flatMap(({ attempts }) => attempts.filter(({ reason }) => reason === 'uncertain'));
  expect(w.slack.shown.length).toBeGreaterThanOrEqual(rows.length);
  expect(w.slack.shown.length).toBeLessThanOrEqual(rows.length + uncertain.length);
  const [place, ...none] = await w.places();
  expect(none).toEqual([]);
  expect(place).toMatchObject({ state: 'posted', sequence: 2, shown: true });
  expect(place!.changing).toBeUndefined();
  const kept = w.slack.shown.find(({ ts }) => ts === place!.spot!.ts)!;
  expect(kept.text).toContain(`1 failed of ${JOBS} jobs`);
  await store.close();
  return effects || one.state.effects;
}
