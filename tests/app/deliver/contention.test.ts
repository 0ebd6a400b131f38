/** Many messages to one target find out the same at once, and each writes to the target's row. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { drain, endpointsDue } from '../../../lib/app/deliver/drain.ts';
import type { DeliverDeps } from '../../../lib/app/deliver/deliver.ts';
import { openStore, type SqliteStore } from '../../../lib/adapters/store/sqlite/index.ts';
import type { Receipt } from '../../../lib/core/notify/delivery.ts';
import { newEndpoint } from '../../../lib/core/notify/endpoint.ts';
import { events } from '../../core/jobs/events.ts';
import {
  contended,
  dispatchStored,
  recordingTelemetry,
  rulesWith,
  scriptedChannel,
  subscription,
  testClock,
} from '../../kit.ts';

let store: SqliteStore;
beforeEach(() => void (store = openStore(':memory:')));
afterEach(() => store.close());

const gone: Receipt = { kind: 'never', reason: 'gone', disable: true, detail: 'HTTP 410' };

/** One message to a target that is gone, while others write to the target's row. */
async function sendBeside(others: { left: number }) {
  const clock = testClock();
  const hook = subscription('hook', { on: 'everything' });
  const subscriptions = { all: async () => [hook] };
  const channel = scriptedChannel(() => gone);
  const telemetry = recordingTelemetry();
  const deps: DeliverDeps = {
    store: { ...store, endpoints: contended(store.endpoints, others) },
    subscriptions,
    channels: { slack: channel, email: channel, webhook: channel },
    clock: clock.now,
    telemetry,
    rules: rulesWith([1_000]),
  };
  const ringing = { ...store, subscriptions, clock: clock.now, doorbell: { ring: async () => {} } };
  const { endpoint: key, shown } = hook.targets[0]!;
  const known = newEndpoint({ endpoint: key, subscription: 'hook', channel: 'webhook', shown }, clock.now());
  await store.endpoints.create([known]);
  await dispatchStored(ringing, [Object.values(events)[0]!]);
  for (const endpoint of await endpointsDue(deps, 9)) await drain(deps, endpoint, () => true);
  const { rows } = await store.deliveries.list({ limit: 9 });
  const endpoint = await store.endpoints.get(key);
  return { rows, endpoint, told: telemetry.lines, sent: channel.sent };
}

it('what a message finds out of its target is written though others write first', async () => {
  const { endpoint, told, rows } = await sendBeside({ left: 15 });
  expect(endpoint).toMatchObject({ state: 'disabled', reason: 'gone' });
  expect(told[0]).toMatchObject({ event: 'subscription.disabled', reason: 'gone' });
  expect(rows).toHaveLength(1);
});

it('where that cannot be written the log says so, and the message is recorded as sent once', async () => {
  const { endpoint, told, rows, sent } = await sendBeside({ left: Infinity });
  expect(endpoint!.state).toBe('ok');
  expect(told[0]).toMatchObject({ level: 'warn', event: 'endpoint.contended', target: endpoint!.shown });
  expect([sent.length, rows.map(({ attempts }) => attempts.length)]).toEqual([1, [1]]);
});
