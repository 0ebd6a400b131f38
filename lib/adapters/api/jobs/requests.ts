import * as z from 'zod';
import { ID } from '../../../core/jobs/job.ts';
import { jobSpec } from '../../../core/jobs/spec.ts';
import { lazily } from '../../../core/lazily.ts';
import { filter, oneOf, originName, page, projectId } from '../fields.ts';

/** In one call. Each costs a row; a store writes them in one go. */
export const MAX_JOBS = 1_000;

export const trackSpec = lazily(() =>
  jobSpec()
    .omit({ deadlineAt: true })
    .extend({
      deadlineAt: z.iso
        .datetime()
        .meta({
          hint: 'Write a time in UTC such as 2026-03-01T12:00:00Z: after it the job is reported as overdue.',
        })
        .optional(),
    })
    .meta({ hint: 'Write a job: its origin, projectId and jobId, and what else there is to say of it.' }),
);

export const trackBody = lazily(() =>
  z
    .union([
      trackSpec(),
      z.strictObject({
        jobs: z
          .array(trackSpec())
          .min(1)
          .max(MAX_JOBS, `holds more than ${MAX_JOBS} jobs`)
          .meta({ hint: `Write a list of 1 to ${MAX_JOBS} jobs; hand more in in several calls.` }),
      }),
    ])
    .meta({ hint: `Write one job, or {"jobs": [...]} with 1 to ${MAX_JOBS} jobs.` }),
);

export const jobParams = lazily(() =>
  z.strictObject({
    origin: originName(),
    projectId: projectId(),
    jobId: z.string().regex(ID).meta({ hint: 'Write the job id.' }),
  }),
);

export const JOB_STATES = ['outstanding', 'succeeded', 'failed', 'lost'] as const;

export const listJobsQuery = lazily(() =>
  z.strictObject({
    state: oneOf(JOB_STATES).optional(),
    origin: originName().optional(),
    jobId: z
      .string()
      .regex(ID)
      .meta({ hint: 'Write a job id: those of the configured origins with this id are listed.' })
      .optional(),
    idEnd: z
      .string()
      .regex(/^[A-Za-z0-9-]{4,64}$/)
      .meta({ hint: 'Write the last characters of a job id, at least 4.' })
      .optional(),
    ...filter(),
    ...page(),
  }),
);
