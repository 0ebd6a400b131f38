import * as z from 'zod';
import { ID, ORIGIN_NAME, type JobSpec } from './job.ts';

const id = (what: string) =>
  z
    .string('must be given')
    .regex(ID, 'must be 1 to 64 letters, digits and hyphens, as the cloud returned it')
    .meta({ hint: `Write the ${what} id as the cloud returned it.` });
/** It is shown in one line, and a control character takes six bytes of JSON. */
const LINE = /^\P{Cc}*$/u;
const words = (max: number) =>
  z
    .string()
    .min(1)
    .max(max, `must be at most ${max} characters`)
    .regex(LINE, 'must be one line of text')
    .meta({ hint: `Write one line of 1 to ${max} characters, or leave it out.` });

/** What may be handed in. Bounded, because all of it travels in every event about the job. */
export const jobSpec = z.strictObject({
  origin: z
    .string('must be given')
    .regex(ORIGIN_NAME, 'must be the name of a configured origin: lower-case letters, digits and hyphens')
    .meta({ hint: 'Write the name of a configured origin.' }),
  projectId: id('project'),
  jobId: id('job'),
  name: words(128).optional(),
  labels: z
    .record(
      words(64),
      z.string().max(256, 'must be at most 256 characters').regex(LINE, 'must be one line of text'),
    )
    .refine((labels) => Object.keys(labels).length <= 20, 'must be at most 20 labels')
    .meta({ hint: 'Write at most 20 names of up to 64 characters, each with a text of up to 256.' })
    .optional(),
  requestedBy: words(128).optional(),
  correlationId: words(128).optional(),
  deadlineAt: z.int().positive().meta({ hint: 'Write epoch milliseconds.' }).optional(),
});

/** Targets of its own are for whoever runs the service: a program that asks through the API has subscriptions instead. */
const ownSpec = jobSpec.extend({
  notify: z
    .array(
      z.string().min(1).max(512, 'must be at most 512 characters').regex(LINE, 'must be one line of text'),
    )
    .max(5, 'must be at most 5 targets')
    .optional(),
});

export interface SpecProblem {
  field: string;
  problem: string;
}

export function checkSpec(
  raw: unknown,
): { ok: true; spec: JobSpec } | { ok: false; problems: SpecProblem[] } {
  const parsed = ownSpec.safeParse(raw);
  if (parsed.success) return { ok: true, spec: parsed.data as JobSpec };
  const problems = parsed.error.issues.map((issue) => ({
    field: issue.path.join('.') || 'job',
    problem: issue.message,
  }));
  return { ok: false, problems };
}
