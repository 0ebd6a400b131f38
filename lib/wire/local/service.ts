import { randomBytes } from 'node:crypto';
import { createLocalBus } from '../../adapters/bus/local.ts';
import { deliveriesFor, dispatch } from '../../app/deliver/dispatch.ts';
import { rescue } from '../../app/deliver/drain.ts';
import { advanceRecoveries } from '../../app/deliver/recover.ts';
import { endMutes } from '../../app/deliver/unmute.ts';
import { resolveGathered } from '../../app/deliver/close-window.ts';
import { releaseHeld } from '../../app/deliver/release.ts';
import { watchClock } from '../../adapters/platform/clock.ts';
import { createKeyedWorkers } from '../../adapters/platform/keyed-workers.ts';
import { createNaps } from '../../adapters/platform/naps.ts';
import { createSealer, SEAL_KEY_BYTES } from '../../adapters/platform/seal.ts';
import { startLoop, type Loop } from '../../adapters/platform/loop.ts';
import type { Pulse } from '../../adapters/api/deps.ts';
import type { MetricsServer } from '../../adapters/platform/metrics/server.ts';
import { discover } from '../../app/discover/discover.ts';
import { expire } from '../../app/upkeep/expire.ts';
import { createLearning } from '../../app/sweep/learning.ts';
import { createPacer } from '../../app/sweep/pacer.ts';
import { purge } from '../../app/upkeep/purge.ts';
import { recall } from '../../app/sweep/recall.ts';
import { sweep, type SweepDeps } from '../../app/sweep/sweep.ts';
import type { Tracked } from '../../app/sweep/track.ts';
import type { Doorbell } from '../../ports.ts';
import { createComplaints } from './complain.ts';
import { feedWaiting } from './feed-waiting.ts';
import type { Parts } from './parts.ts';
import { createSends } from './sends.ts';
import type { Listening } from './serve.ts';
import { createTrack } from './track.ts';

export interface Service {
  track(raws: readonly unknown[]): Promise<Tracked[]>;
  /** Where the HTTP API and the metrics are reached, if there are any. Rejects where an address is in use. */
  start(): Promise<{ api: string | null; metrics: string | null }>;
  /** Takes up nothing new; resolves when running checks and sends have ended and are recorded. */
  stop(): Promise<void>;
}

/** How often the due index is read. A query that finds nothing costs some 50 us; no notice is later than this. */
const TICK_MS = 500;
/** How often the accounts are looked through for one whose records are due: each once a minute. */
const DISCOVER_MS = 5_000;
/** What was learnt since is lost where the process is killed, and nothing else. */
const LEARN_MS = 60_000;
/** A trace is looked at by people; what is lost of it where the process is killed is no loss. */
const TRACES_MS = 5_000;
/** What is past its time harms nobody; it only takes room. */
const EXPIRE_MS = 60_000;
/** Between two writes of its own, where nothing else is written: a disk that is full or gone is noticed then, too. */
const CHECK_STORE_MS = 60_000;
/** What is kept for weeks may stay an hour longer; a round in which nothing is old costs a few reads. */
const PURGE_MS = 3_600_000;
/** A service that has just started has to catch up with what waited meanwhile. */
const PURGE_FIRST_MS = 600_000;
/** Rows processed at a time, of each origin and of each kind of outbox. */
const BUDGET = 200;
const MAX_ORIGINS = 100;
/** systemd and others kill after 90 s. A mail server may take 10 min for an answer; its connection ends before that. */
const LAST_WORDS_MS = 45_000;

