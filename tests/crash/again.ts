/**
 * Death at every line between two effects of sending again. What was sent and what failed stands in the table; then somebody
 * asks, and the process dies right after its nth effect. A caller that got no answer asks again, as for the same thing, and
 * the next life goes on. Every delivery that was meant must arrive, under the id that it has, and twice only where its row says
 * `uncertain`.
 */
import { expect } from 'vitest';
import type { Delivery } from '../../lib/core/notify/delivery.ts';
import type { Recovery } from '../../lib/core/notify/recovery.ts';
import type { DeliverDeps } from '../../lib/app/deliver/deliver.ts';
import { drain, endpointsDue, rescue } from '../../lib/app/deliver/drain.ts';
import { advanceRecoveries, startRecovery, type RecoverDeps } from '../../lib/app/deliver/recover.ts';
import { redeliver } from '../../lib/app/deliver/redeliver.ts';
import { releaseHeld } from '../../lib/app/deliver/release.ts';
import type { Store } from '../../lib/ports.ts';
import { events } from '../core/jobs/events.ts';
import {
  dispatchStored,
  ok,
  recordingTelemetry,
  rulesWith,
  scriptedChannel,
  START,
  subscription,
  testClock,
} from '../kit.ts';
import { life, type World } from './walk.ts';

export type Ask = 'redeliver' | 'recover' | 'replay';

const EVENTS = [events['job.failed'], events['job.lost'], events['job.succeeded']];
const HOOK = subscription('hook');
const LATE = subscription('late');
const MAX_ROUNDS = 400;

/** Dies after `dieAfter` effects of the first life, then lives on. Returns how many effects it saw. */
export async function again(ask: Ask, { open, isAlone }: World, dieAfter: number): Promise<number> {
  const world = await open();
  const clock = testClock();
  const telemetry = recordingTelemetry();
  let answer = ask === 'recover' ? REFUSED : ok;
  const sink = scriptedChannel(() => answer);
  let subscriptions = [HOOK];

  const depsOver = (store: Store, send: typeof sink.send): DeliverDeps & RecoverDeps => ({
    store,
    subscriptions: { all: async () => subscriptions },
    channels: { slack: { send }, email: { send }, webhook: { send } },
    clock: clock.now,
    telemetry,
    rules: rulesWith([1_000]),
    doorbell: { ring: async () => {} },
    aheadMs: 1_000,
  });
  const deliverAll = async (deps: DeliverDeps) => {
    for (const endpoint of await endpointsDue(deps, 100)) await drain(deps, endpoint, () => true);
  };

  const before = depsOver(world, sink.send);
  await dispatchStored({ ...world, ...before }, EVENTS);
  await deliverAll(before);
  answer = ok;
  subscriptions = [HOOK, LATE];
  const were = (await world.deliveries.list({ limit: 99 })).rows;
  sink.sent.length = 0;

  const born = (dieAfter: number) => {
    const { state, living, table } = life(dieAfter);
    const { together: _, ...single } = world;
    const store: Store = {
      ...single,
      deliveries: table(world.deliveries),
      endpoints: table(world.endpoints),
      recoveries: table(world.recoveries),
    };
    return { state, deps: depsOver(store, living(sink.send, true)) };
  };
  let { state, deps } = born(dieAfter);
  const which = { since: START, until: START, projects: null };
  const asking = { by: 'ops', token: 't', perSecond: 2 };
  const wants = async (): Promise<void> => {
    if (ask === 'redeliver') for (const { key } of were) await redeliver(deps, key, 'ops');
    else {
      const meant = ask === 'replay' ? { ...which, subscription: 'late' } : which;
      await startRecovery(deps, 'rcv_1', { how: ask, ...asking, which: meant });
    }
  };
  let isAsked = false;
  let effects = 0;
  for (let n = 0; n < MAX_ROUNDS; n += 1) {
    // Where nobody frees what a dead worker claimed, its claim has to run out.
    clock.pass(isAlone ? 1_000 : 20_000);
    try {
      if (!isAsked) await wants();
      isAsked = true;
      await advanceRecoveries(deps);
      await releaseHeld(deps, 100);
      await deliverAll(deps);
    } catch (error) {
      if (!state.dead) throw error;
    }
    if (state.dead) {
      effects = state.effects;
      ({ state, deps } = born(Infinity));
      if (isAlone) await rescue(deps);
    } else if ((await isAtRest(world)) && isAsked) break;
  }
  const rows = (await world.deliveries.list({ limit: 99 })).rows;
  const [recovery] = (await world.recoveries.list({ limit: 9 })).rows;
  await world.close();
  check(
    ask,
    were,
    rows,
    sink.sent.map(({ deliveryId }) => deliveryId),
    recovery,
  );
  return effects || state.effects;
}

const REFUSED = { kind: 'never', reason: 'rejected', detail: 'HTTP 400', disable: false } as const;

async function isAtRest({ deliveries, recoveries }: Store): Promise<boolean> {
  const running = (await recoveries.list({ state: 'running', limit: 1 })).rows;
  return running.length === 0 && (await deliveries.queues('', Number.MAX_SAFE_INTEGER, 1)).length === 0;
}

function check(
  ask: Ask,
  were: readonly Delivery[],
  rows: readonly Delivery[],
  sent: readonly string[],
  recovery: Recovery | undefined,
): void {
  expect(were).toHaveLength(EVENTS.length);
  const meant = ask === 'replay' ? rows.filter((row) => row.subscription === 'late') : rows;
  expect(meant).toHaveLength(EVENTS.length);
  // Nothing under another id.
  expect(rows).toHaveLength(ask === 'replay' ? 2 * EVENTS.length : EVENTS.length);
  expect(sent.filter((id) => !meant.some((row) => row.id === id))).toEqual([]);
  for (const row of meant) {
    expect(row).toMatchObject({ state: 'delivered', due: null });
    expect(row.resend).toBeUndefined();
    expect(row.asked?.map(({ by, how }) => ({ by, how }))).toContainEqual({ by: 'ops', how: ask });
    const times = sent.filter((id) => id === row.id).length;
    const uncertain = row.attempts.filter(({ reason }) => reason === 'uncertain').length;
    // Who asked and heard nothing asks again: what had gone out by then goes out once more.
    const asked = ask === 'redeliver' ? row.asked!.length : 1;
    expect(times).toBeGreaterThanOrEqual(1);
    expect(times).toBeLessThanOrEqual(asked + uncertain);
  }
  if (ask === 'redeliver') return;
  expect(recovery).toMatchObject({ state: 'done', progress: { sent: EVENTS.length, skipped: {} } });
}
