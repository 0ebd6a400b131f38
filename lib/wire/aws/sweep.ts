import { setTimeout } from 'node:timers/promises';
import { createEventBridgeBus, createEventBridgeClient } from '../../adapters/bus/eventbridge.ts';
import { createClouds } from '../../adapters/clouds/client.ts';
import { advanceRecoveries } from '../../app/deliver/recover.ts';
import { endMutes } from '../../app/deliver/unmute.ts';
import { settleGathered } from '../../app/deliver/close-window.ts';
import { releaseHeld } from '../../app/deliver/release.ts';
import { ringDue } from '../../app/deliver/ring-due.ts';
import { discover } from '../../app/discover/discover.ts';
import { track } from '../../app/sweep/track.ts';
import { expire } from '../../app/upkeep/expire.ts';
import { createLearning } from '../../app/sweep/learning.ts';
import { createPacer } from '../../app/sweep/pacer.ts';
import { sweepWindow, type WindowSwept } from '../../app/sweep/sweep-window.ts';
import type { Clock, Telemetry } from '../../ports.ts';
import { ENV, type Env } from './env.ts';
import { createDeadMan } from '../../adapters/platform/dead-man.ts';
import { whyMissing } from '../../core/input/missing-secret.ts';
import { doorbellOf, withContext, type FunctionContext } from './with-context.ts';
import { trackDeps } from './track.ts';
import { openHttp } from '../http.ts';

/** Rows processed at a time, of each origin and of each kind of outbox. */
const BUDGET = 200;
/** Deliveries rung for in a minute, of each endpoint. */
const RINGS = 100;

/** A recovery goes on once a minute, and lets its messages go for as long and a little more. */
const AHEAD_MS = 90_000;

/** Ends early where the signal comes. */
const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  setTimeout(ms, undefined, { signal }).catch(() => {});

export interface SweepParts {
  sweep(run: Run): Promise<WindowSwept>;
  clock: Clock;
  telemetry: Telemetry;
}
/** One run of the schedule. */
export interface Run {
  /** Names it. */
  worker: string;
  /** Nothing is taken up from then on; epoch milliseconds. */
  until: number;
  /** Ends what is under way: the time of the function is over. */
  signal: AbortSignal;
}

/** A secret that is missing puts it out of action, and nothing else: it has been reported. */
function deadManOf(context: FunctionContext): ReturnType<typeof createDeadMan> | null {
  const { deadMan } = context.config;
  if (!deadMan || whyMissing([deadMan.url]) !== null) return null;
  return createDeadMan(openHttp(context, 'targets'), deadMan.url, context.telemetry);
}

export function openSweep(env: Env): () => Promise<SweepParts> {
  const known = ENV().sweep.parse(env);
  // The latest requests to an origin are known for as long as the container lives.
  const pacer = createPacer();
  const client = createEventBridgeClient();
  return withContext(known, (context) => {
    const { config, clock } = context;
    const bus = createEventBridgeBus({ client, busName: known.JOBCHIME_BUS });
    const http = openHttp(context, 'clouds');
    const clouds = createClouds(config.origins, { ...context, http }, config.trails);
    const learning = createLearning(context.store.durations, config.policy, clock);
    const deps = { ...context, bus, clouds, policy: config.policy, pacer, learning, budget: BUDGET };
    const doorbell = doorbellOf(context, known);
    const deadMan = deadManOf(context);
    const { ring } = doorbell;
    return {
      async sweep({ worker, until, signal }: Run): Promise<WindowSwept> {
        const lease = { holder: worker, until };
        const nap = (ms: number): Promise<void> => sleep(ms, signal);
        const checks = sweepWindow({ ...deps, ring, lease, signal }, { until, sleep: nap });
        const goesOn = (): boolean => clock() < until && !signal.aborted;
        const discovering = {
          ...deps,
          lease,
          signal,
          sleep: nap,
          track: (specs: readonly unknown[]) => track(trackDeps(context, doorbell), specs),
        };
        const others = [
          discover(discovering, goesOn),
          ringDue({ deliveries: context.store.deliveries, doorbell, clock }, RINGS, signal),
          releaseHeld({ ...context, doorbell }, BUDGET),
          settleGathered({ ...context, doorbell }, BUDGET),
          endMutes({ ...context, doorbell }, BUDGET),
          advanceRecoveries({ ...context, doorbell, aheadMs: AHEAD_MS }, goesOn),
          expire({ ...context, policy: config.policy, retention: config.retention }, BUDGET),
        ];
        // All of them end, whatever becomes of one: what is still under way would be frozen with the container.
        const ended = await Promise.allSettled([checks, ...others]);
        for (const end of ended) if (end.status === 'rejected') throw end.reason;
        if (deadMan) await deadMan(signal);
        return checks;
      },
    };
  });
}
