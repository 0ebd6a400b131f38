import type { Event } from '../../../lib/core/jobs/event.ts';
import type { Observation } from '../../../lib/core/jobs/observation.ts';
import type { Clouds, Store } from '../../../lib/ports.ts';
import { createPacer } from '../../../lib/app/sweep/pacer.ts';
import { sweep, type SweepDeps } from '../../../lib/app/sweep/sweep.ts';
import { sweepWindow } from '../../../lib/app/sweep/sweep-window.ts';
import { track } from '../../../lib/app/sweep/track.ts';
import { POLICY, recordingTelemetry, scriptedClouds, spec, START, testClock } from '../../kit.ts';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

/** How the two homes sweep: every few seconds, or in windows of 50 s that a schedule starts every minute. */
export const HOMES = ['one machine', 'AWS'] as const;
export type Home = (typeof HOMES)[number];
const TICK = 5 * SECOND;
const WINDOW = 50 * SECOND;

/** What a sweep stands on: a bus that takes everything, and a clock that the test moves. */
export function sweepWorld<C extends Clouds>(
  store: Store,
  cloudsOf: (now: () => number) => C,
  over: Partial<SweepDeps> = {},
) {
  const clock = testClock();
  const events: Event[] = [];
  const telemetry = recordingTelemetry();
  const clouds = cloudsOf(clock.now);
  const deps: SweepDeps = {
    store,
    clouds,
    clock: clock.now,
    telemetry,
    policy: POLICY,
    pacer: createPacer(),
    budget: 200,
    bus: {
      async publish(batch) {
        events.push(...batch);
        return batch.map(() => ({ outcome: 'accepted' as const }));
      },
    },
    ...over,
  };
  return { clock, clouds, events, telemetry, deps };
}

/** The real sweep over a real store, on a clock that the test moves. `answer` is told the time since START. */
export function sweeping(
  store: Store,
  answer: (age: number, job: { jobId: string }, nth: number) => Observation,
  home: Home = 'one machine',
) {
  const { clock, clouds, events, telemetry, deps } = sweepWorld(store, (now) =>
    scriptedClouds((job, nth) => answer(now() - START, job, nth)),
  );
  const sleep = async (ms: number): Promise<void> => clock.pass(ms);
  return {
    clock,
    clouds,
    deps,
    events,
    telemetry,
    hand: (count: number, from = 1) =>
      track(
        { ...deps, jobs: store.jobs },
        Array.from({ length: count }, (_, n) => spec(from + n)),
      ),
    async run(ms: number): Promise<void> {
      const end = clock.now() + ms;
      while (clock.now() < end) {
        if (home === 'one machine') {
          clock.pass(TICK);
          await sweep(deps);
        } else {
          const next = clock.now() + MINUTE;
          await sweepWindow(deps, { until: clock.now() + WINDOW, sleep });
          clock.pass(next - clock.now());
        }
      }
    },
    kinds: (prefix = ''): string[] => events.map((e) => e.kind).filter((kind) => kind.startsWith(prefix)),
    about: (jobId: string): string[] => events.filter((e) => e.subject.endsWith(jobId)).map((e) => e.kind),
  };
}
