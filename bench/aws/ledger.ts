import { AsyncLocalStorage } from 'node:async_hooks';
import type { Job } from '../../lib/core/jobs/job.ts';
import type { Store } from '../../lib/ports.ts';
import { openDynamoStore } from '../../lib/adapters/store/dynamodb/index.ts';
import { clientOf, type Dynamo } from '../../tests/adapters/store/dynamodb/dynalite.ts';
import { meter, type Bill } from '../../tests/adapters/store/dynamodb/meter.ts';
import { LATENCY } from './latency.ts';
import type { VirtualTime } from './time.ts';

/** What a request to the table is for. Whatever is not one of the others is checking: what is due, and the jobs. */
export const PURPOSES = ['tracking', 'checking', 'ending', 'storing'] as const;
export type Purpose = (typeof PURPOSES)[number];

export interface Ledger {
  store: Store;
  /** The same table, where nothing is counted and nothing takes time. */
  uncounted: Store;
  bill: Bill;
  as<T>(purpose: Purpose, work: () => Promise<T>): Promise<T>;
}

/** A table whose requests are counted by what they are for, and take their time. */
export async function openLedger(dynamo: Dynamo, time: VirtualTime): Promise<Ledger> {
  const purposes = new AsyncLocalStorage<Purpose>();
  const as: Ledger['as'] = (purpose, work) => purposes.run(purpose, work);
  const client = clientOf(dynamo.endpoint);
  const bill = meter(client, clientOf(dynamo.endpoint), () => purposes.getStore() ?? 'checking');
  client.middlewareStack.add((next) => (args) => time.take(LATENCY.dynamo, () => next(args)), {
    step: 'initialize',
    priority: 'high',
  });
  const table = await dynamo.newTable();
  const store = openDynamoStore({ client, table, clock: time.now });
  const uncounted = openDynamoStore({ client: clientOf(dynamo.endpoint), table, clock: time.now });
  const { jobs, events } = store;
  // Settled, then published.
  const save = (job: Job) =>
    job.state === 'outstanding' ? jobs.save(job) : as('ending', () => jobs.save(job));
  const create: typeof events.create = (rows) => as('storing', () => events.create(rows));
  return {
    uncounted,
    store: { ...store, jobs: { ...jobs, save }, events: { ...events, create } },
    bill,
    as,
  };
}

/** A write whose condition did not hold costs a unit too. */
export const unitsOf = ({ writes, reads, refused }: Bill): { writeUnits: number; readUnits: number } => {
  const sum = (units: Record<string, number>): number => Object.values(units).reduce((a, b) => a + b, 0);
  return { writeUnits: sum(writes) + refused, readUnits: sum(reads) };
};
