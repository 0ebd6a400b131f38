import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newestOf, routing } from '../../../lib/app/inspect/routing.ts';
import { CHANNELS } from '../../../lib/adapters/channels/registry.ts';
import { openStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { newEventRow } from '../../../lib/core/jobs/event-row.ts';
import { jobEvent } from '../../../lib/core/jobs/event.ts';
import { newJob } from '../../../lib/core/jobs/job.ts';
import { decide, published } from '../../../lib/core/jobs/transition.ts';
import { newEndpoint } from '../../../lib/core/notify/endpoint.ts';
import type { Store } from '../../../lib/ports.ts';
import { endOf, windowWorld } from '../../contract/windows.ts';
import { openAt, startDynamo, type Dynamo } from '../../adapters/store/dynamodb/dynalite.ts';
import { failed, POLICY, spec, START, subscription } from '../../kit.ts';

let dynamo: Dynamo;
beforeAll(async () => void (dynamo = await startDynamo()));
afterAll(() => dynamo.close());

const stores: [string, () => Promise<Store & { close(): Promise<void> }>][] = [
  ['SQLite', async () => openStore(':memory:')],
  ['DynamoDB', async () => openAt(dynamo.endpoint, await dynamo.newTable(), () => START)],
];

describe.each(stores)('where an event goes, over %s', (_, open) => {
  it('is told from what the store has of the job and of the targets', async () => {
    const store = await open();
    const info = { origin: 'hwc-ecs', service: 'ecs', cloud: 'huawei', region: 'eu-west-101' };
    const job = decide(
      newJob({ ...spec(1), notify: ['webhook:b'] }, info, START, START),
      failed,
      START,
      POLICY,
    ).job;
    const event = jobEvent(job, job.outbox[0]!);
    const all = [subscription('a'), subscription('b', { on: 'endings' })];
    const subscriptions = { all: async () => all };
    const deps = { store, subscriptions, folding: { ...store, rules: CHANNELS } };
    await store.jobs.create([job]);
    expect(await newestOf(deps, job.key)).toEqual(event);
    const { endpoint, shown } = all[0]!.targets[0]!;
    const broken = newEndpoint({ endpoint, subscription: 'a', channel: 'webhook', shown }, START);
    await store.endpoints.create([{ ...broken, state: 'disabled', reason: 'gone' }]);
    const told = await routing(deps, event, START);
    expect(told.routes.map((one) => [one.subscription, one.by, one.targets[0]!.fate])).toEqual([
      ['a', 'pattern', 'held'],
      ['b', 'pattern', 'sent'],
    ]);
    // Once it is published, what is stored is told.
    await store.events.create([newEventRow(event, START)]);
    await store.jobs.save(published((await store.jobs.get(job.key))!, ['job.failed']));
    expect(await newestOf(deps, job.key)).toEqual(event);
    await store.close();
  });

  it('says that it is gathered with others while many come, until when, and no longer once it is quiet', async () => {
    const store = await open();
    const slack = subscription('ops', { channel: 'slack', on: 'endings' });
    const { deps, happen, pass, clock } = windowWorld(store, [slack]);
    const asking = { store, subscriptions: deps.subscriptions, folding: { ...store, rules: CHANNELS } };
    const fate = async (n: number, at = clock.now()) =>
      (await routing(asking, endOf(n, 10, at), at)).routes[0]!.targets[0];
    expect(await fate(99)).toMatchObject({ fate: 'sent', why: null });
    await happen(...Array.from({ length: 20 }, (_, n) => endOf(n + 1, 100)));
    await pass(10_000);
    const window = (await store.deliveries.list({ state: 'gathering', limit: 1 })).rows[0]!;
    expect(await fate(99)).toMatchObject({
      fate: 'waits',
      why: expect.stringContaining('together with others'),
      at: window.due!.at,
    });
    // A failure has it closed within a minute.
    expect((await fate(100))!.at).toBeLessThanOrEqual(clock.now() + 60_000);
    expect(await fate(99, clock.now() + 600_000)).toMatchObject({ fate: 'sent' });
    await store.close();
  });
});
