import { randomBytes } from 'node:crypto';
import { afterEach, expect, it, vi } from 'vitest';
import { CHANNELS } from '../../../lib/adapters/channels/registry.ts';
import { openStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { mintToken } from '../../../lib/core/access/token.ts';
import { createService } from '../../../lib/wire/local/service.ts';
import { discovering, recording, TRAIL } from '../../app/discover/world.ts';
import { ok, POLICY, PROJECT, recordingTelemetry, scriptedChannel } from '../../kit.ts';

afterEach(() => void vi.useRealTimers());

it('a push has the records of its project read at once, whatever the schedule says', async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const store = openStore(':memory:');
  const project = recording();
  const { deps, asked } = discovering(store, project);
  const channel = scriptedChannel(() => ok);
  const minted = mintToken(
    { name: 'push', scopes: ['track'], projects: [PROJECT], expiresAt: null },
    project.clock.now(),
    randomBytes,
  );
  await store.tokens.create([minted.token]);
  const service = createService({
    ...deps,
    store,
    channels: { slack: channel, email: channel, webhook: channel },
    subscriptions: { all: async () => [] },
    origins: [],
    trails: [{ name: TRAIL, projectId: PROJECT, account: 'prod' }],
    api: {
      listen: { host: '127.0.0.1', port: 0 },
      links: null,
      subscribing: {
        allowPrivate: [],
        sealer: null,
        confirmation: null,
        ask: async () => null,
        templateProblem: async () => null,
      },
    },
    ticks: project.clock.now,
    telemetry: recordingTelemetry(),
    policy: POLICY,
    retention: 86_400_000,
    rules: CHANNELS,
  });
  const { api } = await service.start();
  await vi.waitFor(() => expect(asked).toHaveLength(1));
  project.call('a', project.clock.now() - 55_000);
  project.clock.pass(20_000);
  const answer = await fetch(`${api}/v1/intake`, {
    method: 'POST',
    headers: { authorization: `Bearer ${minted.text}`, 'content-type': 'application/json' },
    body: JSON.stringify({ cts: { trace_id: 'whatever', project_id: PROJECT } }),
  });
  expect(await answer.json()).toEqual({ from: 'functiongraph', checked: 0, accounts: 1 });
  // No timer has moved.
  await expect.poll(() => asked.length).toBe(2);
  await expect.poll(async () => (await store.jobs.list({ limit: 9 })).rows.length).toBe(1);
  await service.stop();
  await store.close();
});
