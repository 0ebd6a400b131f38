import type { JobStore, Telemetry } from '../../ports.ts';

/** `has_news`: something about it is just being announced; it can be removed right after. */
export type Untracked = 'removed' | 'not_tracked' | 'has_news';

/**
 * Stops watching a job and forgets it, silently: nothing is announced, and a look under way that would settle it loses
 * its race. What was announced already is delivered all the same.
 */
export async function untrack(
  deps: { jobs: JobStore; telemetry: Telemetry },
  key: string,
): Promise<Untracked> {
  // Only looks write to the row, one at a time: a second try nearly always wins.
  for (let tries = 0; tries < 10; tries += 1) {
    const job = await deps.jobs.get(key);
    if (!job) return 'not_tracked';
    if (job.unpublished.length > 0) return 'has_news';
    if ((await deps.jobs.remove(job)) === 'removed') {
      deps.telemetry.line('info', 'job.untracked', { job: key, state: job.state });
      return 'removed';
    }
  }
  return 'has_news';
}
