import { afterEach, expect, it, vi } from 'vitest';
import { openStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { newEventRow } from '../../../lib/core/jobs/event-row.ts';
import { newDelivery, type Receipt } from '../../../lib/core/notify/delivery.ts';
import { CHANNELS } from '../../../lib/adapters/channels/registry.ts';
import type { Channel } from '../../../lib/ports.ts';
import { createService } from '../../../lib/wire/local/service.ts';
import { events } from '../../core/jobs/events.ts';
import { POLICY, recordingTelemetry, scriptedClouds, START, subscription } from '../../kit.ts';

afterEach(() => void vi.useRealTimers());

it('a stop waits 45 s for a mail server that takes its time, then hangs up and records that nobody knows', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const mail = subscription('mail', { channel: 'email', addresses: ['ops@example.com'] });
  const store = openStore(':memory:');
  await store.events.create([newEventRow(events['job.failed'], START)]);
  await store.deliveries.create([newDelivery(events['job.failed'], mail, mail.targets[0]!, START)]);
  const sending = Promise.withResolvers<void>();
  const hungUp = Promise.withResolvers<Receipt>();
  const channel: Channel = {
    send() {
      sending.resolve();
      return hungUp.promise;
    },
  };
  const hangUp = vi.fn(() => hungUp.resolve({ kind: 'retry', reason: 'uncertain', detail: 'no answer' }));
  const service = createService({
    store,
    clouds: scriptedClouds(() => ({ kind: 'unavailable', detail: '' })),
    channels: { slack: channel, email: channel, webhook: channel },
    subscriptions: { all: async () => [mail] },
    origins: [],
    clock: () => START,
    telemetry: recordingTelemetry(),
    policy: POLICY,
    retention: 86_400_000,
    rules: CHANNELS,
    hangUp,
  });
  await service.start();
  await sending.promise;
  const stopped = service.stop();
  await vi.advanceTimersByTimeAsync(44_000);
  expect(hangUp).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(2_000);
  await stopped;
  const [row] = (await store.deliveries.list({ limit: 1 })).rows;
  expect(row).toMatchObject({ state: 'retrying', attempts: [{ reason: 'uncertain' }] });
  await store.close();
});
