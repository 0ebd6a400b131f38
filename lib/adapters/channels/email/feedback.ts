import * as z from 'zod';
import { deliveryKey } from '../../../core/notify/delivery.ts';
import { isRecord } from '../../../core/is-record.ts';
import { lazily } from '../../../core/lazily.ts';
import { line } from '../../../core/notify/message-content.ts';
import type { MailFeedback } from '../../../ports.ts';

const [EVENT, DELIVERY] = ['jobchime-event', 'jobchime-delivery'] as const;

/** The API of SES in one region; it needs no password, since the function's role identifies the caller. */
export const SES = /^email\.([a-z0-9-]+)\.amazonaws\.com$/;

/** What a mail is marked with, so that what SES says of it later can be told to belong to a delivery. */
export const tagsOf = ({ event, delivery }: { event: string; delivery: string }): Record<string, string> => ({
  [EVENT]: event,
  [DELIVERY]: delivery,
});

/** Where SES tells what became of the mails of one stage; the template makes it. */
export const configurationSet = (stage: string): string => `jobchime-${stage}`;

/** What EventBridge hands over of SES. Only SES can put an event of this source on the bus of the account. */
const told = lazily(() => {
  const text = z.string().max(2_000);
  const recipient = z.object({ status: text.optional(), diagnosticCode: text.optional() });
  const mail = z.object({ tags: z.record(z.string(), z.array(text)).default({}) });
  return z.discriminatedUnion('detail-type', [
    z.object({
      source: z.literal('aws.ses'),
      'detail-type': z.literal('Email Bounced'),
      detail: z.object({
        mail,
        bounce: z.object({
          bounceType: text,
          bounceSubType: text.optional(),
          bouncedRecipients: z.array(recipient).optional(),
        }),
      }),
    }),
    z.object({
      source: z.literal('aws.ses'),
      'detail-type': z.literal('Email Complaint Received'),
      detail: z.object({ mail, complaint: z.object({ complaintFeedbackType: text.optional() }) }),
    }),
  ]);
});

/** Whether this is something that SES says of a mail, and no event of our own. */
export const isMailFeedback = (raw: unknown): boolean => isRecord(raw) && raw['source'] === 'aws.ses';

/** What SES says of one mail. Throws a `ZodError` for what it does not say in this form. */
export function readMailFeedback(raw: unknown): MailFeedback {
  const it = told().parse(raw);
  const { tags } = it.detail.mail;
  const delivery = deliveryKey(tags[EVENT]?.[0] ?? '', tags[DELIVERY]?.[0] ?? '');
  if (it['detail-type'] === 'Email Complaint Received') {
    const { complaintFeedbackType: type } = it.detail.complaint;
    return { delivery, what: 'complained', detail: line(type ?? 'complaint') };
  }
  const { bounceType, bounceSubType, bouncedRecipients = [] } = it.detail.bounce;
  const [recipient] = bouncedRecipients;
  const said = [`${bounceType} ${bounceSubType ?? ''}`, recipient?.status, recipient?.diagnosticCode];
  // Anything else passes: a full mailbox, a server that was away for half a day.
  const what = bounceType === 'Permanent' ? 'bounced' : 'delayed';
  return { delivery, what, detail: line(said.filter(Boolean).join(': ')) };
}
