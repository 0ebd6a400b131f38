import * as z from 'zod';
import { SAMPLE_KINDS } from '../../../core/jobs/sample-event.ts';
import { jobSpec } from '../../../core/jobs/spec.ts';
import { lazily } from '../../../core/lazily.ts';
import { eventId, jobKey, oneOf, originName, projectId, subscriptionId, time } from '../fields.ts';

const sampleAbout = lazily(() => ({
  origin: originName().optional(),
  projectId: projectId().optional(),
  name: jobSpec().shape.name,
  labels: jobSpec().shape.labels,
  requestedBy: jobSpec().shape.requestedBy,
  subscription: subscriptionId().optional(),
}));

const SAMPLE_FIELDS = ['origin', 'projectId', 'name', 'labels', 'requestedBy', 'subscription'] as const;

const sampleKind = lazily(() => oneOf(SAMPLE_KINDS));

export const routesTestBody = lazily(() =>
  z
    .strictObject({
      event: eventId().optional(),
      job: jobKey().optional(),
      sample: sampleKind().optional(),
      ...sampleAbout(),
      at: time().optional(),
    })
    .superRefine((it, ctx) => {
      const issue = (field: string, message: string, fix: string): void =>
        ctx.addIssue({ code: 'custom', path: [field], message, params: { fix } });
      const { event, job, sample } = it;
      if (event === undefined && job === undefined && sample === undefined)
        issue('sample', 'is missing', 'Give event, job or sample: which event is meant.');
      if (event !== undefined && (job !== undefined || sample !== undefined))
        issue(
          'event',
          'goes with neither job nor sample',
          'Give one of them; a job and a sample go together.',
        );
      const field = SAMPLE_FIELDS.find((name) => it[name] !== undefined);
      if (field !== undefined && sample === undefined)
        issue(
          field,
          'goes with sample: an event that there is has its own',
          'Give sample too, or leave it out.',
        );
    })
    .meta({ hint: 'Give event, job or sample: which event is meant, and at: when.' }),
);

export const drillBody = lazily(() =>
  z
    .strictObject({
      sample: sampleKind().default('job.failed'),
      to: subscriptionId().optional(),
      ...sampleAbout(),
    })
    .meta({ hint: 'Give to, for one subscription, or labels and what else says what the drill is about.' }),
);

export type DrillBody = z.output<ReturnType<typeof drillBody>>;
export type RoutesTestBody = z.output<ReturnType<typeof routesTestBody>>;
