import * as z from 'zod';
import { ID, ORIGIN_NAME, type JobSpec } from './job.ts';

const id = z
  .string('must be given')
  .regex(ID, 'must be 1 to 64 letters, digits and hyphens, as the cloud returned it');
const words = (max: number) => z.string().min(1).max(max, `must be at most ${max} characters`);

/** What may be handed in. Bounded, because all of it travels in every event about the job. */
export const jobSpec = z.strictObject({
  origin: z
    .string('must be given')
    .regex(ORIGIN_NAME, 'must be the name of a configured origin: lower-case letters, digits and hyphens'),
  projectId: id,
  jobId: id,
  name: words(128).optional(),
  labels: z
    .record(z.string().min(1).max(64), z.string().max(256))
    .refine((labels) => Object.keys(labels).length <= 20, 'must be at most 20 labels')
    .optional(),
  requestedBy: words(128).optional(),
  correlationId: words(128).optional(),
  deadlineAt: z.int().positive().optional(),
});

export interface SpecProblem {
  field: string;
  problem: string;
}

export function checkSpec(
  raw: unknown,
): { ok: true; spec: JobSpec } | { ok: false; problems: SpecProblem[] } {
  const parsed = jobSpec.safeParse(raw);
  if (parsed.success) return { ok: true, spec: parsed.data as JobSpec };
  const problems = parsed.error.issues.map((issue) => ({
    field: issue.path.join('.') || 'job',
    problem: issue.message,
  }));
  return { ok: false, problems };
}
