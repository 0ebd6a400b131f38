import { createLanes, type Lanes } from '../../adapters/platform/lanes.ts';
import type { DeliverDeps } from '../../app/deliver/deliver.ts';
import { drain, endpointsDue } from '../../app/deliver/drain.ts';

/** Endpoints served side by side. Each holds at most its own few connections. */
const MAX_ENDPOINTS = 64;
/** A receiver that takes longer than this for a round lets others wait: it gets one of few places, and none of the 64. */
const SLOW_ENDPOINTS = { afterMs: 2_000, max: 24, all: 256 };

/** The workers that deliver: one lane for each endpoint with something due. */
export const createSends = (deps: DeliverDeps): Lanes =>
  createLanes({
    due: (limit) => endpointsDue(deps, limit),
    serve: (endpoint, _open, turn) => drain(deps, endpoint, turn),
    max: MAX_ENDPOINTS,
    slow: SLOW_ENDPOINTS,
    clock: deps.clock,
    onError: (error) => deps.telemetry.line('error', 'delivery.broken', { error }),
  });
