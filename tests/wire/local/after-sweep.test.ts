import { expect, it, vi, afterEach } from 'vitest';
import { CHANNELS } from '../../../lib/adapters/channels/registry.ts';
import { openStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { createService } from '../../../lib/wire/local/service.ts';
import { POLICY, recordingTelemetry, scriptedClouds, START } from '../../kit.ts';

afterEach(() => void vi.useRealTimers());

it('who watches is told after a sweep, as often as each wants it, and not while no sweep ends', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const store = openStore(':memory:');
  let ticks = 0;
  const told: string[] = [];
  const heard = (name: 'dead_man' | 'watchdog', everyMs: number) => ({
    name,
    everyMs,
    tell: async () => void told.push(name),
  });
  // From then on the store does not answer.
  let stands = false;
  const never = new Promise<never>(() => {});
  const outboxes = {
    ...store.jobs,
    due: (...words: Parameters<typeof store.jobs.due>) => (stands ? never : store.jobs.due(...words)),
  };
  const service = createService({
    store: { ...store, jobs: outboxes },
    clouds: scriptedClouds(() => ({ kind: 'unavailable', detail: '' })),
    channels: {},
    subscriptions: { all: async () => [] },
    origins: [],
    clock: () => START + ticks,
    ticks: () => ticks,
    telemetry: recordingTelemetry(),
    policy: POLICY,
    retention: 86_400_000,
    rules: CHANNELS,
    afterSweep: [heard('watchdog', 1_000), heard('dead_man', 5_000)],
  });
  const pass = async (ms: number): Promise<void> => {
    for (const until = ticks + ms; ticks < until;) {
      ticks += 500;
      await vi.advanceTimersByTimeAsync(500);
    }
  };
  await service.start();
  await pass(10_000);
  const count = (name: string): number => told.filter((one) => one === name).length;
  expect(count('watchdog')).toBeGreaterThan(7);
  expect(count('watchdog')).toBeLessThan(12);
  expect(count('dead_man')).toBe(2);
  stands = true;
  await pass(1_000);
  const before = told.length;
  await pass(10_000);
  expect(told.length).toBe(before);
});
