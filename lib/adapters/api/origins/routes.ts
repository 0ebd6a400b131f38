import * as z from 'zod';
import { lazily } from '../../../core/lazily.ts';
import { route } from '../route.ts';
import { pageOf, text, timeOrNull } from '../shapes.ts';

export const origin = lazily(() =>
  z.object({
    name: z.string(),
    dialect: text(),
    cloud: text(),
    region: text(),
    projectId: z.string(),
    state: z
      .enum(['ok', 'troubled', 'unreachable'])
      .describe('`troubled`: its checks fail, but not for long enough to be reported'),
    reason: text().describe('The kind of trouble, while there is one'),
    detail: text(),
    since: timeOrNull().describe('Since when it is in trouble'),
    pausedUntil: timeOrNull().describe('No check is made before this'),
    outstanding: z.int().describe('Jobs that are being watched'),
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
