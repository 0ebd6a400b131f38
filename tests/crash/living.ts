/** Death at every line between two effects, on the way of the events of one job to the one message that a bot keeps of it. */
import { expect } from 'vitest';
import { drain, endpointsDue, rescue } from '../../lib/app/deliver/drain.ts';
import type { DeliverDeps } from '../../lib/app/deliver/deliver.ts';
import { openStore } from '../../lib/adapters/store/sqlite/index.ts';
import type { Message, Store } from '../../lib/ports.ts';
import { jobEventOf, livingWorld } from '../contract/living.ts';
import { life } from './walk.ts';

const EVENTS = [jobEventOf('job.overdue', 1), jobEventOf('job.unreachable', 2), jobEventOf('job.failed', 3)];

/** What sends within one life: its store and its Slack end with it. */
export const depsOf = (
  w: Awaited<ReturnType<typeof livingWorld>>,
  store: Store,
  { living, table }: ReturnType<typeof life>,
): DeliverDeps => ({
  ...w.deps,
  store: {
    ...store,
    deliveries: table(store.deliveries),
    endpoints: table(store.endpoints),
    places: table(store.places),
  },
  channels: {
    slack: { send: living((message: Message) => w.deps.channels['slack']!.send(message), true) },
  },
});

/** Walks the whole way, dying after `dieAfter` effects of the first life, then living on. Returns how many effects it saw. */
export async function walkLiving(dieAfter: number): Promise<number> {
  const store = openStore(':memory:');
  const w = await livingWorld(store);
  let one = life(dieAfter);
  let effects = 0;
  let deps = depsOf(w, store, one);
  const waiting = [...EVENTS];
  for (let n = 0; n < 40; n += 1) {
    w.clock.pass(2_000);
    if (n % 3 === 0 && waiting.length > 0) await w.happen(waiting.shift()!);
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
  expect(rows.map((row) => row.state)).toEqual(EVENTS.map(() => 'delivered'));
  // Each is told at least once, and again only where the row says that nobody knows.
  const uncertain = rows.flatMap(({ attempts }) => attempts.filter(({ reason }) => reason === 'uncertain'));
  expect(w.slack.shown.length).toBeGreaterThanOrEqual(EVENTS.length);
  expect(w.slack.shown.length).toBeLessThanOrEqual(EVENTS.length + uncertain.length);
  const [place, ...none] = await w.places();
  expect(none).toEqual([]);
  expect(place).toMatchObject({ state: 'posted', sequence: 3, shown: true });
  // The message that is kept shows how the job ended, and so does one that everybody sees.
  const kept = w.slack.shown.find(({ ts }) => ts === place!.spot!.ts)!;
  expect(kept.text).toContain('no host left');
  expect(w.slack.shown.some(({ text, broadcast }) => broadcast && text.includes('no host left'))).toBe(true);
  await store.close();
  return effects || one.state.effects;
}
