import { isDrill, type Delivery } from '../../core/notify/delivery.ts';
import { claim } from '../../core/notify/delivery-steps.ts';
import type { Event } from '../../core/jobs/event.ts';
import type { AtOnce } from '../../ports.ts';
import type { DeliverDeps } from './deliver.ts';
import { sendClaimed, type Claimed } from './send.ts';
import { wayOf } from './way.ts';
import type { Place, Places } from './places.ts';

/**
 * Claimed here and not recorded yet, over all receivers: of many that hang at once, each would hold its connections. What is beyond
 * goes by the table, where those that hang get few of the workers.
 */
export const MAX = 256;
/** With those that have waited for an answer for so long that they are not counted among the others any more. */
const MAX_ALL = 2 * MAX;
/** A receiver that has not answered for so long gets no more than the workers that its kind has. */
export const HANGS_MS = 2_000;

export interface AtOnceDeps extends DeliverDeps {
  placesAt(endpoint: string): Places;
  /** Something is due there that nobody has been told of. */
  due(endpoint: string): void;
}

/**
 * Deliveries that are stored as claimed by this process, and sent as soon as they are: where nothing waits for the same receiver, that saves a
 * write and a wait for the disk. A process that dies between the two leaves what any other claim leaves: `uncertain`.
 */
export function createAtOnce(deps: AtOnceDeps): AtOnce & { ended(): Promise<void> } {
  const claimed = new Map<string, Omit<Claimed, 'row'> & { place: Place }>();
  /** Each with the time at which it began. */
  const underWay = new Map<Promise<void>, number>();
  function hasRoom(): boolean {
    const before = deps.clock() - HANGS_MS;
    const quick = [...underWay.values()].filter((at) => at >= before).length;
    return claimed.size + quick < MAX && claimed.size + underWay.size < MAX_ALL;
  }

  async function claimOne(row: Delivery, event: Event): Promise<Delivery> {
    // It waits for no turn at its target: its group tells of it.
    if (row.state === 'folded') return row;
    const rules = deps.rules[row.channel];
    const places = deps.placesAt(row.endpoint);
    const mayClaim = (): boolean =>
      hasRoom() &&
      !claimed.has(row.key) &&
      places.isFree(rules!.concurrency) &&
      !places.isHeldLonger(HANGS_MS);
    const isNew = row.state === 'pending' && row.due!.at <= deps.clock() && !isDrill(row);
    const way = rules && isNew && mayClaim() ? await wayOf(deps, row) : null;
    if (!way || !mayClaim()) {
      // It is going to wait in the table, and what comes after it goes behind it.
      places.waits(true);
      return row;
    }
    const claimedAt = deps.clock();
    claimed.set(row.key, { ...way, before: row, claimedAt, event, place: places.askedFor() });
    return claim(row, claimedAt, rules!.claimMs);
  }

  async function send({ place, ...one }: Claimed & { place: Place }): Promise<void> {
    const { id, endpoint } = one.row;
    try {
      const outcome = await sendClaimed({ ...deps, place: place.had, taken: place.taken }, one);
      if (outcome !== 'delivered') deps.placesAt(endpoint).trouble();
      if (outcome === 'returned') deps.due(endpoint);
    } catch (error) {
      // Taken up again once its claim is over.
      deps.telemetry.line('error', 'delivery.broken', { delivery: id, error });
    } finally {
      place.leave();
    }
  }

  return {
    async claim(rows, events) {
      const known = new Map(events.map((event) => [event.metadata.id, event]));
      const all: Delivery[] = [];
      for (const row of rows) all.push(await claimOne(row, known.get(row.event.metadata.id)!));
      return all;
    },
    begin(stored) {
      for (const { outcome, row } of stored) {
        const one = outcome === 'created' && claimed.get(row.key);
        if (!one) continue;
        claimed.delete(row.key);
        const sending: Promise<void> = send({ ...one, row }).finally(() => underWay.delete(sending));
        underWay.set(sending, deps.clock());
      }
    },
    end(rows) {
      for (const { key } of rows) {
        claimed.get(key)?.place.leave();
        claimed.delete(key);
      }
    },
    async ended() {
      while (underWay.size > 0) await Promise.all(underWay.keys());
    },
  };
}
