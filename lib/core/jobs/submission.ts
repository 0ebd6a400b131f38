import * as z from 'zod';
import { lazily } from '../lazily.ts';

/** The event by which programs hand jobs in over a bus. */
export const SUBMITTED = 'job.submitted';
/** One event is one message of a queue, and its jobs are stored within the time of one invocation. */
const MAX_JOBS = 100;

/** Many jobs of one call to a cloud. Whatever else it says is said of each of them, and checked as for any job. */
const submission = lazily(() =>
  z.looseObject({
    jobIds: z.array(z.string()).min(1).max(MAX_JOBS),
    deadline: z.iso.datetime({ offset: true }).optional(),
  }),
);

/** The jobs that an event's detail hands in. Throws a `ZodError` for what is no such detail. */
export function submittedJobs(detail: unknown): Record<string, unknown>[] {
  const { jobIds, deadline, ...same } = submission().parse(detail);
  const deadlineAt = deadline === undefined ? {} : { deadlineAt: Date.parse(deadline) };
  return jobIds.map((jobId) => ({ ...same, ...deadlineAt, jobId }));
}
