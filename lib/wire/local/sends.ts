import { createKeyedWorkers, type Serve } from '../../adapters/platform/keyed-workers.ts';
import type { Delivery } from '../../core/notify/delivery.ts';
import type { DeliverDeps } from '../../app/deliver/deliver.ts';
import { createAtOnce, HANGS_MS } from '../../app/deliver/at-once.ts';
import { drain, endpointsDue } from '../../app/deliver/drain.ts';
import { createPlaces, type Places } from '../../app/deliver/places.ts';
import type { AtOnce } from '../../ports.ts';

/** Endpoints served side by side. Each holds at most its own few connections. */
export const MAX_ENDPOINTS = 64;
/** A receiver that takes longer than this for a round lets others wait: it gets one of few places, and none of the 64. */
export const SLOW_ENDPOINTS = { afterMs: HANGS_MS, max: 24, all: 256 };

/** How quickly a receiver answers is forgotten of those with nothing under way, once there are more of them. */
const MAX_KNOWN = 1_000;

export interface Sends {
  /** Begins with what is due. Returns without waiting for it. */
  wake(): Promise<void>;
  /** Begins with the endpoints of these deliveries alone, which nobody has to look for. */
  rung(deliveries: readonly Delivery[]): void;
  atOnce: AtOnce;
  /** Takes nothing new up; resolves when what is in hand has ended. */
  stop(): Promise<void>;
}

/** Does something after this many milliseconds. Returns what cancels it. */
export type After = (ms: number, work: () => void) => () => void;
const later: After = (ms, work) => {
  const timer = setTimeout(work, ms);
  return () => clearTimeout(timer);
};

/** The workers that deliver: one for each endpoint with something due. */
export function createSends(deps: DeliverDeps, after: After = later): Sends {
  /** Endpoints whose pace lets the next message go a little later: nobody looks at them before. */
  const paced = new Map<string, () => void>();
  const known = new Map<string, Places>();
  const workers = createKeyedWorkers({
    max: MAX_ENDPOINTS,
    slow: { ...SLOW_ENDPOINTS, is: (endpoint) => known.get(endpoint)?.isHeldLonger(HANGS_MS) ?? false },
    clock: deps.clock,
    onError: (error) => deps.telemetry.line('error', 'delivery.broken', { error }),
  });
  function placesAt(endpoint: string): Places {
    const places = known.get(endpoint) ?? createPlaces(deps.clock);
    if (known.size >= MAX_KNOWN && !known.has(endpoint))
      for (const [other, its] of known) if (its.isIdle()) known.delete(other);
    known.set(endpoint, places);
    return places;
  }
  const delivering: DeliverDeps = {
    ...deps,
    paced(endpoint, until) {
      const ring = (): void => {
        paced.delete(endpoint);
        workers.add([endpoint], serve);
      };
      if (!paced.has(endpoint)) paced.set(endpoint, after(Math.max(0, until - deps.clock()), ring));
    },
  };
  const serve: Serve = async (endpoint, turn) => {
    if (!paced.has(endpoint)) await drain(delivering, endpoint, turn, placesAt(endpoint));
  };
  const atOnce = createAtOnce({ ...deps, placesAt, due: (endpoint) => workers.add([endpoint], serve) });
  return {
    atOnce,
    async wake() {
      workers.run(await endpointsDue(deps, workers.room), serve);
    },
    rung(deliveries) {
      const now = deps.clock();
      const due = deliveries.filter((row) => row.due !== null && row.due.at <= now);
      workers.add([...new Set(due.map((row) => row.endpoint))], serve);
    },
    async stop() {
      for (const cancel of paced.values()) cancel();
      await Promise.all([workers.stop(), atOnce.ended()]);
    },
  };
}
