import type { Job } from '../../core/jobs/job.ts';
import type { Observation } from '../../core/jobs/observation.ts';
import { witnessed, type Origin, type Tally } from '../../core/jobs/origin.ts';
import type { Clock, Clouds } from '../../ports.ts';

/** One look at one job. A 404 without words counts only if the route is known to be right: the origin vouches for it. */
export async function check(
  deps: { clouds: Clouds; clock: Clock },
  job: Job,
  origin: Origin,
  sofar: () => Tally,
): Promise<Observation> {
  const seen = await deps.clouds.ask(job);
  if (seen.kind !== 'not_found') return seen;
  return { ...seen, witnessed: seen.witnessed || witnessed(origin, sofar(), deps.clock()) };
}
