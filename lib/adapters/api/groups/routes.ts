import * as z from 'zod';
import { eventSchemas } from '../../../core/jobs/event-schema.ts';
import { CLOSERS, GROUP_NAME } from '../../../core/jobs/group.ts';
import { lazily } from '../../../core/lazily.ts';
import { oneOf, page } from '../fields.ts';
import { route } from '../route.ts';
import { pageOf, text, time, timeOrNull } from '../shapes.ts';

const groupParams = lazily(() =>
  z.strictObject({ name: z.string().regex(GROUP_NAME).meta({ hint: 'Write the name of a group.' }) }),
);

const groupQuery = lazily(() =>
  z.strictObject({
    projects: z
      .string()
      .regex(/^[A-Za-z0-9-]{1,64}(?:,[A-Za-z0-9-]{1,64})*$/, 'must be project ids, separated by commas')
      .meta({
        hint: 'Write the projects that the token is limited to whose group is meant; left out: those of your own token.',
      })
      .optional(),
  }),
);

const GROUP_STATES = ['open', 'closed', 'ended'] as const;

const listGroupsQuery = lazily(() =>
  z.strictObject({
    state: oneOf(GROUP_STATES).optional(),
    ...page(),
  }),
);

export const group = lazily(() =>
  z.object({
    key: z.string(),
    name: z.string(),
    run: z.int().describe('1, 2, 3 ... of one name: what joins after an end is the next run'),
    state: z.enum(['open', 'closed', 'ended']),
    projects: z
      .array(z.string())
      .nullable()
      .describe(
        'The projects that its name is unique in: those of the token that it was made with; null: all',
      ),
    requestedBy: text(),
    expect: z.int().nullable(),
    closedBy: z.enum(CLOSERS).nullable(),
    closedWho: text().describe('Who closed it, where somebody did'),
    closedAt: timeOrNull(),
    outcome: eventSchemas().groupData.shape.outcome,
    counts: eventSchemas().groupData.shape.counts,
    failures: eventSchemas().groupData.shape.failures,
    failuresOmitted: z.int(),
    createdAt: time(),
    lastEndedAt: timeOrNull().describe('When the end of the last job so far was found out'),
    endedAt: timeOrNull(),
  }),
);

export type GroupView = z.output<ReturnType<typeof group>>;

export const groupRoutes = {
  listGroups: route({
    method: 'GET',
    path: '/v1/groups',
    summary: 'List the groups of jobs, the newest first, and how their jobs stand',
    scope: 'read',
    limited: 'its own',
    query: listGroupsQuery,
    answers: { 200: pageOf(group) },
    problems: [],
  }),
  getGroup: route({
    method: 'GET',
    path: '/v1/groups/{name}',
    summary: 'The newest run of a group: how its jobs stand, or how it ended',
    scope: 'read',
    limited: 'its own',
    params: groupParams,
    query: groupQuery,
    answers: { 200: group },
    problems: ['not_found'],
  }),
  closeGroup: route({
    method: 'POST',
    path: '/v1/groups/{name}/close',
    summary: 'Say that all jobs of a group have been tracked: it ends as soon as these have ended',
    scope: 'track',
    limited: 'its own',
    params: groupParams,
    query: groupQuery,
    answers: { 200: group },
    problems: ['not_found', 'conflict'],
  }),
};
