import * as z from 'zod';
import { lazily } from '../../../core/lazily.ts';
import { route } from '../route.ts';
import { pageOf, text, time, timeOrNull } from '../shapes.ts';

const originState = () =>
  z
    .enum(['ok', 'troubled', 'unreachable'])
    .describe('`troubled`: its checks fail, but not for long enough to be reported');

export const origin = lazily(() =>
  z.object({
    name: z.string(),
    dialect: text(),
    cloud: text(),
    region: text(),
    projectId: z.string(),
    state: originState(),
    reason: text().describe('The kind of trouble, while there is one'),
    detail: text(),
    since: timeOrNull().describe('Since when it is in trouble'),
    pausedUntil: timeOrNull().describe('No check is made before this'),
    outstanding: z.int().describe('Jobs that have not ended yet'),
    answeredAt: timeOrNull().describe('When it last answered about a job, to the minute'),
    pace: z
      .object({
        perSecond: z.number(),
        most: z.number().describe('As the configuration has it'),
        quota: z
          .object({ perSecond: z.number(), at: time() })
          .nullable()
          .describe('What the cloud last said that it allows, and when; null: nothing'),
      })
      .describe('How many checks are begun in a second, at most'),
    discovery: z
      .object({
        account: z.string(),
        state: originState(),
        reason: text(),
        detail: text(),
        readUpTo: timeOrNull().describe('All calls before have been read; null: none'),
        services: z
          .array(
            z.object({
              service: z.string(),
              withId: z.int().describe('Calls whose record has the id of a job that they started'),
              results: z.int().describe('Records of how a job stands'),
              withoutId: z.int().describe('Calls whose record has no id; most of them start no job'),
            }),
          )
          .describe('What was recorded within a day'),
      })
      .nullable()
      .describe('Of the account that its jobs are found by; null: they are handed in'),
  }),
);

export type OriginView = z.output<ReturnType<typeof origin>>;

export const originRoutes = {
  listOrigins: route({
    method: 'GET',
    path: '/v1/origins',
    summary: 'The configured origins, how each of them answers, and how many jobs wait for it',
    scope: 'read',
    limited: 'its own',
    answers: { 200: pageOf(origin) },
    problems: [],
  }),
};
