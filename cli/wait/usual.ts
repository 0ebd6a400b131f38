import type { JobSummary } from '../../client/index.ts';

/** Fewer say nothing about what is usual. */
const ENOUGH = 3;

/** The median of how long jobs of this type took, in milliseconds; null: too few to say. */
export function usualDuration(jobs: readonly JobSummary[], jobType: string): number | null {
  const times = jobs
    .filter((job) => job.jobType === jobType)
    .flatMap((job) => took(job)?.ms ?? [])
    .toSorted((a, b) => a - b);
  return times.length < ENOUGH ? null : times[Math.floor(times.length / 2)]!;
}

/**
 * How long a job took: by the cloud's clock where it said when the job began and ended, else from tracking to detection by
 * ours. Null: it has not ended.
 */
export function took({
  beganAt,
  endedAt,
  trackedAt,
  detectedAt,
}: Pick<JobSummary, 'beganAt' | 'endedAt' | 'trackedAt' | 'detectedAt'>): {
  ms: number;
  clock: 'cloud' | 'ours';
} | null {
  const byCloud = beganAt && endedAt ? Date.parse(endedAt) - Date.parse(beganAt) : -1;
  if (byCloud >= 0) return { ms: byCloud, clock: 'cloud' };
  return detectedAt === null ? null : { ms: Date.parse(detectedAt) - Date.parse(trackedAt), clock: 'ours' };
}
