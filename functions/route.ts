import { isMailFeedback } from '../lib/adapters/channels/email/feedback.ts';
import { openRoute } from '../lib/wire/aws/route.ts';
import { onBatch } from './batch.ts';

/** Events of the bus, on their way to the subscriptions that match them; and what SES says of mails that it had taken. */
export const handler = onBatch(
  () => openRoute(process.env),
  ({ route, takeMailFeedback }, body) => (isMailFeedback(body) ? takeMailFeedback(body) : route(body)),
);
