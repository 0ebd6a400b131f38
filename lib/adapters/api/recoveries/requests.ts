import * as z from 'zod';
import { jobSpec } from '../../../core/jobs/spec.ts';
import { DELIVERY_REASONS } from '../../../core/notify/delivery.ts';
import { RECOVERABLE } from '../../../core/notify/recovery.ts';
import { lazily } from '../../../core/lazily.ts';
import { subscriptionId, time } from '../fields.ts';

const span = lazily(() => ({
  since: time(),
  until: time().optional(),
  labels: jobSpec().shape.labels,
  perSecond: z
    .number()
    .min(0.1)
    .max(100)
    .meta({ hint: 'Write how many messages go out in a second at most, 0.1 to 100; 10 by default.' })
    .optional(),
  dryRun: z.boolean().meta({ hint: 'Write true to have it counted, and nothing done.' }).optional(),
}));

export const recoverBody = lazily(() =>
  z
    .strictObject({
      ...span(),
      subscription: subscriptionId().optional(),
      states: z
        .array(z.enum(RECOVERABLE))
        .min(1)
        .max(2)
        .meta({ hint: `Write a list of ${RECOVERABLE.join(' and ')}; both by default.` })
        .optional(),
      reasons: z
        .array(z.enum(DELIVERY_REASONS))
        .min(1)
        .max(DELIVERY_REASONS.length)
        .meta({ hint: `Write a list of reasons: ${DELIVERY_REASONS.join(', ')}.` })
        .optional(),
    })
    .meta({ hint: 'Give since, and what else tells which deliveries are meant.' }),
);

export const replayBody = lazily(() =>
  z.strictObject(span()).meta({ hint: 'Give since: from when on the events are meant.' }),
);

export const recoveryParams = lazily(() =>
  z.strictObject({
    id: z
      .string()
      .regex(/^rcv_[0-9a-f]{24}$/)
      .meta({ hint: 'Write rcv_ and 24 hex digits.' }),
  }),
);

export type RecoverBody = z.output<ReturnType<typeof recoverBody>>;
export type ReplayBody = z.output<ReturnType<typeof replayBody>>;
