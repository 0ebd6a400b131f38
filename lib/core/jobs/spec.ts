import * as z from 'zod';
import { GROUP_NAME, MAX_EXPECT } from './group.ts';
import { ID, ORIGIN_NAME, type JobSpec } from './job.ts';
import { hasOwn } from '../is-record.ts';
import { lazily } from '../lazily.ts';
import { isTraceparent } from './traceparent.ts';

const id = (what: string) =>
  z
    .string('must be given')
    .regex(ID, 'must be 1 to 64 letters, digits and hyphens, as the cloud returned it')
    .meta({ hint: `Write the ${what} id as the cloud returned it.` });
/** Each is a delivery for each event of the job. */
export const MAX_NOTIFY = 5;
/** Of a name, and of who handed the job in. */
export const MAX_WORDS = 128;
/** It is shown in one line, a control character takes six bytes of JSON, and half of a pair is kept by no table. */
const LINE = /^[^\p{Cc}\p{Cs}]*$/u;
/** The end of the year 9999: what is later has no form in which times are written. */
const LAST_TIME = 253_402_300_799_999;
const words = (max: number) =>
  z
    .string()
    .min(1)
    .max(max, `must be at most ${max} characters`)
    .regex(LINE, 'must be one line of text')
    .meta({ hint: `Write one line of 1 to ${max} characters, or leave it out.` });

/** Objects take this name for something else, so a label of this name would be lost without a word. */
function refuseProto(labels: Record<string, string>, ctx: z.core.$RefinementCtx): Record<string, string> {
  if (hasOwn(labels, '__proto__')) {
    const fix = 'Call the label something else.';
    ctx.addIssue({ code: 'custom', message: 'cannot have a label called __proto__', params: { fix } });
  }
  return labels;
}

/** What may be handed in. Bounded, because all of it travels in every event about the job. Left out, the project is the origin's. */
export const jobSpec = lazily(() =>
  z.strictObject({
    origin: z
      .string('must be given')
      .regex(ORIGIN_NAME, 'must be the name of a configured origin: lower-case letters, digits and hyphens')
      .meta({ hint: 'Write the name of a configured origin.' }),
    projectId: id('project').optional(),
    jobId: id('job'),
    name: words(MAX_WORDS).optional(),
    labels: z
      .preprocess(
        refuseProto,
        z
          .record(
            words(64),
            z
              .string()
              .max(256, 'must be at most 256 characters')
              .regex(LINE, 'must be one line of text')
              .meta({ hint: 'Write one line of up to 256 characters.' }),
          )
          .refine((labels) => Object.keys(labels).length <= 20, 'must be at most 20 labels'),
      )
      .meta({ hint: 'Write at most 20 names of up to 64 characters, each with a text of up to 256.' })
      .optional(),
    requestedBy: words(MAX_WORDS).optional(),
    correlationId: words(MAX_WORDS).optional(),
    traceparent: z
      .string()
      .refine(isTraceparent, 'must be a traceparent of W3C Trace Context, version 00')
      .meta({ hint: 'Write 00-TRACE-PARENT-FLAGS with 32, 16 and 2 hexadecimal digits, or leave it out.' })
      .optional(),
    deadlineAt: z
      .int('must be a time')
      .positive('is in the past')
      .max(LAST_TIME, 'is later than the year 9999')
      .meta({ hint: 'Write epoch milliseconds.' })
      .optional(),
    group: z
      .string()
      .regex(GROUP_NAME, 'must be 1 to 64 letters, digits, dots, underscores and hyphens')
      .meta({ hint: 'Write the name of a run, such as apply-42, or leave it out.' })
      .optional(),
    expect: z
      .int(`must be a whole number from 1 to ${MAX_EXPECT}`)
      .min(1, `must be a whole number from 1 to ${MAX_EXPECT}`)
      .max(MAX_EXPECT, `must be a whole number from 1 to ${MAX_EXPECT}`)
      .meta({ hint: 'Write how many jobs the group has in all, or leave it out.' })
      .optional(),
    outlived: z
      .boolean()
      .meta({ hint: 'Write true where the command that started it has ended and does not wait for it.' })
      .optional(),
    notify: z
      .array(
        z
          .string()
          .min(1)
          .max(512, 'must be at most 512 characters')
          .regex(LINE, 'must be one line of text')
          .meta({ hint: 'Write CHANNEL:NAME of a subscription, such as slack:ops, or https://HOST/PATH.' }),
      )
      .max(MAX_NOTIFY, `must be at most ${MAX_NOTIFY} targets`)
      .meta({ hint: 'Write up to five of CHANNEL:NAME, such as slack:ops, and https://HOST/PATH.' })
      .optional(),
  }),
);
/** A job as it is handed in. */
export type GivenSpec = Omit<JobSpec, 'projectId'> & Partial<Pick<JobSpec, 'projectId'>>;

export interface SpecProblem {
  field: string;
  problem: string;
}

export function checkSpec(
  raw: unknown,
): { ok: true; spec: GivenSpec } | { ok: false; problems: SpecProblem[] } {
  const parsed = jobSpec().safeParse(raw);
  if (parsed.success) return { ok: true, spec: parsed.data as GivenSpec };
  const problems = parsed.error.issues.map((issue) => ({
    field: issue.path.join('.') || 'job',
    // Of a name that is wrong the record itself says no more than that.
    problem: issue.code === 'invalid_key' ? `is a name that ${issue.issues[0]?.message}` : issue.message,
  }));
  return { ok: false, problems };
}
