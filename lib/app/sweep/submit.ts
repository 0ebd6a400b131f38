import { refusedEvent, type RefusedEvent } from '../../core/jobs/refused.ts';
import { submittedJobs } from '../../core/jobs/submission.ts';
import { track, type TrackDeps, type Tracked } from './track.ts';

export interface SubmitDeps extends TrackDeps {
  /** Publishes what is refused to the bus, where there is one. Throws where the bus does not take it. */
  refuse?: (events: RefusedEvent[]) => Promise<void>;
}

/**
 * Takes up jobs that came over a bus at `handedInAt`, where nobody waits for an answer: what is refused goes to the log and
 * to the bus. Throws a `ZodError` for a detail that submits no jobs at all, and an `UnknownOrigin` where the origin is not
 * configured: it may be added soon after the jobs were submitted.
 */
export async function submit(deps: SubmitDeps, detail: unknown, handedInAt?: number): Promise<Tracked[]> {
  const jobs = submittedJobs(detail);
  const origin = jobs[0]?.['origin'];
  const unknown = typeof origin === 'string' && deps.clouds.describe(origin) === null;
  const tracked = await track(handedInAt === undefined ? deps : { ...deps, handedInAt }, jobs);
  const refused = tracked.flatMap((one, i): RefusedEvent[] => {
    if (one.outcome === 'already_tracked' && one.differs.length > 0) {
      const differs = one.differs.map(({ field }) => field);
      deps.telemetry.line('warn', 'job.differs', { job: one.job.key, differs });
    }
    if (one.outcome !== 'refused') return [];
    const { origin, projectId, jobId } = jobs[i]!;
    deps.telemetry.line('warn', 'job.refused', { origin, projectId, jobId, problems: one.problems });
    return [refusedEvent(jobs[i]!, one.problems, handedInAt ?? deps.clock())];
  });
  if (refused.length > 0) await deps.refuse?.(refused);
  if (unknown) throw new UnknownOrigin(`the origin '${origin}' is not configured`);
  return tracked;
}

export class UnknownOrigin extends Error {
  override readonly name = 'UnknownOrigin';
}
