import { afterEach, expect, it, vi } from 'vitest';
import { openStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { CHANNELS } from '../../../lib/adapters/channels/registry.ts';
import type { Observation } from '../../../lib/core/jobs/observation.ts';
import { createService } from '../../../lib/wire/local/service.ts';
import {
  jobId,
  ok,
  POLICY,
  recordingTelemetry,
  running,
  scriptedChannel,
  scriptedClouds,
  spec,
  testClock,
} from '../../kit.ts';

afterEach(() => void vi.useRealTimers());

it('an origin that lets us wait keeps no other one from its next rounds, and a stop waits for it', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const store = openStore(':memory:');
  const clock = testClock();
  const hung = Promise.withResolvers<Observation>();
  const clouds = scriptedClouds(({ origin }) => (origin === 'otc-ecs' ? hung.promise : running));
  const channel = scriptedChannel(() => ok);
  const service = createService({
    store,
    clouds,
    channels: { slack: channel, email: channel, webhook: channel },
    subscriptions: { all: async () => [] },
    origins: [],
    clock: clock.now,
    ticks: clock.now,
    telemetry: recordingTelemetry(),
    policy: POLICY,
    retention: 86_400_000,
    rules: CHANNELS,
  });
  await service.track([spec(1), { ...spec(2), origin: 'otc-ecs' }]);
  await service.start();
  for (let n = 0; n < 6; n += 1) {
    clock.pass(30_000);
    await vi.advanceTimersByTimeAsync(500);
  }
  const asked = (id: string): number => clouds.asked.filter((one) => one.jobId === id).length;
  expect(asked(jobId(1))).toBeGreaterThanOrEqual(4);
  expect(asked(jobId(2))).toBe(1);
  let stopped = false;
  const stop = service.stop().then(() => (stopped = true));
  await vi.advanceTimersByTimeAsync(1_000);
  expect(stopped).toBe(false);
  hung.resolve({ kind: 'unavailable', detail: '' });
  await stop;
  await store.close();
});
