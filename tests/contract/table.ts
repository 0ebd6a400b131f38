import { afterEach, beforeEach, describe } from 'vitest';
import type { Row } from '../../lib/core/row.ts';
import type { Store, Table } from '../../lib/ports.ts';
import { listingContract } from './listing.ts';
import { modelContract } from './model.ts';
import { queueContract } from './queues.ts';
import {
  deliveries,
  durations,
  endpoints,
  events,
  groups,
  idempotency,
  jobs,
  members,
  origins,
  mutes,
  places,
  recoveries,
  subscriptions,
  tokens,
  type Kind,
} from './rows.ts';
import { writeContract } from './writes.ts';

export type MakeStore = () => Promise<{ store: Store; close(): Promise<void> }>;

/**
 * What every implementation of `Table` promises, for each table of a store. `makeStore` gives an empty store each time.
 * Nothing here needs more than single conditional writes, strong reads of one row, and indexes that have caught up when
 * a write is answered. `runs`: sequences of operations that are tried; fewer where each costs a request.
 */
export function tableContract(name: string, makeStore: MakeStore, runs = 40): void {
  describe(`the table contract over ${name}`, () => {
    contractOf(jobs, makeStore, runs);
    contractOf(origins, makeStore, runs);
    contractOf(durations, makeStore, runs);
    contractOf(deliveries, makeStore, runs);
    contractOf(endpoints, makeStore, runs);
    contractOf(tokens, makeStore, runs);
    contractOf(subscriptions, makeStore, runs);
    contractOf(idempotency, makeStore, runs);
    contractOf(recoveries, makeStore, runs);
    contractOf(groups, makeStore, runs);
    contractOf(members, makeStore, runs);
    contractOf(mutes, makeStore, runs);
    contractOf(places, makeStore, runs);
    contractOf(events, makeStore, runs);
  });
}

function contractOf<R extends Row>(kind: Kind<R>, makeStore: MakeStore, runs: number): void {
  describe(kind.name, () => {
    let opened: Awaited<ReturnType<MakeStore>>;
    beforeEach(async () => void (opened = await makeStore()));
    afterEach(() => opened.close());
    const table = (): Table<R> => kind.of(opened.store);

    writeContract(kind, table);
    queueContract(kind, table);
    listingContract(kind, table);
    modelContract(kind, table, runs);
  });
}
