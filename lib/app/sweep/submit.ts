import { submittedJobs } from '../../core/jobs/submission.ts';
import { track, type TrackDeps, type Tracked } from './track.ts';

/**
 * Takes up jobs that came over a bus at `handedInAt`, where nobody waits for an answer: what is refused is told to the log.
 * Throws a `ZodError` for a detail that hands no jobs in at all.
 */
export async function submit(deps: TrackDeps, detail: unknown, handedInAt?: number): Promise<Tracked[]> {
  const jobs = submittedJobs(detail);
  const tracked = await track(handedInAt === undefined ? deps : { ...deps, handedInAt }, jobs);
  tracked.forEach((one, i) => {
    if (one.outcome === 'already_tracked' && one.differs.length > 0) {
      const differs = one.differs.map(({ field }) => field);
      deps.telemetry.line('warn', 'job.differs', { job: one.job.key, differs });
    }
    if (one.outcome !== 'refused') return;
    const { origin, projectId, jobId } = jobs[i]!;
    deps.telemetry.line('warn', 'job.refused', { origin, projectId, jobId, problems: one.problems });
  });
  return tracked;
}
