/**
 * Death at every line between two effects of gathering. More happens than people can read, and the process dies right after its nth
 * effect; the next life goes on. Every event must be counted in exactly one message, and a message goes out twice only where its row
 * says `uncertain`.
 */
import { expect } from 'vitest';
import { CHANNELS } from '../../lib/adapters/channels/registry.ts';
import { resolveGathered } from '../../lib/app/deliver/close-window.ts';
import type { DeliverDeps } from '../../lib/app/deliver/deliver.ts';
import { drain, endpointsDue, rescue } from '../../lib/app/deliver/drain.ts';
import type { Store } from '../../lib/ports.ts';
import { endOf, toldEvents } from '../contract/windows.ts';
import { dispatchStored, ok, recordingTelemetry, scriptedChannel, subscription, testClock } from '../kit.ts';
import { life, type World } from './walk.ts';

const EVENTS = Array.from({ length: 9 }, (_, n) => endOf(n + 1, 3));
const OPS = subscription('ops', {
  channel: 'slack',
  windows: { rollup: { above: 2, wait: 30_000, every: 60_000 } },
});
const MAX_ROUNDS = 400;

/** Dies after `dieAfter` effects of the first life, then lives on. Returns how many effects it saw. */
export async function walkWindows({ open, isAlone }: World, dieAfter: number): Promise<number> {
  const world = await open();
  const clock = testClock();
  const sink = scriptedChannel(() => ok);
  const doorbell = { ring: async () => {} };
  const subscriptions = { all: async () => [OPS] };
  await dispatchStored({ ...world, subscriptions, clock: clock.now, doorbell }, EVENTS);

  const born = (dieAfter: number) => {
    const { state, living, table } = life(dieAfter);
    const { together: _, ...single } = world;
    const store: Store = {
      ...single,
      deliveries: table(world.deliveries),
      endpoints: table(world.endpoints),
    };
    const deps: DeliverDeps = {
      store,
      subscriptions,
      channels: { slack: { send: living(sink.send, true) } },
      clock: clock.now,
      telemetry: recordingTelemetry(),
      rules: CHANNELS,
    };
    return { state, deps };
  };
  let { state, deps } = born(dieAfter);
  let effects = 0;
  for (let n = 0; n < MAX_ROUNDS; n += 1) {
    clock.pass(isAlone ? 1_000 : 20_000);
    try {
      for (const endpoint of await endpointsDue(deps, 9)) await drain(deps, endpoint, () => true);
      await resolveGathered({ ...deps, doorbell }, 100);
    } catch (error) {
      if (!state.dead) throw error;
    }
    if (state.dead) {
      effects = state.effects;
      ({ state, deps } = born(Infinity));
      if (isAlone) await rescue(deps);
    } else if ((await world.deliveries.queues('', Number.MAX_SAFE_INTEGER, 1)).length === 0) break;
  }
  const rows = (await world.deliveries.list({ limit: 99 })).rows;
  await world.close();
  expect(toldEvents(rows).toSorted()).toEqual(EVENTS.map(({ metadata }) => metadata.id).toSorted());
  const messages = rows.filter(({ state: of }) => of !== 'bundled');
  expect(rows.some(({ state: of }) => of === 'bundled')).toBe(true);
  for (const row of messages) {
    expect(row).toMatchObject({ state: 'delivered', due: null });
    const sent = sink.sent.filter(({ deliveryId }) => deliveryId === row.id);
    const uncertain = row.attempts.filter(({ reason }) => reason === 'uncertain').length;
    expect(sent.length).toBeGreaterThanOrEqual(1);
    expect(sent.length).toBeLessThanOrEqual(1 + uncertain);
    // What goes out again says the same.
    expect(new Set(sent.map(({ event }) => JSON.stringify(event))).size).toBe(1);
  }
  return effects || state.effects;
}
