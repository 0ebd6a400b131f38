import { createEventBridgeBus, createEventBridgeClient } from '../../adapters/bus/eventbridge.ts';
import { createClouds } from '../../adapters/clouds/client.ts';
import { releaseHeld } from '../../app/deliver/release.ts';
import { ringDue } from '../../app/deliver/ring-due.ts';
import { expire } from '../../app/upkeep/expire.ts';
import { createPacer } from '../../app/sweep/pacer.ts';
import { sweepUntil } from '../../app/sweep/sweep-until.ts';
import { ENV, type Env } from './env.ts';
import { doorbellOf, onGround } from './ground.ts';
import { openHttp } from '../http.ts';

/** Rows taken up at a time, of each origin and of each kind of news. */
const BUDGET = 200;
/** Deliveries rung for in a minute, of each endpoint. */
const RINGS = 100;

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** One run of the schedule: what is due is taken up until `until` (epoch milliseconds); `worker` names the run. */
export function openSweep(env: Env) {
  const known = ENV().sweep.parse(env);
  // What an origin was asked lately is known for as long as the container lives.
  const pacer = createPacer();
  const client = createEventBridgeClient();
  return onGround(known, (ground) => {
    const { config, clock, telemetry } = ground;
    const bus = createEventBridgeBus({ client, busName: known.JOBCHIME_BUS });
    const clouds = createClouds(config.origins, { ...ground, http: openHttp(ground, 'clouds') });
    const deps = { ...ground, bus, clouds, policy: config.policy, pacer, budget: BUDGET };
    const doorbell = doorbellOf(ground, known);
    return {
      async sweep(worker: string, until: number): Promise<void> {
        const started = clock();
        const looks = sweepUntil({ ...deps, lease: { holder: worker, until } }, { until, sleep });
        const others = [
          ringDue({ deliveries: ground.store.deliveries, doorbell, clock }, RINGS),
          releaseHeld({ ...ground, doorbell }, BUDGET),
          expire({ ...ground, retention: config.retention }, BUDGET),
        ];
        // All of them end, whatever becomes of one: what is still under way would be frozen with the container.
        const ended = await Promise.allSettled([looks, ...others]);
        for (const end of ended) if (end.status === 'rejected') throw end.reason;
        telemetry.line('info', 'sweep.finished', { ...(await looks), ms: clock() - started });
      },
    };
  });
}
