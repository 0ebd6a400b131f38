import { z } from 'zod';

/** What a program that uses zod would read of a job. */
const fields = {
  status: z.string(),
  job_id: z.string(),
  job_type: z.string(),
  begin_time: z.string(),
  end_time: z.string().nullable(),
  error_code: z.string().nullable(),
  fail_reason: z.string().nullable(),
};
export const JOB = z.object({
  ...fields,
  entities: z.object({
    sub_jobs_total: z.number(),
    sub_jobs: z.array(z.object({ ...fields, entities: z.record(z.string(), z.unknown()) })),
  }),
});
