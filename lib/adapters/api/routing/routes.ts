import * as z from 'zod';
import { eventSchemas } from '../../../core/jobs/event-schema.ts';
import { FATES } from '../../../core/notify/routing.ts';
import { lazily } from '../../../core/lazily.ts';
import { CHANNEL_NAMES } from '../../channels/registry.ts';
import { route } from '../route.ts';
import { shown, text, time, timeOrNull } from '../shapes.ts';
import { drillBody, routesTestBody } from './requests.ts';

export const routeTest = lazily(() =>
  z.object({
    event: eventSchemas().event,
    at: time(),
    routes: z
      .array(
        z.object({
          subscription: z.string(),
          name: z.string(),
          channel: z.enum(CHANNEL_NAMES),
          by: z
            .enum(['pattern', 'notify', 'alarm'])
            .nullable()
            .describe(
              'Why it gets the event: its pattern matches; the job names it; or it is about a target and reaches nobody else. Null: it does not get it',
            ),
          mismatch: text().describe('The first field of its pattern that does not match'),
          says: text().describe('What people read first, in one line; null: nothing is sent'),
          targets: z.array(
            z.object({
              shown: shown(),
              fate: z.enum(FATES).describe('`held`: until somebody lets it go; `dropped`: it is never sent'),
              why: text().describe('Why it is not sent at once'),
              at: timeOrNull().describe('When it goes out at the earliest; null: nobody knows, or never'),
            }),
          ),
        }),
      )
      .describe('For a token that is limited to projects only those that get the event'),
  }),
);

export type RouteTestView = z.output<ReturnType<typeof routeTest>>;

export const routingRoutes = {
  testRoutes: route({
    method: 'POST',
    path: '/v1/routes/test',
    summary: 'Which subscriptions get an event, which do not and why; nothing is sent',
    scope: 'read',
    limited: 'its own',
    body: routesTestBody,
    answers: { 200: routeTest },
    problems: ['not_found', 'conflict'],
  }),
  drill: route({
    method: 'POST',
    path: '/v1/drills',
    summary: 'Send an event that did not happen on the way of every event, marked as a drill',
    scope: 'admin',
    limited: 'refused',
    body: drillBody,
    needsNoBody: true,
    answers: { 202: routeTest },
    problems: ['not_found', 'conflict', 'unavailable'],
  }),
};
