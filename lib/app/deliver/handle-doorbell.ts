import type { Doorbell } from '../../ports.ts';
import type { Delivered, DeliverDeps } from './deliver.ts';
import { isKept } from '../../core/notify/delivery.ts';
import { deliverSafely } from './drain.ts';

export interface DoorbellDeps extends DeliverDeps {
  doorbell: Doorbell;
}

/** Clocks differ a little, and a ring that was turned away is only made up for a minute later. */
const EARLY_MS = 1_000;
/** What is to be taken up once more. */
const AGAIN: readonly string[] = ['pending', 'retrying', 'postponed', 'readdressed', 'broken'];

/**
 * What one ring of the doorbell leads to. The row decides: a ring that comes twice, late or for something that is gone
 * finds nothing to do. Rings for the next attempt, whose time the row says. Throws only for trouble with the store.
 */
export async function handleDoorbell(
  deps: DoorbellDeps,
  key: string,
): Promise<Delivered | 'broken' | 'nothing'> {
  const { deliveries } = deps.store;
  const row = await deliveries.get(key);
  const waits = !row?.due || isKept(row) || row.due.at > deps.clock() + EARLY_MS;
  if (waits) return 'nothing';
  const outcome = await deliverSafely(deps, row);
  if (AGAIN.includes(outcome)) {
    const next = await deliveries.get(key);
    if (next) await deps.doorbell.ring([next]);
  }
  return outcome;
}
