import { rulesWith } from '../../kit.ts';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createService } from '../../../lib/wire/local/service.ts';
import { openStore } from '../../../lib/adapters/store/sqlite/index.ts';
import type { Parts } from '../../../lib/wire/local/parts.ts';
import { POLICY, recordingTelemetry, running, scriptedClouds, spec } from '../../kit.ts';

const HOUR = 3_600_000;

/** A service over `store` whose wall clock is off by `off.by`. */
async function service(store: ReturnType<typeof openStore>, off: { by: number }) {
  const telemetry = recordingTelemetry();
  const clouds = scriptedClouds(() => running);
  const parts: Parts = {
    store,
    clouds,
    channels: {},
    subscriptions: { all: async () => [] },
    origins: [],
    clock: () => Date.now() + off.by,
    ticks: () => performance.now(),
    telemetry,
    policy: { ...POLICY, firstCheck: 1 },
    retention: 30 * 24 * HOUR,
    rules: rulesWith([]),
  };
  const { start, stop, track } = createService(parts);
  await start();
  return { telemetry, asked: () => clouds.asked.length, stop, track };
}

it('a clock that is set back keeps the service from nothing, is logged, and a restart helps too', async () => {
  const store = openStore(':memory:');
  onTestFinished(() => store.close());
  const off = { by: 0 };
  const first = await service(store, off);
  await first.track([spec(1)]);
  await vi.waitFor(() => expect(first.asked()).toBe(1), { timeout: 3_000 });
  off.by -= 2 * HOUR;
  await vi.waitFor(
    () =>
      expect(first.telemetry.lines).toContainEqual(
        expect.objectContaining({ level: 'warn', event: 'clock.set', byMs: expect.any(Number) }),
      ),
    { timeout: 3_000 },
  );
  const { byMs } = first.telemetry.lines.find((line) => line.event === 'clock.set')!;
  expect(Math.abs(Number(byMs) + 2 * HOUR)).toBeLessThan(5_000);
  await vi.waitFor(
    () => expect(first.telemetry.lines.map((line) => line.event)).toContain('clock.recalled'),
    { timeout: 3_000 },
  );
  const [row] = (await store.jobs.list({ limit: 1 })).rows;
  // It waits for its next check as if nothing had happened: half a minute, not two hours.
  expect(row!.due!.at - (Date.now() + off.by)).toBeLessThan(60_000);
  await first.stop();

  off.by -= 0.5 * HOUR;
  const second = await service(store, off);
  await vi.waitFor(() => expect(second.asked()).toBe(1), { timeout: 3_000 });
  await second.stop();
});
