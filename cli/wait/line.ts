import type { Job } from '../../client/index.ts';
import { duration } from '../../lib/notify/duration.ts';
import { line } from '../../lib/notify/story.ts';
import type { Watched } from './watch.ts';

/** How one job gets on, in one line without its state: what it is, where it stands, how long it has taken. */
export function progressOf({ job, usual }: Watched, now: number): string {
  const what = [job.jobType, job.name ?? job.jobId].filter(Boolean).join(' ');
  return [line(what), ...(job.state === 'outstanding' ? underWay(job, usual, now) : ended(job))].join(', ');
}

function underWay(job: Job, usual: number | null, now: number): string[] {
  const age = duration(now - (Date.parse(job.beganAt ?? '') || Date.parse(job.trackedAt)));
  return [
    line(job.status) || 'not seen yet',
    ...subJobsOf(job),
    usual === null ? `for ${age}` : `for ${age}, usually ${duration(usual)}`,
  ];
}

function ended(job: Job): string[] {
  const why = [job.error?.code, job.error?.reason].map((text) => line(text)).filter(Boolean);
  const took =
    job.detectedAt === null
      ? []
      : [`after ${duration(Date.parse(job.detectedAt) - Date.parse(job.trackedAt))}`];
  return [
    ...took,
    ...subJobsOf(job),
    ...(job.lostReason ? [job.lostReason] : []),
    ...(why.length ? [why.join(' ')] : []),
  ];
}

function subJobsOf({ subJobs }: Job): string[] {
  const { total = 0, succeeded = 0, failed = 0 } = subJobs ?? {};
  if (total === 0) return [];
  return [`${succeeded} of ${total} sub-jobs${failed > 0 ? `, ${failed} failed` : ''}`];
}
