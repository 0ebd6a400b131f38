import { pagesOf } from '../../core/pages-of.ts';
import { deliverQueue, endpointOfQueue, laterQueue } from '../../core/row.ts';
import { deliver, type Delivered, type DeliverDeps } from './deliver.ts';
import { createPlaces } from './places.ts';
import { withDue, type Delivery } from '../../core/notify/delivery.ts';
import { rescued as dueNow } from '../../core/notify/delivery-steps.ts';

/** A delivery whose handling throws is a bug of ours: it waits, and the others go on. */
const BROKEN_WAIT_MS = 300_000;

const DELIVER = deliverQueue('');

/** Endpoints that have deliveries due. */
export const endpointsDue = async (deps: DeliverDeps, limit: number): Promise<string[]> => [
  ...new Set((await deps.store.deliveries.queues(DELIVER, deps.clock(), limit)).map(endpointOfQueue)),
];

/** Rows that are read at once. Beyond some tens, reading costs nothing by the row, and what is read is soon out of date. */
const PAGE = 64;
/** What was read is read anew after this: failures that came since go first. */
const FRESH_MS = 1_000;
/** The endpoint takes nothing for now. */
const WAITS: readonly string[] = ['postponed', 'paced'];
/** Nothing was sent. */
const IDLE: readonly string[] = [...WAITS, 'behind', 'raced', 'returned', 'dissolved'];
/** It says nothing of whether the receiver takes messages, or that it does. */
const HARMLESS: readonly string[] = ['delivered', 'followed', 'paced', 'behind', 'gathered', 'dissolved'];
/** Under way for each place at the receiver, with those whose success is still on its way to the disk. */
const RECORDED_BEHIND = 8;

/**
 * Delivers what is due for one endpoint, failures first and then the longest due, until nothing is due, the endpoint is paused or `turn` says no. As many go side by side
 * as its channel allows; the next begins as soon as the receiver has taken one, while that is recorded. `turn` is asked before that, and told whether what ended since
 * sent anything. Endpoints are drained side by side and never wait for one another: a dead one delays only what is its own.
 */
export async function drain(
  deps: DeliverDeps,
  endpoint: string,
  turn: (worked: boolean) => boolean,
  places = createPlaces(deps.clock),
): Promise<number> {
  const underWay = new Map<string, Promise<void>>();
  /** What was read and has not begun: hints, of which the claim decides. */
  let rest: Delivery[] = [];
  let isFull = false;
  let readAt = 0;
  let worked = false;
  let sent = 0;
  let oneEnded = (): void => {};
  let fault: { error: unknown } | null = null;
  /** The endpoint takes nothing for now: what waits behind stays as due as it is, or a pause would rewrite the whole backlog. */
  let isPaused = false;
  places.onLeft(() => oneEnded());

  const paced = (name: string, until: number): void => {
    isPaused = true;
    deps.paced?.(name, until);
  };

  async function take(row: Delivery): Promise<void> {
    const place = places.askedFor();
    try {
      const outcome = await deliverSafely({ ...deps, place: place.had, taken: place.taken, paced }, row);
      if (!HARMLESS.includes(outcome)) places.trouble();
      isPaused ||= WAITS.includes(outcome);
      worked ||= !IDLE.includes(outcome);
    } catch (error) {
      fault ??= { error };
    } finally {
      place.leave();
      underWay.delete(row.key);
      sent += 1;
      oneEnded();
    }
  }

  while (fault === null && !isPaused && turn(worked)) {
    worked = false;
    if (rest.length === 0 || deps.clock() - readAt >= FRESH_MS) {
      readAt = deps.clock();
      const due = await nextDue(deps, endpoint);
      rest = due.filter((row) => !underWay.has(row.key));
      isFull = due.length === PAGE;
    }
    places.waits(rest.length > 0 || isFull);
    if (rest.length === 0 && underWay.size === 0) break;
    const concurrency = (rest[0] && deps.rules[rest[0].channel]?.concurrency) ?? places.most();
    const room = Math.min(places.room(concurrency), concurrency * RECORDED_BEHIND - underWay.size);
    for (const row of rest.splice(0, Math.max(0, room))) underWay.set(row.key, take(row));
    places.waits(rest.length > 0 || isFull);
    await new Promise<void>((resolve) => (oneEnded = resolve));
  }
  await Promise.all(underWay.values());
  if (fault) throw (fault as { error: unknown }).error;
  return sent;
}

/** What goes next to an endpoint: successes after all else, each by how long it has been due. */
export async function nextDue(
  { store: { deliveries }, clock }: Pick<DeliverDeps, 'store' | 'clock'>,
  endpoint: string,
  limit = PAGE,
): Promise<Delivery[]> {
  const first = await deliveries.due(deliverQueue(endpoint), clock(), limit);
  if (first.length === limit) return first;
  return [...first, ...(await deliveries.due(laterQueue(endpoint), clock(), limit - first.length))];
}

/** Throws only if not even that can be stored. */
export async function deliverSafely(deps: DeliverDeps, row: Delivery): Promise<Delivered | 'broken'> {
  try {
    return await deliver(deps, row);
  } catch (error) {
    deps.telemetry.line('error', 'delivery.broken', { delivery: row.id, error, nextTryInMs: BROKEN_WAIT_MS });
    await deps.store.deliveries.save(withDue(row, deps.clock() + BROKEN_WAIT_MS));
    return 'broken';
  }
}

/**
 * At the start of the only process there is: a delivery still claimed belongs to a process that died. It is due now, not
 * only when its claim runs out, and taking it up records that attempt as uncertain.
 */
export async function rescue(deps: Pick<DeliverDeps, 'store' | 'clock'>): Promise<number> {
  let rescued = 0;
  const { deliveries } = deps.store;
  const claimed = pagesOf((query) => deliveries.list({ state: 'sending', ...query }), 200);
  for await (const rows of claimed) {
    await Promise.all(rows.map((row) => deliveries.save(dueNow(row, deps.clock()))));
    rescued += rows.length;
  }
  return rescued;
}
