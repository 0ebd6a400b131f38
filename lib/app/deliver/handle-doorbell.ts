import type { Doorbell } from '../../ports.ts';
import type { Delivered, DeliverDeps } from './deliver.ts';
import { isGoodNews, isKept, type Delivery } from '../../core/notify/delivery.ts';
import { deliverQueue } from '../../core/row.ts';
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
  const first = await badNews(deps, row);
  const outcome = first ? await deliverSafely(deps, first) : 'raced';
  if (!first || outcome === 'raced') return takeUp(deps, row);
  await deps.doorbell.ring([row]);
  return ringAgain(deps, first, outcome);
}

const takeUp = async (deps: DoorbellDeps, row: Delivery): Promise<Delivered | 'broken'> =>
  ringAgain(deps, row, await deliverSafely(deps, row));

async function ringAgain<T extends string>(deps: DoorbellDeps, { key }: Delivery, outcome: T): Promise<T> {
  const next = AGAIN.includes(outcome) ? await deps.store.deliveries.get(key) : null;
  if (next) await deps.doorbell.ring([next]);
  return outcome;
}

/** What goes before a success that was rung for: that is rung for once more. */
async function badNews({ store, clock }: DoorbellDeps, row: Delivery): Promise<Delivery | null> {
  if (!isGoodNews(row.event)) return null;
  const [first] = await store.deliveries.due(deliverQueue(row.endpoint), clock(), 1);
  return first ?? null;
}
