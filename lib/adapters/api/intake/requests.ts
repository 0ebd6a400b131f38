import * as z from 'zod';
import { lazily } from '../../../core/lazily.ts';
import { ORIGIN_NAME } from '../../../core/jobs/job.ts';
import { MAX_JOBS, trackSpec } from '../jobs/requests.ts';

const call = lazily(() =>
  z.strictObject({
    url: z
      .string()
      .max(2_048)
      .regex(/^https?:\/\/\S+$/i, 'must be the URL that was called')
      .meta({ hint: 'Write the whole URL of the call, as the cloud was sent it.' }),
    method: z
      .string()
      .regex(/^[A-Za-z]{1,10}$/)
      .meta({ hint: 'Write the method of the call, or leave it out.' })
      .optional(),
    body: z.unknown().meta({ hint: "Write the cloud's answer, as text or JSON." }).optional(),
  }),
);

/** What is the same of all jobs of the calls. */
const ofCalls = lazily(() =>
  trackSpec()
    .omit({ origin: true, projectId: true, jobId: true })
    .extend({
      origin: z
        .string()
        .regex(ORIGIN_NAME)
        .meta({ hint: 'Write the name of the only origin that is meant, or leave it out.' })
        .optional(),
    }),
);

/** `{url, body}` of one call, or a list of such. */
export const intakeCalls = lazily(() =>
  z
    .union([
      ofCalls().extend(call().shape),
      ofCalls().extend({
        calls: z
          .array(call())
          .max(MAX_JOBS, `holds more than ${MAX_JOBS} calls`)
          .meta({ hint: `Write a list of up to ${MAX_JOBS} calls, each {"url": ..., "body": ...}.` }),
      }),
    ])
    .meta({ hint: 'Write {"url": ..., "body": ...} of a call, or {"calls": [...]}.' }),
);

/** Anything that may come in from outside; what it is, is told apart by its shape. */
export const intakeBody = lazily(() =>
  z
    .looseObject({})
    .meta({ hint: 'Write {"url": ..., "body": ...} of a call, or what a cloud pushes, as it is.' }),
);
