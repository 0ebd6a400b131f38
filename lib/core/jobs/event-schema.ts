import * as z from 'zod';
import { PING, SUBSCRIPTION_DISABLED } from './event-kinds.ts';
import { JOB_EVENTS } from './job.ts';
import { lazily } from '../lazily.ts';
import { ORIGIN_EVENTS } from './origin.ts';

/**
 * The contract of the bus: what `events/` documents is generated from these schemas. They stand apart from what builds events
 * and are made when they are asked for, since that takes longer than anything else in a function that starts.
 */
export const eventSchemas = lazily(() => {
  const time = z.iso.datetime().describe('UTC, ISO 8601');
  const text = z.string().nullable();

  const metadata = z.object({
    id: z.string().describe('Deterministic: the same fact has the same id however often it is published'),
    version: z.literal(1),
    time: time.describe('When the fact was found out'),
    sequence: z.int().positive().describe('Order of the events of one subject'),
    correlationId: z.string().optional(),
  });

  const job = z.object({
    key: z.string().describe('origin/projectId/jobId'),
    origin: z.string(),
    service: z.string(),
    cloud: z.string(),
    region: z.string(),
    projectId: z.string(),
    jobId: z.string(),
    jobType: text,
    name: z.string().optional(),
    labels: z.record(z.string(), z.string()),
    requestedBy: z.string().optional(),
    consoleUrl: z
      .string()
      .optional()
      .describe(
        "https: what it works on in the cloud's console, or all of its kind; left out where not known",
      ),
  });

  const failedSubJob = z.object({ jobId: text, jobType: text, code: text, reason: text });
  const error = z.object({
    code: text,
    reason: text,
    hint: z.string().optional().describe('What to do about it, where the code is well known'),
    subJobs: z.array(failedSubJob).describe('Failed sub-jobs only'),
    subJobsOmitted: z.int().nonnegative().describe('Failed sub-jobs left out to bound the size'),
  });

  const counts = z.object({
    total: z.int().nonnegative(),
    succeeded: z.int().nonnegative(),
    failed: z.int().nonnegative(),
    running: z.int().nonnegative(),
  });

  const jobData = z.object({
    job,
    status: text.describe("The cloud's own word"),
    outcome: z
      .enum(['succeeded', 'failed', 'expired', 'payment_expired', 'unknown', 'gave_up'])
      .nullable()
      .describe('How it ended, null while outstanding; the last four say why a lost job is lost'),
    error: error.nullable().describe('Of job.unreachable: what is wrong with asking about it'),
    subJobs: counts,
    beganAt: time.nullable(),
    endedAt: time.nullable(),
    trackedAt: time,
    detectedAt: time.nullable().describe('When the end was found out'),
    usual: z
      .object({
        p10: z.int().nonnegative(),
        p50: z.int().nonnegative(),
        p90: z.int().nonnegative(),
        count: z.int().positive().describe('Jobs that this is learnt from; of old ones only a part counts'),
      })
      .optional()
      .describe(
        'How long such jobs took, in milliseconds: a tenth no longer than `p10`, half no longer than `p50`; left out where too little is known',
      ),
    entities: z
      .record(z.string(), z.unknown())
      .describe("The cloud's own description of what the job worked on"),
  });

  const originData = z.object({
    origin: z.string(),
    reason: z
      .string()
      .describe('The kind of trouble: denied, misrouted, unavailable, malformed or throttled'),
    detail: z.string(),
    since: time.describe('Start of the outage'),
    outstanding: z.int().nonnegative().describe('Jobs that wait for this origin'),
  });

  const subscriptionData = z.object({
    subscription: z.string(),
    channel: z.string(),
    target: z.string().describe('Shortened so that it gives nothing away'),
    reason: z
      .string()
      .describe('`gone` or `auth_error`, as the target said; `unsubscribed` by the owner of a mail address'),
    since: time,
  });

  const pingData = z.object({
    subscription: z.string(),
    requestedBy: z.string().describe('Name of the token that asked for it'),
  });

  const eventOf = <K extends string, D extends z.ZodType>(kind: K, data: D) =>
    z.object({ kind: z.literal(kind), subject: z.string(), metadata, data });

  const [succeeded, failed, lost, overdue, paymentPending, jobUnreachable] = JOB_EVENTS;
  const [unreachable, recovered, atRisk] = ORIGIN_EVENTS;

  const event = z.discriminatedUnion('kind', [
    eventOf(succeeded, jobData),
    eventOf(failed, jobData),
    eventOf(lost, jobData),
    eventOf(overdue, jobData),
    eventOf(paymentPending, jobData),
    eventOf(jobUnreachable, jobData),
    eventOf(unreachable, originData),
    eventOf(recovered, originData),
    eventOf(atRisk, originData),
    eventOf(SUBSCRIPTION_DISABLED, subscriptionData),
    eventOf(PING, pingData),
  ]);

  return { jobData, originData, subscriptionData, pingData, event };
});
type Schemas = ReturnType<typeof eventSchemas>;

export type JobData = z.infer<Schemas['jobData']>;
export type OriginData = z.infer<Schemas['originData']>;
export type SubscriptionData = z.infer<Schemas['subscriptionData']>;
export type PingData = z.infer<Schemas['pingData']>;
/** One fact on its way. `kind` is the bus's detail-type; `subject` is the key of what it is about. */
export type Event = z.infer<Schemas['event']>;
