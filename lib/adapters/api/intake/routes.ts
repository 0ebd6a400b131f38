import * as z from 'zod';
import { lazily } from '../../../core/lazily.ts';
import { trackResult } from '../jobs/answers.ts';
import { route } from '../route.ts';
import { intakeBody } from './requests.ts';

export const intake = lazily(() =>
  z
    .object({
      from: z
        .enum(['calls', 'smn', 'functiongraph', 'eventgrid', 'trace'])
        .describe('What came in, by its shape'),
      results: z.array(trackResult()).optional().describe('Of calls: one for each job that they name'),
      ignored: z.int().optional().describe('Calls that went to no origin, or named no job'),
      unknown: z
        .array(z.string())
        .optional()
        .describe('Hosts of calls that named jobs and that no origin asks, at most 20'),
      checked: z.int().optional().describe('Of a push: jobs that are checked now'),
      accounts: z.int().optional().describe('Of a push: accounts whose records of calls are read now'),
      repeated: z.boolean().optional().describe('It has come before, and nothing was done'),
      subscription: z
        .enum(['confirmed', 'removed'])
        .optional()
        .describe('Of SMN: what became of the subscription'),
    })
    .meta({ description: 'What became of what came in' }),
);

export const intakeRoutes = {
  intake: route({
    method: 'POST',
    path: '/v1/intake',
    summary: 'Calls to a cloud, whose jobs are tracked, or a push of a cloud, whose projects are checked now',
    scope: 'track',
    limited: 'its own',
    body: intakeBody,
    signed: true,
    answers: { 200: intake },
    problems: [],
  }),
};
