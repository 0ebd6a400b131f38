import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { StoreTrouble } from '../../../lib/adapters/platform/store-trouble.ts';
import { createSecrets } from '../../../lib/adapters/platform/secrets.ts';
import { openParts, type Parts } from '../../../lib/wire/local/parts.ts';
import { loadConfig } from '../../../lib/wire/local/read-config.ts';
import { createService, type Service } from '../../../lib/wire/local/service.ts';
import { recordingTelemetry } from '../../kit.ts';

const CONFIG = `
origins:
  hwc-ecs: { dialect: ecs, cloud: huawei, region: x, endpoint: http://127.0.0.1:9, project: '0123456789abcdef0123456789abcdef', auth: { token: env:TOKEN } }
api: { listen: '127.0.0.1:0' }
`;

interface Opened {
  store: string;
  parts: Parts;
  telemetry: ReturnType<typeof recordingTelemetry>;
  troubles: StoreTrouble[];
}

function opened(): Opened {
  const folder = mkdtempSync(join(tmpdir(), 'jobchime-trouble-'));
  const secrets = createSecrets();
  const loaded = loadConfig(
    CONFIG,
    join(folder, 'jobchime.yaml'),
    { TOKEN: 'a-token-of-some-length' },
    secrets,
  );
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  const telemetry = recordingTelemetry();
  const troubles: StoreTrouble[] = [];
  const { parts, close } = openParts(loaded.config, secrets, telemetry, (one) => troubles.push(one));
  onTestFinished(async () => {
    await close();
    rmSync(folder, { recursive: true, force: true });
  });
  return { store: loaded.config.store, parts, telemetry, troubles };
}

async function started(
  parts: Parts,
): Promise<{ service: Service; health: () => Promise<[number, unknown]> }> {
  const service = createService(parts);
  const { api } = await service.start();
  onTestFinished(() => service.stop());
  const health = async (): Promise<[number, unknown]> => {
    const response = await fetch(`${api}/healthz`);
    return [response.status, await response.json()];
  };
  return { service, health };
}

it('healthz shows what became of the last write, and how long ago the table was queried for what is due', async () => {
  const { parts } = opened();
  let now = 0;
  let trouble: StoreTrouble | null = null;
  let stands = false;
  const stuck = Promise.withResolvers<string[]>();
  const { health } = await started({
    ...parts,
    ticks: () => now,
    storeHealth: { ...parts.storeHealth!, lastWrite: () => trouble },
    store: {
      ...parts.store,
      jobs: {
        ...parts.store.jobs,
        queues: (...asked) => (stands ? stuck.promise : parts.store.jobs.queues(...asked)),
      },
    },
  });
  expect(await health()).toEqual([200, { status: 'ok', lastWrite: 'ok', sweepAgeSeconds: 0 }]);

  trouble = new StoreTrouble('full', 'cannot write to the store /var/lib/jobs.db: the disk is full');
  const [status, body] = await health();
  expect([status, body]).toEqual([
    503,
    expect.objectContaining({ detail: 'The last write failed: The disk of the store is full.' }),
  ]);
  trouble = null;

  // The sweep that is under way does not end; the next one does not begin before.
  stands = true;
  onTestFinished(() => stuck.resolve([]));
  await vi.waitFor(async () => {
    now += 100_000;
    expect((await health())[0]).toBe(503);
    expect((await health())[0]).toBe(503);
  });
  expect(await health()).toEqual([
    503,
    expect.objectContaining({
      detail: expect.stringMatching(/^No job was checked for \d+ s; the log says why\.$/),
    }),
  ]);
});

it('a store that is removed while the service runs is noticed within a minute', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const { store, parts, telemetry, troubles } = opened();
  await started({ ...parts, api: null });
  // The first check has been by then.
  await vi.advanceTimersByTimeAsync(1_000);
  expect(troubles).toEqual([]);
  renameSync(store, `${store}.elsewhere`);
  // A check that waits for the disk ends in real time, and the next one is a minute after that.
  await vi.waitFor(async () => {
    await vi.advanceTimersByTimeAsync(60_000);
    expect(troubles.length).toBeGreaterThan(0);
  });
  expect(troubles[0]).toMatchObject({ kind: 'gone', isFatal: true });
  const told = () => telemetry.lines.find((line) => line.event === 'store.broken');
  await vi.waitFor(() => expect(told()).toMatchObject({ level: 'error' }));
  vi.useRealTimers();
});

it('a service whose store cannot be written to does not start, although it can be opened', async () => {
  const { parts } = opened();
  const full = new StoreTrouble('full', 'the disk is full');
  const check = async (): Promise<void> => Promise.reject(full);
  const service = createService({ ...parts, storeHealth: { ...parts.storeHealth!, check } });
  await expect(service.start()).rejects.toBe(full);
  await service.stop();
});
