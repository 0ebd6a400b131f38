import * as z from 'zod';
import { eventSchemas } from '../../../core/jobs/event-schema.ts';
import { lazily } from '../../../core/lazily.ts';
import { delivery } from '../deliveries/answers.ts';
import { text, time, timeOrNull } from '../shapes.ts';
import { JOB_STATES } from './requests.ts';

const problemOfSpec = lazily(() => z.object({ field: z.string(), problem: z.string(), fix: z.string() }));

export const tracked = lazily(() =>
  z.object({
    outcome: z.enum(['tracked', 'already_tracked']),
    group: eventSchemas().jobData.shape.job.shape.group,
    key: z.string(),
    state: z.enum(JOB_STATES),
    added: z
      .array(z.string())
      .optional()
      .describe(
        'Of one that was tracked already: the recipients that were added; they get its end even if it has ended already',
      ),
    warnings: z
      .array(problemOfSpec())
      .optional()
      .describe('Of one that was tracked already: what was said of it and stays as it was'),
  }),
);

export const trackResult = lazily(() =>
  z.discriminatedUnion('outcome', [
    tracked(),
    z.object({ outcome: z.literal('refused'), problems: z.array(problemOfSpec()) }),
  ]),
);

export const trackedOrMany = lazily(() =>
  tracked().or(z.object({ results: z.array(trackResult()).describe('In the order of the jobs') })),
);

const summary = lazily(() => ({
  key: z.string().describe('origin/projectId/jobId'),
  origin: z.string(),
  projectId: z.string(),
  jobId: z.string(),
  service: z.string(),
  cloud: z.string(),
  region: z.string(),
  name: text(),
  labels: z.record(z.string(), z.string()),
  requestedBy: text(),
  group: eventSchemas().jobData.shape.job.shape.group,
  correlationId: text(),
  consoleUrl: text().describe("What it works on in the cloud's console, or all of its kind"),
  state: z.enum(JOB_STATES),
  lostReason: text().describe('Why a lost job is lost'),
  status: text().describe("The cloud's own word"),
  jobType: text(),
  beganAt: text().describe("The cloud's own time"),
  endedAt: text().describe("The cloud's own time"),
  trackedAt: time(),
  detectedAt: timeOrNull().describe('When its end was found out'),
  deadlineAt: timeOrNull(),
  checkedAt: timeOrNull().describe('When it was last checked; on AWS up to five minutes behind'),
  nextCheckAt: timeOrNull().describe('Null once it has ended for good; one that is past is due'),
}));

export const jobSummary = lazily(() =>
  z.object({ ...summary(), error: z.object({ code: text(), reason: text() }).nullable() }),
);

export const job = lazily(() =>
  z.object({
    ...summary(),
    error: eventSchemas().jobData.shape.error,
    subJobs: eventSchemas().jobData.shape.subJobs.nullable(),
    entities: z.record(z.string(), z.unknown()),
  }),
);

export const explanation = lazily(() =>
  z.object({
    job: job(),
    notify: z
      .array(z.string())
      .describe('Recipients of the events of this job in addition to the subscriptions'),
    whyNextCheck: text().describe('To go on after "because"; null once it has ended for good'),
    history: z.array(z.object({ at: time(), reason: z.string(), detail: z.string() })),
    events: z.array(
      z.object({
        id: z.string(),
        kind: z.string(),
        published: z.boolean(),
        deliveries: z.array(
          delivery().pick({
            id: true,
            subscription: true,
            channel: true,
            target: true,
            state: true,
            reason: true,
            folded: true,
            attempts: true,
            asked: true,
            window: true,
            nextTryAt: true,
          }),
        ),
        unmatched: z.array(z.object({ subscription: z.string(), why: z.string() })),
      }),
    ),
  }),
);

export type TrackResult = z.output<ReturnType<typeof trackResult>>;
export type JobSummary = z.output<ReturnType<typeof jobSummary>>;
export type JobView = z.output<ReturnType<typeof job>>;
export type ExplanationView = z.output<ReturnType<typeof explanation>>;
