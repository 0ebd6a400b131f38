import * as z from 'zod';
import { PING, SUMMARY, TARGET_EVENTS } from './event-kinds.ts';
import { schemaOf, time, type Zod } from './event-fields.ts';
import { GROUP_EVENTS } from './group.ts';
import { GROUP_DATA } from './group-data.ts';
import { JOB_EVENTS } from './job.ts';
import { JOB_DATA } from './job-data.ts';
import { lazily } from '../lazily.ts';
import { ORIGIN_EVENTS } from './origin.ts';
import { ORIGIN_DATA } from './origin-data.ts';
import { summaryData as summaryDataOf } from './summary-data.ts';
import { DELIVERY_DATA, SUBSCRIPTION_DATA } from './target-data.ts';

/**
 * The contract of the bus: what `events/` documents is generated from these schemas. They stand apart from what builds events
 * and are made at their first use, since that takes longer than anything else in a function that starts.
 */
export const eventSchemas = lazily(() => {
  const zod: Zod = {
    array: z.array,
    boolean: z.boolean,
    enum: z.enum,
    int: z.int,
    object: z.object,
    record: z.record,
    string: z.string,
    unknown: z.unknown,
    iso: { datetime: z.iso.datetime },
  };
  const metadata = z.object({
    id: z.string().describe('Deterministic: the same fact has the same id however often it is published'),
    version: z.literal(1),
    time: time(zod).describe('When the fact was found out'),
    sequence: z.int().positive().describe('Order of the events of one subject'),
    correlationId: z.string().optional(),
    traceparent: z
      .string()
      .optional()
      .describe('Of W3C Trace Context, as it was submitted with the job; webhooks have it as a header'),
    drill: z
      .literal(true)
      .optional()
      .describe('A drill: nothing happened, and what the event is about does not exist'),
    drillTo: z
      .string()
      .optional()
      .describe('Of a drill: the one subscription that it is for; left out: all whose pattern matches'),
  });

  const jobData = schemaOf(zod, JOB_DATA);
  const groupData = schemaOf(zod, GROUP_DATA);
  const originData = schemaOf(zod, ORIGIN_DATA);

  const subscriptionData = schemaOf(zod, SUBSCRIPTION_DATA);
  const deliveryData = schemaOf(zod, DELIVERY_DATA);

  const pingData = z.object({
    subscription: z.string(),
    requestedBy: z.string().describe('Name of the token that asked for it'),
  });

  const summaryData = summaryDataOf(zod);

  const eventOf = <K extends string, D extends z.ZodType>(kind: K, data: D) =>
    z.object({ kind: z.literal(kind), subject: z.string(), metadata, data });

  const [succeeded, failed, lost, overdue, paymentPending, jobUnreachable] = JOB_EVENTS;
  const [groupEnded, groupFailing, groupOverdue] = GROUP_EVENTS;
  const [unreachable, recovered, atRisk] = ORIGIN_EVENTS;
  const [failing, disabled, worksAgain, deliveryFailed] = TARGET_EVENTS;

  const event = z.discriminatedUnion('kind', [
    eventOf(succeeded, jobData),
    eventOf(failed, jobData),
    eventOf(lost, jobData),
    eventOf(overdue, jobData),
    eventOf(paymentPending, jobData),
    eventOf(jobUnreachable, jobData),
    eventOf(groupEnded, groupData),
    eventOf(groupFailing, groupData),
    eventOf(groupOverdue, groupData),
    eventOf(unreachable, originData),
    eventOf(recovered, originData),
    eventOf(atRisk, originData),
    eventOf(failing, subscriptionData),
    eventOf(disabled, subscriptionData),
    eventOf(worksAgain, subscriptionData),
    eventOf(deliveryFailed, deliveryData),
    eventOf(PING, pingData),
    eventOf(SUMMARY, summaryData),
  ]);

  return { jobData, groupData, originData, subscriptionData, deliveryData, pingData, summaryData, event };
});
type Schemas = ReturnType<typeof eventSchemas>;

export type JobData = z.infer<Schemas['jobData']>;
export type GroupData = z.infer<Schemas['groupData']>;
export type OriginData = z.infer<Schemas['originData']>;
export type SubscriptionData = z.infer<Schemas['subscriptionData']>;
export type DeliveryData = z.infer<Schemas['deliveryData']>;
export type SummaryData = z.infer<Schemas['summaryData']>;
export type PingData = z.infer<Schemas['pingData']>;
/** One fact on its way. `kind` is the bus's detail-type; `subject` is the key of what it is about. */
export type Event = z.infer<Schemas['event']>;
