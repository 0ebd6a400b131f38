import { change, stop } from '../../core/change.ts';
import type { JobStore, Telemetry } from '../../ports.ts';

/**
 * `has_news`: something about it is just being announced; it can be removed right after. `gave_up`: others kept changing it,
 * and it is there still.
 */
export type Untracked = 'removed' | 'not_tracked' | 'has_news' | 'gave_up';

/**
 * Stops watching a job and forgets it, silently: nothing is announced, and a look under way that would settle it loses
 * its race. What was announced already is delivered all the same.
 */
export async function untrack(
  deps: { jobs: JobStore; telemetry: Telemetry },
  key: string,
): Promise<Untracked> {
  const changed = await change(deps.jobs, key, (job) =>
    job && job.unpublished.length > 0 ? stop('has_news' as const) : null,
  );
  if (changed.outcome === 'stopped') return changed.why;
  if (changed.outcome === 'gave_up') return 'gave_up';
  if (changed.outcome !== 'removed') return 'not_tracked';
  deps.telemetry.line('info', 'job.untracked', { job: key, state: changed.before.state });
  return 'removed';
}