/** One machine: a timer for the schedule, the table for the queues, and workers in the process. */
export function createService(parts: Parts): Service {
  const { store, clouds, subscriptions, clock, telemetry, policy } = parts;
  const ticks = parts.ticks ?? (() => performance.now());
  const complaints = createComplaints(telemetry, ticks);
  const broken = (what: string) => complaints(`${what}.broken`);

  const sends = createSends(parts);
  const doorbell: Doorbell = { ring: async (deliveries) => sends.rung(deliveries) };
  const { atOnce } = sends;
  const folding = { ...store, rules: parts.rules };
  const routing = { ...store, subscriptions, doorbell, clock, atOnce, folding };
  const bus = createLocalBus((events) => dispatch(routing, events), {
    deliveries: (events, from) => deliveriesFor(routing, events, from),
    ring: doorbell.ring,
    atOnce,
  });
  const pacer = createPacer();
  const learning = createLearning(store.durations, policy, clock);
  const nap = createNaps();
  // An origin that answers slowly keeps no other one from its next round.
  const origins = createKeyedWorkers({ max: MAX_ORIGINS, clock, onError: broken('sweep') });
  const sweeping: SweepDeps = {
    store,
    bus,
    clouds,
    clock,
    telemetry,
    policy,
    pacer,
    learning,
    budget: BUDGET,
    rounds: async (names, round) => origins.run(names, (name, turn) => round(name, () => turn(true))),
    sleep: nap.sleep,
    ring: doorbell.ring,
  };
  let sweptAt = 0;
  let sweptAtTick = ticks();
  const clockSet = watchClock(clock, ticks);
  const tick = async (): Promise<void> => {
    const byMs = clockSet();
    if (byMs !== 0) telemetry.line('warn', 'clock.set', { byMs });
    if (byMs < 0) await recall(sweeping, -byMs);
    await sweep(sweeping, () => open);
    sweptAt = clock();
    sweptAtTick = ticks();
    tellOfSweep();
  };
  const hearing = (parts.afterSweep ?? []).map((one) => ({ ...one, toldAtTick: -Infinity }));
  /** Never in the way of the next one. */
  const tellOfSweep = (): void => {
    for (const one of hearing) {
      if (sweptAtTick - one.toldAtTick < one.everyMs) continue;
      one.toldAtTick = sweptAtTick;
      one.tell().catch(broken(one.name));
    }
  };
  const pulse = (): Pulse => ({
    sweepAgeMs: ticks() - sweptAtTick,
    lastWrite: parts.storeHealth?.lastWrite() ?? null,
  });
  const tracks = createTrack(parts);
  let loops: Loop[] = [];
  let discovering: Loop | null = null;
  /** What may not be read yet is found a little later. */
  const wakeDiscovery = async (): Promise<void> => discovering?.ring();
  let listening: Listening | null = null;
  let metrics: MetricsServer | null = null;
  let open = true;
  const purging = { ...parts, ticks, rest: nap.sleep };

  return {
    track: tracks,
    async start() {
      // A real write: that the file can be opened says nothing of the disk.
      await parts.storeHealth?.check();
      sweptAtTick = ticks();
      await recall(sweeping, null);
      const rescued = await rescue(parts);
      if (rescued > 0) telemetry.line('warn', 'deliveries.rescued', { rescued });
      if (parts.api) {
        const { listen, subscribing, links, limits } = parts.api;
        const [{ apiOver }, { serve }] = await Promise.all([import('../api.ts'), import('./serve.ts')]);
        const more = { pulse, feedWaiting: feedWaiting(nap), ...(limits && { limits }) };
        // Without a key sessions end with the process.
        const sealer = subscribing.sealer ?? createSealer(randomBytes(SEAL_KEY_BYTES));
        const live = { sleep: nap.sleep, open: () => open };
        const home = { sealer, links, live, examine: parts.examine ?? null };
        listening = await serve(
          apiOver(home, { ...parts, bus, wakeDiscovery }, subscribing, tracks, doorbell, more),
          listen,
        );
        telemetry.line('info', 'api.listening', { url: listening.url });
      }
      if (parts.metrics) {
        const { listenForMetrics } = await import('./metrics.ts');
        metrics = await listenForMetrics(parts.metrics, parts, () => sweptAt);
        telemetry.line('info', 'metrics.listening', { url: metrics.url });
      }
      discovering = clouds.trails?.length
        ? startLoop(
            () => discover({ ...sweeping, track: tracks }, () => open),
            DISCOVER_MS,
            broken('discovery'),
          )
        : null;
      loops = [
        startLoop(tick, TICK_MS, broken('sweep')),
        startLoop(() => sends.wake(), TICK_MS, broken('delivery')),
        startLoop(
          () => advanceRecoveries({ ...parts, doorbell, aheadMs: 4 * TICK_MS }, () => open),
          TICK_MS,
          broken('recovery'),
        ),
        startLoop(() => releaseHeld({ ...parts, doorbell }, BUDGET), TICK_MS, broken('release')),
        startLoop(() => resolveGathered({ ...parts, doorbell }, BUDGET), TICK_MS, broken('window')),
        startLoop(() => endMutes({ ...parts, doorbell }, BUDGET), TICK_MS, broken('mute')),
        ...(discovering ? [discovering] : []),
        startLoop(() => learning.flush(), LEARN_MS, broken('learning')),
        ...(parts.flushTraces ? [startLoop(parts.flushTraces, TRACES_MS, broken('traces'))] : []),
        startLoop(() => expire(parts, BUDGET), EXPIRE_MS, broken('expire')),
        startLoop(async () => parts.storeHealth?.check(), CHECK_STORE_MS, broken('store')),
        startLoop(() => purge(purging, () => open), PURGE_MS, broken('purge'), PURGE_FIRST_MS),
      ];
      return { api: listening?.url ?? null, metrics: metrics?.url ?? null };
    },
    async stop() {
      open = false;
      // At once, since a client of the API may keep it waiting; it answers until the end.
      await stopWorking();
      await Promise.all([listening?.close(), metrics?.close()]);
    },
  };

  async function stopWorking(): Promise<void> {
    nap.end();
    // In the order of the way: what a check still settles becomes delivery rows, and those wait for the next start.
    await Promise.all(loops.map((loop) => loop.stop()));
    await origins.stop();
    await learning.flush(true).catch(broken('learning'));
    const timer = setTimeout(() => parts.hangUp?.(), LAST_WORDS_MS);
    await sends.stop().finally(() => clearTimeout(timer));
    await parts.flushTraces?.();
  }
}
