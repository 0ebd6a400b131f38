import type { Job } from './job.ts';

/** Fewer say nothing about what is usual. */
const ENOUGH = 3;

/** The median of how long jobs of this type took, by the cloud's clock where it told, else by ours; null: too few to say. */
export function usualDuration(jobs: readonly Job[], jobType: string): number | null {
  const times = jobs
    .filter((job) => job.report?.jobType === jobType)
    .flatMap((job) => took(job) ?? [])
    .toSorted((a, b) => a - b);
  return times.length < ENOUGH ? null : times[Math.floor(times.length / 2)]!;
}

function took({ report, createdAt, detectedAt }: Job): number | null {
  const byCloud =
    report?.beganAt && report.endedAt && Date.parse(report.endedAt) - Date.parse(report.beganAt);
  if (typeof byCloud === 'number' && byCloud >= 0) return byCloud;
  return detectedAt === null ? null : detectedAt - createdAt;
}
