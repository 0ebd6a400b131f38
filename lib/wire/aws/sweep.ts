import { setTimeout } from 'node:timers/promises';
import { SQSClient } from '@aws-sdk/client-sqs';
import { sendShards, shardOf } from '../../adapters/bus/shards.ts';
import { createEventBridgeBus, createEventBridgeClient } from '../../adapters/bus/eventbridge.ts';
import { createClouds } from '../../adapters/clouds/client.ts';
import { advanceRecoveries } from '../../app/deliver/recover.ts';
import { endMutes } from '../../app/deliver/unmute.ts';
import { resolveGathered } from '../../app/deliver/close-window.ts';
import { releaseHeld } from '../../app/deliver/release.ts';
import { ringDue } from '../../app/deliver/ring-due.ts';
import { discover } from '../../app/discover/discover.ts';
import { track } from '../../app/sweep/track.ts';
import { expire } from '../../app/upkeep/expire.ts';
import { createLearning } from '../../app/sweep/learning.ts';
import { createPacer } from '../../app/sweep/pacer.ts';
import { surviving, type SweepDeps } from '../../app/sweep/deps.ts';
import { originsWaiting, waitingAmong } from '../../app/sweep/due-checks.ts';
import { planShards } from '../../app/sweep/plan-shards.ts';
import { sweepWindow, type SweepWindow, type WindowSwept } from '../../app/sweep/sweep-window.ts';
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

/** Far more than one deployment has. */
const MAX_ORIGINS = 2_000;

/** A recovery goes on once a minute, and lets its messages go for as long and a little more. */
const AHEAD_MS = 90_000;

/** Ends early where the signal comes. */
const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  setTimeout(ms, undefined, { signal }).catch(() => {});

export interface SweepParts {
  /** Divides what is due, hands over what is too much for one worker, and does the rest. */
  sweep(run: Run): Promise<WindowSwept>;
  /** Does what was handed over. */
  help(run: Run, body: unknown): Promise<WindowSwept>;
  /** How far the latest run has come that has not ended; null: there is none, or it has nothing to say yet. */
  unfinished(): WindowSwept | null;
  clock: Clock;
  telemetry: Telemetry;
}
/** One run of the schedule, or of what one handed over. */
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

/**
 * Checks a second that a worker is planned to make: less than any that was measured. With 40 origins and its share of a processor it made
 * 56 to 66 (`npm run bench -- aws-scale`).
 */
export const CAPACITY = 50;
/**
 * After `until` a check may go on for so long, and writing down what is handed to the next window ends a little later: before
 * the next run begins, whatever the clouds do.
 */
const CHECKS_END_MS = 5_000;
const ALL_ENDS_MS = 8_000;
/** Half of what an alarm rings for. */
const LATE_MS = 60_000;

const NOTHING_SWEPT: WindowSwept = {
  checked: 0,
  settled: 0,
  published: 0,
  sweeps: 0,
  lagMs: 0,
  outboxAgeMs: 0,
};

