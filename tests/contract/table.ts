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
 * a write is answered. `runs`: sequences of operations that are tried; fewer where each costs a request. `staying`: the tables whose rows an index may
 * have where they were (`Table.save`); of all others every answer is exact.
 */
export function tableContract(
  name: string,
  makeStore: MakeStore,
  runs = 40,
  staying: readonly Kind<Row>['name'][] = [],
): void {
  const contractOf = <R extends Row>(kind: Kind<R>): void =>
    contractOfOne(kind, makeStore, runs, staying.includes(kind.name));
  describe(`the table contract over ${name}`, () => {
    contractOf(jobs);
    contractOf(origins);
    contractOf(durations);
    contractOf(deliveries);
    contractOf(endpoints);
    contractOf(tokens);
    contractOf(subscriptions);
    contractOf(idempotency);
    contractOf(recoveries);
    contractOf(groups);
    contractOf(members);
    contractOf(mutes);
    contractOf(places);
    contractOf(events);
  });
}

function contractOfOne<R extends Row>(
  kind: Kind<R>,
  makeStore: MakeStore,
  runs: number,
  mayStay: boolean,
): void {
  describe(kind.name, () => {
    let opened: Awaited<ReturnType<MakeStore>>;
    beforeEach(async () => void (opened = await makeStore()));
    afterEach(() => opened.close());
    const table = (): Table<R> => kind.of(opened.store);

    writeContract(kind, table);
    queueContract(kind, table);
    listingContract(kind, table);
    modelContract(kind, table, runs, mayStay);
  });
}
