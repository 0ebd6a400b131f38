import { expect, it } from 'vitest';
import { openStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { newEventRow } from '../../../lib/core/jobs/event-row.ts';
import { newDelivery } from '../../../lib/core/notify/delivery.ts';
import { claim } from '../../../lib/core/notify/delivery-steps.ts';
import { CHANNELS } from '../../../lib/adapters/channels/registry.ts';
import { createService } from '../../../lib/wire/local/service.ts';
import { events } from '../../core/jobs/events.ts';
import { ok, POLICY, recordingTelemetry, scriptedClouds, START, subscription } from '../../kit.ts';

it('a start sends at once what a process was sending that died, and records that attempt as uncertain', async () => {
  const hook = subscription('hook');
  const store = openStore(':memory:');
  await store.events.create([newEventRow(events['job.failed'], START)]);
  const [stored] = await store.deliveries.create([
    newDelivery(events['job.failed'], hook, hook.targets[0]!, START),
  ]);
  await store.deliveries.save(claim(stored!.row, START, CHANNELS.webhook.claimMs));
  const sent = Promise.withResolvers<string>();
  const channel = {
    async send({ deliveryId }: { deliveryId: string }) {
      sent.resolve(deliveryId);
      return ok;
    },
  };
  const telemetry = recordingTelemetry();
  const service = createService({
    store,
    clouds: scriptedClouds(() => ({ kind: 'unavailable', detail: '' })),
    channels: { slack: channel, email: channel, webhook: channel },
    subscriptions: { all: async () => [hook] },
    origins: [],
    // The claim of the dead one holds still.
    clock: () => START + 1,
    telemetry,
    policy: POLICY,
    retention: 86_400_000,
    rules: CHANNELS,
  });
  await service.start();
  expect(await sent.promise).toBe(stored!.row.id);
  await service.stop();
  expect(telemetry.lines).toContainEqual(
    expect.objectContaining({ event: 'deliveries.rescued', rescued: 1 }),
  );
  const [row] = (await store.deliveries.list({ limit: 1 })).rows;
  expect(row).toMatchObject({ state: 'delivered', attempts: [{ reason: 'uncertain' }, { reason: 'ok' }] });
  await store.close();
});
