import * as z from 'zod';
import { WINDOW_REASONS } from '../../../core/jobs/summary-data.ts';
import { DELIVERY_STATES } from '../../../core/notify/delivery.ts';
import { lazily } from '../../../core/lazily.ts';
import { CHANNEL_NAMES } from '../../channels/registry.ts';
import { shown, text, time, timeOrNull } from '../shapes.ts';

const attempt = lazily(() =>
  z.object({
    at: time(),
    ms: z.number().nullable(),
    reason: text(),
    detail: z.string(),
    counts: z
      .boolean()
      .describe('False where the endpoint only asked to wait, and where somebody asked for this attempt'),
  }),
);

const folded = lazily(() =>
  z
    .object({ group: z.string(), delivery: text().describe('Null until that has its message') })
    .optional()
    .describe(
      'Not sent for itself: the group whose message tells of it, and the delivery of that: eventId/deliveryId',
    ),
);

export const delivery = lazily(() =>
  z.object({
    id: z.string(),
    eventId: z.string(),
    kind: z.string(),
    subject: z.string(),
    subscription: z.string(),
    channel: z.enum(CHANNEL_NAMES),
    target: shown(),
    state: z.enum(DELIVERY_STATES),
    reason: text(),
    folded: folded(),
    attempts: z.array(attempt()).describe('The newest 20'),
    window: z
      .object({
        why: z.enum(WINDOW_REASONS).describe('Why it is gathered'),
        delivery: text().describe('Of what is gathered: the id of the delivery whose message tells of it'),
        mute: text().describe('Of what is muted: by which mute'),
      })
      .nullable()
      .describe('Of what is `gathered` or `bundled`, and of the message of a window'),
    asked: z
      .array(
        z.object({
          at: time(),
          by: z.string().describe('Name of a token, or `command line`'),
          how: z.enum(['redeliver', 'recover', 'replay']),
          recovery: z.string().optional().describe('The recovery that it was a part of'),
        }),
      )
      .describe('Who asked for it beyond its schedule; the newest 10'),
    createdAt: time(),
    nextTryAt: timeOrNull(),
  }),
);

export type DeliveryView = z.output<ReturnType<typeof delivery>>;
