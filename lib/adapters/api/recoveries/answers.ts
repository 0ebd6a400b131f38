import * as z from 'zod';
import { RECOVERABLE } from '../../../core/notify/recovery.ts';
import { lazily } from '../../../core/lazily.ts';
import { text, time, timeOrNull } from '../shapes.ts';

const walked = lazily(() => ({
  how: z.enum(['recover', 'replay']),
  since: time(),
  until: time(),
  subscription: text(),
  states: z.array(z.enum(RECOVERABLE)).nullable().describe('Null: both, and of a replay none'),
  reasons: z.array(z.string()).nullable(),
  labels: z.record(z.string(), z.string()),
  events: z.int().describe('Events that were read'),
  sent: z
    .int()
    .describe('Messages that go out, each once for this; those that fail are tried again on their schedule'),
  kept: z
    .int()
    .describe(
      'Messages that wait until their subscription is resumed, or their disabled target takes one that is tried',
    ),
  present: z.int().describe('Of a replay: what the subscription has had'),
  skipped: z
    .record(z.string(), z.int())
    .describe('Why others are not sent: `subscription_removed`, `unsubscribed`, `being_sent`'),
  reachedAt: time().describe('Up to which time events were read; `until` once it is done'),
}));

export const recovery = lazily(() =>
  z.object({
    id: z.string(),
    state: z.enum(['running', 'done', 'stopped']),
    by: z.string().describe('Who asked: name of a token, or `command line`'),
    ...walked(),
    perSecond: z.number(),
    createdAt: time(),
    endedAt: timeOrNull(),
  }),
);

export const recoveryCount = lazily(() =>
  z.object({
    ...walked(),
    complete: z.boolean().describe('False where there was no time to look at all of it: there is more'),
  }),
);

export type RecoveryView = z.output<ReturnType<typeof recovery>>;
export type CountView = z.output<ReturnType<typeof recoveryCount>>;
