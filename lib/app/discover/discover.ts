import { isWanted, specsOf, type Discovery } from '../../core/discover/discovery.ts';
import type { Trace } from '../../core/discover/trace.ts';
import { NEW_TRAIL, withFailed, withPage, withWalk } from '../../core/discover/trail.ts';
import { NO_TALLY, type Tally } from '../../core/jobs/health.ts';
import type { JobSpec } from '../../core/jobs/job.ts';
import type { Origin } from '../../core/jobs/origin.ts';
import type { Trouble } from '../../core/jobs/observation.ts';
import type { CloudTrail } from '../../ports.ts';
import { createAllowance } from '../sweep/allowance.ts';
import { assessOrigin } from '../sweep/assess-origin.ts';
import type { Round } from '../sweep/check.ts';
import type { SweepDeps } from '../sweep/deps.ts';
import { leasedOrigin } from '../sweep/leased-origin.ts';
import type { Tracked } from '../sweep/track.ts';
import { checkSoon } from './check-soon.ts';

export interface DiscoverDeps extends SweepDeps {
  /** Takes jobs in, as if somebody had handed them in. */
  track(specs: readonly JobSpec[]): Promise<Tracked[]>;
}

/**
 * One go at the records of each account, at most once a minute: from each trace of a call that has started jobs, these jobs.
 * Each page is 1. read, 2. its jobs are stored, 3. what it tells of the end of others is a reason to check those, and only then
 * 4. how far the records have been read. Killed in between, the page is read again, and its jobs are there already.
 */
export async function discover(deps: DiscoverDeps, keepOn: () => boolean = () => true): Promise<void> {
  const ended = await Promise.allSettled(
    (deps.clouds.trails ?? []).map((trail) => follow(deps, trail, keepOn)),
  );
  for (const end of ended) if (end.status === 'rejected') throw end.reason;
}

async function follow(given: DiscoverDeps, trail: CloudTrail, keepOn: () => boolean): Promise<void> {
  const { discovery, about } = trail;
  const name = discovery.origin;
  const deps = { ...given, clouds: describing(given.clouds, name, about) };
  const { clock, signal, pacer } = deps;
  const isDue = ({ trail: read = NEW_TRAIL }: Origin): boolean => withWalk(read, clock()) !== null;
  const origin = await leasedOrigin(deps, name, isDue);
  if (!origin) return;
  const round: Round = { origin, checked: 0, settled: 0, tally: NO_TALLY, earliest: null };
  const goesOn = (): boolean => keepOn() && !signal?.aborted;
  const allowance = createAllowance(deps, name, round, goesOn);
  while (goesOn()) {
    const walking = withWalk(round.origin.trail ?? NEW_TRAIL, clock());
    if (!walking || allowance.isHalted() || !(await allowance.mayRequest())) return;
    const began = clock();
    const page = await trail.page(walking.walk!, signal);
    // We broke it off, so it says nothing of the cloud.
    if ('kind' in page && signal?.aborted) return;
    if ('kind' in page) {
      const left = withFailed(walking, page.kind === 'malformed');
      const changed = left ? { ...round.origin, trail: left } : round.origin;
      round.origin = await assessOrigin(deps, round.origin, failed(page), null, changed);
      return;
    }
    pacer.answered(name, clock() - began);
    const read = withPage(walking, page, clock());
    const tracked = await takeIn(deps, discovery, read.submitted);
    await checkSoon(deps, discovery, read.reported);
    // A worker that has read all leaves the rest of its time to the one that the next ring wakes.
    const changed = {
      ...round.origin,
      trail: read.trail,
      ...(!read.trail.walk && deps.lease && { lease: null }),
    };
    round.origin = await assessOrigin(deps, round.origin, answered(clock()), null, changed);
    deps.telemetry.line(read.isCut ? 'warn' : 'debug', 'origin.read', {
      origin: name,
      traces: page.traces.length,
      submitted: read.submitted.length,
      tracked,
      ms: clock() - began,
      upTo: read.trail.upTo,
      ...(read.isCut && { detail: 'its pages go round: what is on further ones is not read' }),
    });
  }
}

/** How many of the jobs are new. */
async function takeIn(
  deps: DiscoverDeps,
  discovery: Discovery,
  submitted: readonly Trace[],
): Promise<number> {
  const specs = submitted
    .filter((trace) => isWanted(trace, discovery))
    .flatMap((trace) => specsOf(trace, discovery));
  if (specs.length === 0) return 0;
  const tracked = await deps.track(specs);
  for (const [i, one] of tracked.entries()) {
    if (one.outcome !== 'refused') continue;
    const { origin, jobId } = specs[i]!;
    deps.telemetry.line('warn', 'job.refused', { origin, jobId, problems: one.problems });
  }
  return tracked.filter(({ outcome }) => outcome === 'tracked').length;
}

const failed = (trouble: Trouble): Tally => ({ ...NO_TALLY, failed: 1, trouble });
const answered = (now: number): Tally => ({ ...NO_TALLY, answered: 1, routeConfirmedAt: now });

/** The clouds, which describe the trail too: it is no origin that jobs could be handed in for. */
const describing = (
  clouds: DiscoverDeps['clouds'],
  name: string,
  about: CloudTrail['about'],
): DiscoverDeps['clouds'] => ({
  ...clouds,
  describe: (origin) => (origin === name ? about : clouds.describe(origin)),
});
