/** A project whose calls are recorded, over any store, on a clock that the test moves. */
import { discover, type DiscoverDeps } from '../../../lib/app/discover/discover.ts';
import { createPacer } from '../../../lib/app/sweep/pacer.ts';
import { sweep } from '../../../lib/app/sweep/sweep.ts';
import { sweepWindow } from '../../../lib/app/sweep/sweep-window.ts';
import { track } from '../../../lib/app/sweep/track.ts';
import type { Trace } from '../../../lib/core/discover/trace.ts';
import type { Event } from '../../../lib/core/jobs/event.ts';
import type { Observation, Trouble } from '../../../lib/core/jobs/observation.ts';
import type { Bus, CloudTrail, Store } from '../../../lib/ports.ts';
import {
  POLICY,
  PROJECT,
  recordingTelemetry,
  running,
  scriptedClouds,
  succeeded,
  testClock,
} from '../../kit.ts';
import type { Home } from '../sweep/world.ts';

export const TRAIL = 'prod-cts';
const ORIGIN = 'prod-ecs';
const STEP = 20_000;
const MINUTE = 60_000;
const WINDOW = 50_000;

/** When a record is shown, which is later than its call. */
interface Recorded extends Trace {
  shownAt: number;
}

export interface Options {
  /** Of what is asked for: of which walk and which page. Null: the page as it is. */
  fault?: (nth: number) => Trouble | null;
  /** Records a page. */
  pageOf?: number;
  /** What a check answers; left out: every job ends at its second one. */
  answer?: (job: { jobId: string }, nth: number) => Observation;
  home?: Home;
  worker?: string;
  /** Around the bus. */
  publishing?: (publish: Bus['publish']) => Bus['publish'];
}

export function recording() {
  const records: Recorded[] = [];
  /** What was told, by whichever process. */
  const events = new Map<string, Event>();
  const clock = testClock();
  let made = 0;
  const record = (at: number, over: Partial<Recorded> = {}): Recorded => {
    const one: Recorded = {
      id: `trace-${(made += 1)}`,
      at,
      shownAt: at + MINUTE,
      service: 'ECS',
      operation: 'createServer',
      name: null,
      resourceId: null,
      user: 'anna',
      origin: ORIGIN,
      jobs: { submitted: [], reported: [] },
      passedOver: false,
      ...over,
    };
    records.push(one);
    return one;
  };
  return {
    clock,
    records,
    events,
    record,
    /** Both records of a call: the second one has the id of a sub-job. */
    call(name: string, at: number, endsAt = at + MINUTE): void {
      record(at, { name, jobs: { submitted: [`job-${name}`], reported: [] } });
      record(endsAt, { name, jobs: { submitted: [], reported: [`sub-job-${name}`] } });
    },
  };
}

/** One process that reads them and checks what it finds. */
export function discovering(
  store: Store,
  { clock, records, events }: ReturnType<typeof recording>,
  over: Options = {},
) {
  const {
    fault = () => null,
    pageOf = 2,
    home = 'one machine',
    worker = 'worker',
    publishing = (publish) => publish,
  } = over;
  const answer = over.answer ?? ((_, nth) => (nth < 2 ? running : succeeded));
  const asked: { from: number; to: number; marker: string | null }[] = [];
  const telemetry = recordingTelemetry();
  const clouds = scriptedClouds(answer, [ORIGIN]);
  const about = { ...clouds.describe(ORIGIN)!, account: 'prod' };
  const trail: CloudTrail = {
    discovery: { origin: TRAIL, projectId: PROJECT, labels: [] },
    about: { ...about, info: { ...about.info, origin: TRAIL, service: 'cts' } },
    async page(query) {
      asked.push(query);
      const trouble = fault(asked.length);
      if (trouble) return trouble;
      const shown = records
        .filter(({ at, shownAt }) => shownAt <= clock.now() && at! > query.from && at! < query.to)
        .toSorted((a, b) => b.at! - a.at!);
      const behind = query.marker === null ? 0 : shown.findIndex(({ id }) => id === query.marker) + 1;
      const traces = shown.slice(behind, behind + pageOf);
      return { traces, next: behind + pageOf < shown.length ? traces.at(-1)!.id : null };
    },
  };
  const deps: DiscoverDeps = {
    store,
    clouds: { ...clouds, trails: [trail] },
    clock: clock.now,
    telemetry,
    policy: POLICY,
    pacer: createPacer(),
    budget: 100,
    sleep: async (ms) => clock.pass(ms),
    bus: {
      publish: publishing(async (batch) => {
        for (const event of batch) events.set(event.metadata.id, event);
        return batch.map(() => ({ outcome: 'accepted' as const }));
      }),
    },
    track: (specs) => track({ ...deps, jobs: deps.store.jobs }, specs),
  };
  return {
    clouds,
    deps,
    asked,
    telemetry,
    read: (more: Partial<DiscoverDeps> = {}) => discover({ ...deps, ...more }),
    /** As its home does it: every few seconds, or in a window of each minute. */
    async round(): Promise<void> {
      if (home === 'one machine') {
        clock.pass(STEP);
        await discover(deps);
        await sweep(deps);
        return;
      }
      const next = clock.now() + MINUTE;
      const lease = { holder: `${worker} ${next}`, until: clock.now() + WINDOW };
      await discover({ ...deps, lease });
      await sweepWindow({ ...deps, lease }, { until: lease.until, sleep: async (ms) => clock.pass(ms) });
      clock.pass(Math.max(0, next - clock.now()));
    },
    /** The ends that were told, by the names of what they are of. */
    ends: (): string[] =>
      [...events.values()]
        .filter(({ kind }) => kind === 'job.succeeded' || kind === 'job.failed')
        .map(({ data }) => (data as { job: { name: string } }).job.name)
        .toSorted(),
  };
}
