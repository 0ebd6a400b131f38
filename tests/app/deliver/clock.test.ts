/** A clock that is set back, by a day or by weeks, keeps no message for as much longer, also after a start. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore, type SqliteStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { createSubscriptions } from '../../../lib/app/deliver/all-subscriptions.ts';
import { deliver, type DeliverDeps } from '../../../lib/app/deliver/deliver.ts';
import { newEventRow } from '../../../lib/core/jobs/event-row.ts';
import { newDelivery, type Receipt } from '../../../lib/core/notify/delivery.ts';
import { isPaused, judge, mayTry, newEndpoint, TRY_EVERY_MS } from '../../../lib/core/notify/endpoint.ts';
import { newStored } from '../../../lib/core/notify/stored-subscription.ts';
import { events } from '../../core/jobs/events.ts';
import {
  ok,
  recordingTelemetry,
  rulesWith,
  scriptedChannel,
  START,
  subscription,
  testClock,
} from '../../kit.ts';

let store: SqliteStore;
beforeEach(() => void (store = openStore(':memory:')));
afterEach(() => store.close());

const HOUR = 3_600_000;
const HOOK = subscription('hook');
const row = newEndpoint(newDelivery(events['job.failed'], HOOK, HOOK.targets[0]!, START), START);
const HUNG: Receipt = { kind: 'retry', reason: 'timeout', detail: '', hung: true };
const BUSY: Receipt = { kind: 'retry', reason: 'rate_limited', detail: '', afterMs: 24 * HOUR };
const GONE: Receipt = { kind: 'never', reason: 'gone', detail: '', disable: true };

describe('after the clock was set back', () => {
  it.each([
    ['hangs', HUNG, 3 * HOUR],
    ['asked to wait', BUSY, 16 * 24 * HOUR],
  ])('an endpoint that %s is sent to again', async (_what, receipt, back) => {
    const paused = judge(row, receipt, START);
    expect(isPaused(paused, START)).toBe(true);
    expect(isPaused(paused, START - back)).toBe(false);
    await store.endpoints.create([paused]);
    const channel = scriptedChannel(() => ok);
    const deps: DeliverDeps = {
      store,
      subscriptions: { all: async () => [HOOK] },
      channels: { slack: channel, email: channel, webhook: channel },
      clock: () => START - back,
      telemetry: recordingTelemetry(),
      rules: rulesWith([]),
    };
    const waiting = newDelivery(events['job.failed'], HOOK, HOOK.targets[0]!, START - back);
    await store.events.create([newEventRow(events['job.failed'], START)]);
    const [stored] = await store.deliveries.create([waiting]);
    expect(await deliver(deps, stored!.row)).toBe('delivered');
  });

  it('a disabled endpoint is tried within the hour', () => {
    const disabled = judge(row, GONE, START);
    expect(mayTry(disabled, START)).toBe(false);
    expect(mayTry(disabled, START + TRY_EVERY_MS)).toBe(true);
    expect(mayTry(disabled, START - HOUR)).toBe(true);
  });

  it('what another process does to subscriptions is seen', async () => {
    const clock = testClock();
    const all = createSubscriptions({
      fixed: () => [HOOK],
      stored: store.subscriptions,
      revision: store.routingRevision,
      open: () => null,
      forget: () => {},
      clock: clock.now,
      telemetry: recordingTelemetry(),
    });
    expect((await all.all())[0]!.paused).toBeUndefined();
    await store.subscriptions.create([newStored('hook', 'paused', null, START)]);
    clock.pass(-HOUR);
    expect((await all.all())[0]!.paused).toBe(true);
  });
});
