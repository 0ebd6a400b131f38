import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { newestOf, routing } from '../../../lib/app/inspect/routing.ts';
import { openStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { newEventRow } from '../../../lib/core/jobs/event-row.ts';
import { jobEvent } from '../../../lib/core/jobs/event.ts';
import { newJob } from '../../../lib/core/jobs/job.ts';
import { decide, published } from '../../../lib/core/jobs/transition.ts';
import { newEndpoint } from '../../../lib/core/notify/endpoint.ts';
import type { Store } from '../../../lib/ports.ts';
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
    const deps = { store, subscriptions };
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
});
