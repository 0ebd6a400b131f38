import * as z from 'zod';
import { eventSchemas } from '../../core/jobs/event-schema.ts';
import { SOURCE, type Event } from '../../core/jobs/event.ts';
import type { RefusedEvent } from '../../core/jobs/refused.ts';
import { lazily } from '../../core/lazily.ts';

/** What goes over the bus. */
export type Published = Event | RefusedEvent;

/** One entry of PutEvents. */
export interface Entry {
  EventBusName: string;
  Time: Date;
  Source: string;
  DetailType: string;
  Detail: string;
  Resources: string[];
}

/** AWS bounds the entries of one call together; an entry cannot be larger than that either. */
export const MAX_BYTES = 256 * 1024;
/** Whatever is counted beyond the texts themselves. */
const TIME_BYTES = 14;

/** As AWS counts it: the time, and the texts in UTF-8. */
export const sizeOf = ({ Source, DetailType, Detail, Resources }: Entry): number =>
  [Source, DetailType, Detail, ...Resources].reduce((sum, text) => sum + Buffer.byteLength(text), TIME_BYTES);

/**
 * An event as the bus takes it. The rows that events are built from are bounded far below the limit; one that is larger
 * anyway loses its longest part, and says so, rather than waiting for ever.
 */
export function toEntry(event: Published, busName: string): Entry {
  const entry = plainEntry(event, busName);
  return sizeOf(entry) < MAX_BYTES ? entry : plainEntry(cutDown(event), busName);
}

const plainEntry = (event: Published, busName: string): Entry => ({
  EventBusName: busName,
  Time: new Date(event.metadata.time),
  Source: SOURCE,
  DetailType: event.kind,
  Detail: JSON.stringify({ metadata: event.metadata, data: event.data }),
  Resources: [event.subject],
});

function cutDown(event: Published): Published {
  if (!('entities' in event.data)) return event;
  const { error } = event.data;
  const data = {
    ...event.data,
    entities: { truncated: true },
    error: error && { ...error, subJobs: [], subJobsOmitted: error.subJobsOmitted + error.subJobs.length },
  };
  return { ...event, data } as Event;
}

/** What EventBridge hands to those whom a rule names. */
const invocation = lazily(() =>
  z.object({
    source: z.literal(SOURCE),
    'detail-type': z.string(),
    resources: z.array(z.string()).min(1),
    detail: z.object({ metadata: z.unknown(), data: z.unknown() }),
  }),
);

/** The event that went in. Throws a `ZodError` for what did not come from our bus. */
export function fromInvocation(raw: unknown): Event {
  const { 'detail-type': kind, resources, detail } = invocation().parse(raw);
  return eventSchemas().event.parse({ kind, subject: resources[0], ...detail });
}
