import * as z from 'zod';
import { readDuration } from '../../../core/input/read-duration.ts';
import { lazily } from '../../../core/lazily.ts';
import { pageQuery } from '../fields.ts';
import { route } from '../route.ts';
import { pageOf, text, time } from '../shapes.ts';

const PART = 'Write a text of 1 to 100 characters; `*` stands for any.';

const part = () => z.string().min(1).max(100).meta({ hint: PART }).optional();

const LABELS = 'Write labels such as {"team": "web"}.';

const MAX_MUTE_MS = 30 * 86_400_000;

const muteBody = lazily(() =>
  z
    .strictObject({
      labels: z
        .record(z.string().min(1).max(64).meta({ hint: LABELS }), z.string().max(256).meta({ hint: LABELS }))
        .meta({ hint: LABELS })
        .optional(),
      name: part(),
      origin: part(),
      kind: part(),
      subscription: part(),
      for: z
        .string()
        .transform((text, ctx) => {
          const read = readDuration(text);
          if (read.ok && read.value <= MAX_MUTE_MS) return read.value;
          ctx.addIssue({ code: 'custom', message: read.ok ? 'must be at most 30d' : read.problem });
          return z.NEVER;
        })
        .meta({ hint: 'Write a duration of at most 30d, for example 2h.' }),
      why: z.string().min(1).max(200).meta({ hint: 'Write why, in 1 to 200 characters.' }),
      failures: z
        .enum(['at_once', 'wait'])
        .meta({ hint: 'Write at_once or wait: what becomes of failures.' })
        .optional(),
    })
    .refine(
      (it) =>
        [it.name, it.origin, it.kind, it.subscription].some((one) => one !== undefined) ||
        Object.keys(it.labels ?? {}).length > 0,
      'does not say what is muted',
    )
    .meta({ hint: 'Give for and why, and at least one of labels, name, origin, kind and subscription.' }),
);

const muteParams = lazily(() =>
  z.strictObject({
    id: z
      .string()
      .regex(/^mut_[0-9a-f]{24}$/)
      .meta({ hint: 'Write mut_ and 24 hex digits.' }),
  }),
);

export const mute = lazily(() =>
  z.object({
    id: z.string(),
    state: z.enum(['active', 'ended']),
    labels: z.record(z.string(), z.string()).optional(),
    name: z.string().optional(),
    origin: z.string().optional(),
    kind: z.string().optional(),
    subscription: z.string().optional(),
    until: time(),
    why: z.string(),
    failures: z.enum(['at_once', 'wait']).describe('What becomes of failures'),
    by: z.string().describe('Who asked: name of a token, or `command line`'),
    endedBy: text().describe('Who ended it before its time'),
    createdAt: time(),
  }),
);

export type MuteView = z.output<ReturnType<typeof mute>>;

export const muteRoutes = {
  createMute: route({
    method: 'POST',
    path: '/v1/mutes',
    summary: 'Send nothing of something for a while; what happens is counted and told afterwards',
    scope: 'admin',
    limited: 'refused',
    body: muteBody,
    answers: { 201: mute },
    problems: ['full'],
  }),
  listMutes: route({
    method: 'GET',
    path: '/v1/mutes',
    summary: 'List what is muted and was, with who and why, the newest first; for 30 days after the end',
    scope: 'read',
    limited: 'refused',
    query: pageQuery,
    answers: { 200: pageOf(mute) },
    problems: [],
  }),
  deleteMute: route({
    method: 'DELETE',
    path: '/v1/mutes/{id}',
    summary: 'End a mute now; what it held is told',
    scope: 'admin',
    limited: 'refused',
    params: muteParams,
    answers: { 200: mute },
    problems: ['not_found'],
  }),
};
