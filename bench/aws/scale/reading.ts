import { createSubscriptions } from '../../../lib/app/deliver/all-subscriptions.ts';
import { dispatch } from '../../../lib/app/deliver/dispatch.ts';
import { newEventRow } from '../../../lib/core/jobs/event-row.ts';
import type { Dynamo } from '../../../tests/adapters/store/dynamodb/dynalite.ts';
import { endOf } from '../delivery.ts';
import { unitsOf } from '../ledger.ts';
import { openStack } from '../stack.ts';
import { watching } from './measured.ts';

export interface Reading {
  subscriptions: number;
  /** Read units of an event, of all that is read to route it; once the subscriptions are known. */
  perEvent: number;
  /** What a container reads when it begins, and after each change of a subscription. */
  first: number;
}

const START = Date.UTC(2026, 2, 1, 12);
const EVERY_MS = 100;

/** Events that come ten a second into one container, each of which one subscription wants. */
export async function reading(dynamo: Dynamo, subscriptions: number, events: number): Promise<Reading> {
  const stack = await openStack(dynamo, START);
  const { store, uncounted, time, bill } = stack;
  for (let n = 0; n < subscriptions; n += 1) await uncounted.subscriptions.create([watching(n)]);
  const all = createSubscriptions({
    fixed: () => [],
    stored: store.subscriptions,
    mutes: store.mutes,
    revision: store.routingRevision,
    open: () => null,
    forget: () => {},
    clock: time.now,
    telemetry: stack.telemetry,
  });
  const deps = { ...store, subscriptions: all, doorbell: { ring: async () => {} }, clock: time.now };
  const rows = Array.from({ length: events }, (_, n) =>
    newEventRow(endOf(n, { team: `team-${n % subscriptions}` }), START),
  );
  await uncounted.events.create(rows);
  const before = unitsOf(bill).readUnits;
  await time.run(all.all());
  const known = unitsOf(bill).readUnits;
  const begin = time.now();
  await time.run(
    Promise.all(
      rows.map(async ({ key }, n) => {
        await time.until(begin + n * EVERY_MS);
        await dispatch(deps, [(await store.events.get(key))!.event]);
      }),
    ),
  );
  const { rows: made } = await uncounted.deliveries.list({ limit: events + 1 });
  if (made.length !== events) throw new Error(`${made.length} deliveries of ${events} events`);
  return {
    subscriptions,
    perEvent: (unitsOf(bill).readUnits - known) / events,
    first: known - before,
  };
}
