import * as z from 'zod';
import { lazily } from '../../../core/lazily.ts';
import { route } from '../route.ts';
import { openApi, text, timeOrNull } from '../shapes.ts';

const health = lazily(() =>
  z.object({
    status: z.literal('ok'),
    lastWrite: z.literal('ok').optional(),
    sweepAgeSeconds: z
      .int()
      .min(0)
      .optional()
      .describe('How long ago the service last read what is due; missing where another process does that'),
    targets: z
      .array(
        z.object({
          subscription: z.string(),
          channel: z.string(),
          state: z.enum(['disabled', 'unsubscribed', 'paused', 'locked', 'unverified', 'invalid']),
          since: timeOrNull(),
          held: z.int().describe('Deliveries that are kept'),
          resume: text().describe('The command that lets them go; null where none does'),
        }),
      )
      .optional()
      .describe('To what nothing is sent now; left out where there is nothing'),
  }),
);

export const healthRoutes = {
  health: route({
    method: 'GET',
    path: '/healthz',
    summary: 'Whether the service works and its store answers',
    scope: null,
    limited: 'its own',
    answers: { 200: health },
    problems: ['unavailable'],
  }),
  openApi: route({
    method: 'GET',
    path: '/v1/openapi.json',
    summary: 'This API as an OpenAPI 3.1 document',
    scope: 'read',
    limited: 'its own',
    answers: { 200: openApi },
    problems: [],
  }),
};