export function openSweep(env: Env): () => Promise<SweepParts> {
  const known = ENV().sweep.parse(env);
  // The latest requests to an origin are known for as long as the container lives.
  const pacer = createPacer();
  const client = createEventBridgeClient();
  const queues = new SQSClient();
  const queue = known.JOBCHIME_SWEEP_QUEUE;
  return withContext(known, 'sweep', (context) => {
    const { config, clock, store, telemetry } = context;
    const { policy } = config;
    const bus = createEventBridgeBus({ client, busName: known.JOBCHIME_BUS });
    const http = openHttp(context, 'clouds');
    const clouds = createClouds(config.origins, { ...context, http }, config.trails);
    const learning = createLearning(store.durations, policy, clock);
    const deps = { ...context, bus, clouds, policy, pacer, learning, budget: BUDGET };
    const doorbell = doorbellOf(context, known);
    const deadMan = deadManOf(context);
    const { ring } = doorbell;
    const survive = (what: string, error: unknown): void =>
      telemetry.line('error', 'sweep.hindered', { what, error });
    let unfinished: WindowSwept | null = null;

    /** `others`: what has to be done beside the checks. */
    async function window(
      { worker, until, signal }: Run,
      over: Partial<SweepDeps> & Pick<SweepWindow, 'waiting'>,
      others: readonly Promise<unknown>[] = [],
    ): Promise<WindowSwept> {
      const { waiting, ...more } = over;
      const left = Math.max(0, until - clock());
      const within = (ms: number): AbortSignal =>
        AbortSignal.any([signal, AbortSignal.timeout(Math.ceil(left + ms))]);
      const [checking, ending] = [within(CHECKS_END_MS), within(ALL_ENDS_MS)];
      const said = (swept: WindowSwept): void => {
        unfinished = swept;
        const { lagMs } = swept;
        // One that is killed later has said this much.
        if (lagMs >= LATE_MS) telemetry.line('warn', 'sweep.late', { lagMs });
      };
      const checks = sweepWindow(
        { ...deps, ...more, ring, survive, lease: { holder: worker, until }, signal: checking },
        { until, sleep: (ms) => sleep(ms, checking), ending, said, ...(waiting && { waiting }) },
      );
      // All of them end, whatever becomes of one: what is still under way would be frozen with the container.
      const ended = await Promise.allSettled([checks, ...others]);
      for (const end of ended) if (end.status === 'rejected') throw end.reason;
      unfinished = null;
      return checks;
    }

    /** Reads the records that are due, of those that are meant. */
    const discovery = (
      { worker, until, signal }: Run,
      isMeant: (origin: string) => boolean,
    ): Promise<void> => {
      const trails = (clouds.trails ?? []).filter(({ discovery: { origin } }) => isMeant(origin));
      const discovering = {
        ...deps,
        clouds: { ...clouds, trails },
        lease: { holder: worker, until },
        signal,
        sleep: (ms: number) => sleep(ms, signal),
        track: (specs: readonly unknown[]) => track(trackDeps(context, doorbell), specs),
      };
      return discover(discovering, () => clock() < until && !signal.aborted);
    };

    /** The origins that others take. Where one cannot be handed over, this worker takes it after its own. */
    async function handedOver(until: number): Promise<ReadonlySet<string>> {
      const plan = () => planShards({ jobs: store.jobs, clouds, policy }, until, CAPACITY);
      const [, ...others] = await surviving({ survive }, 'planning', plan, []);
      const shards = others.map((origins) => ({ origins, until }));
      const left = await sendShards(queues, queue, shards);
      if (left.length > 0) telemetry.line('warn', 'shards.not_taken', { count: left.length });
      return new Set(shards.filter((shard) => !left.includes(shard)).flatMap(({ origins }) => origins));
    }

    return {
      unfinished: () => unfinished,

      async sweep(run) {
        unfinished = null;
        const { until, signal } = run;
        const beside = { ...context, doorbell };
        const goesOn = (): boolean => clock() < until && !signal.aborted;
        const handing = handedOver(until);
        const works: Record<string, () => Promise<unknown>> = {
          discovery: async () => {
            const taken = await handing;
            return discovery(run, (origin) => !taken.has(origin));
          },
          rings: () => ringDue({ deliveries: store.deliveries, doorbell, clock }, RINGS, signal),
          'what was held': () => releaseHeld(beside, BUDGET),
          'what was gathered': () => resolveGathered(beside, BUDGET),
          mutes: () => endMutes(beside, BUDGET),
          recoveries: () => advanceRecoveries({ ...beside, aheadMs: AHEAD_MS }, goesOn),
          'what is over': () => expire({ ...context, policy, retention: config.retention }, BUDGET),
        };
        const others = Object.entries(works).map(([what, work]) =>
          surviving<unknown>({ survive }, what, work, null),
        );
        const taken = await handing;
        const waiting = async (before: number): Promise<string[]> =>
          (await originsWaiting(store.jobs, before, MAX_ORIGINS)).filter((origin) => !taken.has(origin));
        const swept = await window(run, { waiting }, others);
        if (deadMan) await deadMan(signal);
        return swept;
      },

      async help(run, body) {
        unfinished = null;
        const { origins, until } = shardOf(body);
        // The run that handed it over has ended, and the next one divides anew.
        if (until <= clock()) return NOTHING_SWEPT;
        const waiting = waitingAmong(store.jobs, origins);
        const within = { ...run, until: Math.min(until, run.until) };
        const read = () => discovery(within, (origin) => origins.includes(origin));
        return window(within, { waiting, isHelper: true }, [
          surviving<void>({ survive }, 'discovery', read, undefined),
        ]);
      },
    };
  });
}
