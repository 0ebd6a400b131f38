import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { onBatch } from '../../../functions/batch.ts';
import { onSchedule } from '../../../functions/sweep.ts';
import { createSender } from '../../../lib/adapters/channels/slack/sender.ts';
import { createClouds } from '../../../lib/adapters/clouds/client.ts';
import { createHttp } from '../../../lib/adapters/platform/http.ts';
import { createSecrets } from '../../../lib/adapters/platform/secrets.ts';
import { openStore, type SqliteStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { handleDoorbell } from '../../../lib/app/deliver/handle-doorbell.ts';
import { createPacer } from '../../../lib/app/sweep/pacer.ts';
import { sweepWindow } from '../../../lib/app/sweep/sweep-window.ts';
import { track } from '../../../lib/app/sweep/track.ts';
import { newEventRow } from '../../../lib/core/jobs/event-row.ts';
import { newDelivery, type Delivery } from '../../../lib/core/notify/delivery.ts';
import { CHANNELS } from '../../../lib/adapters/channels/registry.ts';
import { serve } from '../../adapters/platform/serve.ts';
import { events } from '../../core/jobs/events.ts';
import {
  POLICY,
  PROJECT,
  recordingTelemetry,
  scriptedChannel,
  ok,
  spec,
  START,
  subscription,
  testClock,
} from '../../kit.ts';
import { almostOver, batchOf, invoke } from './invoke.ts';

let store: SqliteStore;
beforeEach(() => void (store = openStore(':memory:')));
afterEach(async () => {
  vi.useRealTimers();
  await store.close();
});

function openDoor() {
  const http = createHttp({ allowPrivate: () => true, redact: (text) => text });
  onTestFinished(() => http.close());
  return http;
}

describe('a function whose time is almost over', () => {
  it('breaks off the message that is under way, records it as uncertain and gives the others back', async () => {
    const receiver = await serve(() => {});
    const team = subscription('team', { channel: 'slack', addresses: [receiver.url] });
    const told = [1, 2].map((n) => {
      const event = events['job.failed'];
      return { ...event, metadata: { ...event.metadata, id: `evt_${n}` } };
    });
    await store.events.create(told.map((event) => newEventRow(event, START)));
    const rows = told.map((event) => newDelivery(event, team, team.targets[0]!, START));
    await store.deliveries.create(rows);
    const rung: Delivery[] = [];
    const telemetry = recordingTelemetry();
    const other = scriptedChannel(() => ok);
    const deps = {
      store,
      telemetry,
      subscriptions: { all: async () => [team] },
      clock: () => START,
      rules: CHANNELS,
      doorbell: { ring: async (again: readonly Delivery[]) => void rung.push(...again) },
      channels: {
        slack: createSender({ exchange: openDoor().exchange }),
        email: other,
        webhook: other,
      },
    };
    const handler = onBatch(
      () => async () => ({ ...deps, concurrency: 1, reserveMs: 0 }),
      (parts, body, signal) => handleDoorbell({ ...parts, signal }, (body as { key: string }).key),
    );
    const result = await invoke(handler, batchOf(rows.map(({ key }) => ({ key }))), almostOver());
    expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
    expect(receiver.requests).toHaveLength(1);
    expect(await store.deliveries.get(rows[0]!.key)).toMatchObject({
      state: 'retrying',
      attempts: [{ reason: 'uncertain' }],
    });
    // The first once more, and the next in its turn, since Slack has a pace.
    expect(rung.map(({ key }) => key)).toEqual([rows[0]!.key, rows[1]!.key]);
    // The receiver did nothing wrong: it is not paused, and no outage begins.
    const endpoint = await store.endpoints.get(rows[0]!.endpoint);
    expect(endpoint).toMatchObject({ state: 'ok', pausedUntil: 0, outbox: [] });
    expect(endpoint!.outage ?? null).toBeNull();
    expect(await store.deliveries.get(rows[1]!.key)).toMatchObject({ state: 'pending', version: 1 });
    expect(telemetry.lines.at(-1)).toMatchObject({
      level: 'warn',
      event: 'batch.finished',
      failed: 1,
      endedEarly: true,
    });
  });

  it('ends its sweep, whose jobs and origin stay as they were', async () => {
    const cloud = await serve(() => {});
    const telemetry = recordingTelemetry();
    const secrets = createSecrets();
    const clock = testClock();
    const config = {
      name: 'hwc-ecs',
      dialect: 'ecs' as const,
      cloud: 'huawei' as const,
      region: 'eu-west-101',
      endpoint: cloud.url,
      projectId: PROJECT,
      auth: { kind: 'token' as const, token: secrets.add('a-token-that-is-long-enough') },
    };
    const deps = {
      store,
      telemetry,
      clock: clock.now,
      policy: POLICY,
      pacer: createPacer(),
      budget: 100,
      clouds: createClouds([config], { http: openDoor(), secrets, clock: clock.now, telemetry }),
      bus: { publish: async () => [] },
    };
    await track({ ...deps, jobs: store.jobs }, [spec(1)]);
    clock.pass(60_000);
    const handler = onSchedule(() => async () => ({
      telemetry,
      clock: clock.now,
      help: () => Promise.reject(new Error('nothing was handed over')),
      unfinished: () => null,
      sweep: ({ signal }) =>
        sweepWindow(
          { ...deps, signal },
          { until: clock.now() + 50_000, sleep: async (ms) => clock.pass(ms) },
        ),
    }));
    expect(await invoke(handler, {}, almostOver())).toMatchObject({ sweeps: 1, settled: 0 });
    expect(cloud.requests).toHaveLength(1);
    const { rows } = await store.jobs.list({ limit: 1 });
    expect(rows[0]).toMatchObject({ state: 'outstanding', version: 1 });
    expect(await store.origins.get('hwc-ecs')).toMatchObject({ state: 'ok', failures: 0 });
    expect(telemetry.lines.at(-1)).toMatchObject({
      level: 'warn',
      event: 'sweep.finished',
      checked: 1,
      endedEarly: true,
    });
  });

  it('fails with the reason why it could not open, and with no other', async () => {
    const open = () => () => Promise.reject(new Error('there is no configuration'));
    for (const handler of [onSchedule(open), onBatch(open, async () => {})])
      await expect(invoke(handler, {}, almostOver())).rejects.toThrow('there is no configuration');
  });

  it('fails by itself where its work does not end, and says so', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout'] });
    const telemetry = recordingTelemetry();
    const told = Promise.withResolvers<void>();
    const handler = onBatch(
      () => async () => ({ telemetry, clock: () => START, reserveMs: 0 }),
      (_, _body, signal) => {
        signal.addEventListener('abort', () => told.resolve());
        return new Promise(() => {});
      },
    );
    const ended = invoke(handler, batchOf([1]), almostOver());
    ended.catch(() => {});
    await told.promise;
    await vi.advanceTimersByTimeAsync(2_000);
    await expect(ended).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(telemetry.lines).toMatchObject([{ level: 'warn', event: 'batch.finished', endedEarly: true }]);
  });
});
