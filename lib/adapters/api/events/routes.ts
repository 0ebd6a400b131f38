import * as z from 'zod';
import { eventSchemas } from '../../../core/jobs/event-schema.ts';
import { lazily } from '../../../core/lazily.ts';
import { eventId, filter, jobKey, limitUpTo } from '../fields.ts';
import { route } from '../route.ts';
import { text } from '../shapes.ts';

/** Some 30 KB each at most. */
export const MAX_EVENTS = 1_000;

/** What stands between a client and us ends a request that has had no answer for a minute, or for half of one. */
export const MAX_WAIT_SECONDS = 30;

const listEventsQuery = lazily(() =>
  z
    .strictObject({
      job: jobKey().optional(),
      after: z
        .literal('')
        .or(eventId())
        .meta({
          hint: 'Write the id of an event (evt_ and 32 hex digits), or nothing to begin with the oldest.',
        })
        .optional(),
      ...filter(),
      limit: limitUpTo(MAX_EVENTS),
      wait: z.coerce
        .number<number>(`must be a whole number of seconds from 0 to ${MAX_WAIT_SECONDS}`)
        .int(`must be a whole number of seconds from 0 to ${MAX_WAIT_SECONDS}`)
        .min(0)
        .max(MAX_WAIT_SECONDS)
        .meta({
          hint: `Write how many seconds to wait for the next event, 0 to ${MAX_WAIT_SECONDS}. It goes with after.`,
        })
        .optional(),
    })
    .refine(({ wait, after }) => wait === undefined || after !== undefined, {
      path: ['wait'],
      error: 'goes with after: only the feed can be waited for',
    })
    .refine(({ job, after }) => job === undefined || after === undefined, 'has both job and after')
    .meta({ hint: 'Give job or after, not both.' }),
);

const eventsPage = lazily(() =>
  z.object({
    items: z.array(eventSchemas().event),
    next: text().describe(
      'What to give as `after` for the events that come behind these: the id of the newest; null: there is none',
    ),
  }),
);

export const eventRoutes = {
  listEvents: route({
    method: 'GET',
    path: '/v1/events',
    summary: 'The events of one job, in order; the newest of all; or the feed of all behind a cursor',
    scope: 'read',
    limited: 'its own',
    query: listEventsQuery,
    answers: { 200: eventsPage },
    problems: ['not_found', 'cursor_expired'],
  }),
};
