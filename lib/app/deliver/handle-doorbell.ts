import type { Doorbell } from '../../ports.ts';
import type { Delivered, DeliverDeps } from './deliver.ts';
import { isSuccess, isKept, type Delivery } from '../../core/notify/delivery.ts';
import { deliverQueue } from '../../core/row.ts';
import { deliverSafely, nextDue } from './drain.ts';

export interface DoorbellDeps extends DeliverDeps {
  doorbell: Doorbell;
}

/** Clocks differ a little, and a ring that was turned away is only made up for a minute later. */
const EARLY_MS = 1_000;
/** What is to be taken up once more. */
const AGAIN: readonly string[] = [
  'pending',
  'retrying',
  'postponed',
  'behind',
  'readdressed',
  'followed',
  'broken',
];

/**
 * What one ring of the doorbell leads to. The row decides: a ring that comes twice, late or for something that is gone
 * finds nothing to do. Rings for the next attempt, whose time the row says; for a success that gave way to a failure; and, where
 * the endpoint has a pace, for what goes there next. Throws only for trouble with the store.
 */
export async function handleDoorbell(
  deps: DoorbellDeps,
  key: string,
): Promise<Delivered | 'broken' | 'nothing'> {
  const { deliveries } = deps.store;
  const row = await deliveries.get(key);
  const waits = !row?.due || isKept(row) || row.due.at > deps.clock() + EARLY_MS;
  if (waits) return 'nothing';
  let turnAt: number | null = null;
  const pacing: DeliverDeps = {
    ...deps,
    paced: (_, until) => void (turnAt = until),
    planned: (planned) => deps.doorbell.ring([planned]),
  };
  const first = (await badNews(deps, row)) ?? row;
  let taken = first;
  let outcome = await deliverSafely(pacing, first);
  // Somebody else has it in hand.
  if (first !== row && outcome === 'raced') outcome = await deliverSafely(pacing, (taken = row));
  if (AGAIN.includes(outcome)) {
    const next = await deliveries.get(taken.key);
    if (next) await deps.doorbell.ring([next]);
  }
  const left = taken !== row || outcome === 'paced' ? row : null;
  if (turnAt !== null) await ringForTurn(deps, row.endpoint, turnAt, left);
  else if (left) await deps.doorbell.ring([left]);
  return outcome;
}

/** What goes before a success that was rung for. */
async function badNews({ store, clock }: DoorbellDeps, row: Delivery): Promise<Delivery | null> {
  if (!isSuccess(row.event)) return null;
  const [first] = await store.deliveries.due(deliverQueue(row.endpoint), clock(), 1);
  return first ?? null;
}

/** A queue counts in seconds: a ring that comes a little early is rung once more, one that is late costs the whole second. */
const TURN_EARLY_MS = 500;

/**
 * An endpoint with a pace has one ring under way for its next turn, however many deliveries wait for it: the worker that
 * hears it sends what goes first, and rings for the turn after. Where that ring is lost, those for what is overdue go on from there.
 */
async function ringForTurn(
  deps: DoorbellDeps,
  key: string,
  at: number,
  left: Delivery | null,
): Promise<void> {
  const next = left ?? (await nextDue(deps, key, 1))[0];
  const endpoint = next ? await deps.store.endpoints.get(key) : null;
  const turn = endpoint?.nextAt ?? at;
  if (!next || !endpoint || endpoint.rungFor === turn) return;
  const saved = await deps.store.endpoints.save({ ...endpoint, rungFor: turn });
  if (saved.outcome === 'raced') return;
  await deps.doorbell.ring([{ ...next, due: { queue: next.due!.queue, at: turn - TURN_EARLY_MS } }]);
}
