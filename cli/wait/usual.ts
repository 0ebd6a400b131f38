import type { JobSummary } from '../../client/index.ts';

/** Fewer say nothing about what is usual. */
const ENOUGH = 3;

/** The median of how long jobs of this type took, by the cloud's clock where it told, else by ours; null: too few to say. */
export function usualDuration(jobs: readonly JobSummary[], jobType: string): number | null {
  const times = jobs
    .filter((job) => job.jobType === jobType)
    .flatMap((job) => took(job) ?? [])
    .toSorted((a, b) => a - b);
  return times.length < ENOUGH ? null : times[Math.floor(times.length / 2)]!;
}

function took({ beganAt, endedAt, trackedAt, detectedAt }: JobSummary): number | null {
  const byCloud = beganAt && endedAt ? Date.parse(endedAt) - Date.parse(beganAt) : -1;
  if (byCloud >= 0) return byCloud;
  return detectedAt === null ? null : Date.parse(detectedAt) - Date.parse(trackedAt);
}
