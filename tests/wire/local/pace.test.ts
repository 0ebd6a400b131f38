import { afterEach, expect, it, vi } from 'vitest';
import { openStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { CHANNELS } from '../../../lib/adapters/channels/registry.ts';
import type { Clouds } from '../../../lib/ports.ts';
import { createService } from '../../../lib/wire/local/service.ts';
import {
  ok,
  POLICY,
  recordingTelemetry,
  scriptedChannel,
  scriptedClouds,
  spec,
  succeeded,
  testClock,
} from '../../kit.ts';

afterEach(() => void vi.useRealTimers());

/** A service whose ticks come only when the test lets time pass; `rate` questions a second. */
async function service(rate: number) {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const store = openStore(':memory:');
  const clock = testClock();
  const scripted = scriptedClouds(() => succeeded);
  const clouds: Clouds = { ...scripted, describe: (name) => ({ ...scripted.describe(name)!, rate }) };
  const channel = scriptedChannel(() => ok);
  const parts = {
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
  };
  const service = createService(parts);
  await service.track(Array.from({ length: 100 }, (_, n) => spec(n + 1)));
  clock.pass(60_000);
  await service.start();
  const pass = async (ms: number, step: number): Promise<void> => {
    for (let at = 0; at < ms; at += step) {
      clock.pass(step);
      await vi.advanceTimersByTimeAsync(step);
      for (let n = 0; n < 5; n += 1) await new Promise(setImmediate);
    }
  };
  return { service, store, clock, asked: scripted.asked, pass };
}

it('the service asks between two ticks, as soon as the pace allows', async () => {
  const { service: running, store, asked, pass } = await service(100);
  await pass(400, 10);
  // No tick in these 400 ms but the one at the start.
  expect(asked.length).toBeGreaterThan(35);
  expect(asked.length).toBeLessThanOrEqual(40 + 11);
  await running.stop();
  await store.close();
});

it('a stop waits for no request that has not been sent', async () => {
  const { service: running, store, asked, pass } = await service(2);
  await pass(20, 10);
  expect(asked).toHaveLength(1);
  // No time passes any more.
  await running.stop();
  expect(asked).toHaveLength(1);
  expect((await store.jobs.depth('look:hwc-ecs')).count).toBe(99);
  await store.close();
});
