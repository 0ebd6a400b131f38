import { change, stop } from '../../core/change.ts';
import type { JobStore, Telemetry } from '../../ports.ts';
import { tellRemoved, type GroupDeps } from './tell-group.ts';

/**
 * `outbox_not_empty`: an event of it is just being published; it can be removed right after. `gave_up`: others kept changing it,
 * and it is there still.
 */
export type Untracked = 'removed' | 'not_tracked' | 'outbox_not_empty' | 'gave_up';

/**
 * Stops watching a job and forgets it, silently: nothing is emitted, and a check under way that would settle it loses
 * its race. Events that were emitted already are still delivered.
 */
export async function untrack(
  deps: { jobs: JobStore; telemetry: Telemetry; groups?: GroupDeps },
  key: string,
): Promise<Untracked> {
  const changed = await change(deps.jobs, key, (job) =>
    job && job.outbox.length > 0 ? stop('outbox_not_empty' as const) : null,
  );
  if (changed.outcome === 'stopped') return changed.why;
  if (changed.outcome === 'gave_up') return 'gave_up';
  if (changed.outcome !== 'removed') return 'not_tracked';
  // Killed before that, the sweep finds a member without a job.
  if (deps.groups) await tellRemoved(deps.groups, changed.before);
  deps.telemetry.line('info', 'job.untracked', { job: key, state: changed.before.state });
  return 'removed';
}
