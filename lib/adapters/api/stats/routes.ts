import * as z from 'zod';
import { lazily } from '../../../core/lazily.ts';
import { route } from '../route.ts';
import { pageOf, text } from '../shapes.ts';

const ms = z.number().nonnegative();
const spread = z.object({
  count: z.int().describe('Jobs that this is learnt from; of old ones only a part counts'),
  p10: ms,
  p50: ms,
  p90: ms,
  p99: ms,
});

export const stats = lazily(() =>
  z
    .object({
      origin: z.string(),
      jobType: text().describe('Null: the cloud named none'),
      ended: z.int().describe('Seen to end, ever'),
      callsPerJob: z.number().describe('Checks of such jobs, for each that ended'),
      took: spread
        .extend({
          bars: z
            .array(z.object({ from: ms, to: ms, share: z.number() }))
            .describe('The same as a plot: which share took from `from` to `to`'),
        })
        .nullable()
        .describe('How long they took; null: nobody knows'),
      delays: spread.nullable().describe('From the end of a job to the check that saw it'),
    })
    .meta({ description: 'What is learnt of one type of jobs; times in milliseconds' }),
);
export type StatsView = z.output<ReturnType<typeof stats>>;

const records = lazily(() =>
  z
    .object({
      origin: z.string().describe('The name of the records of an account'),
      service: z.string().describe('As the cloud names it: `ECS`'),
      withId: z.int().describe('Calls whose record has the id of a job that they started: these are found'),
      results: z.int().describe('Records that tell how a job stands'),
      withoutId: z.int().describe('Calls whose record has no id; not every call starts a job'),
    })
    .meta({ description: 'What was recorded of one service within the last 24 hours' }),
);
export type RecordsView = z.output<ReturnType<typeof records>>;

export const statsRoutes = {
  listStats: route({
    method: 'GET',
    path: '/v1/stats',
    summary:
      'How long jobs take, how often they were checked and how late their ends were seen, by origin and type',
    scope: 'read',
    limited: 'its own',
    answers: {
      200: lazily(() =>
        pageOf(stats)().extend({
          records: z
            .array(records())
            .optional()
            .describe('Of the accounts whose jobs are found, each service; left out where there are none'),
        }),
      ),
    },
    problems: [],
  }),
};
