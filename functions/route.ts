import { openRoute } from '../lib/wire/aws/route.ts';
import { onBatch } from './batch.ts';

/** Events of the bus, on their way to the subscriptions that match them. */
export const handler = onBatch(
  () => openRoute(process.env),
  ({ route }, body) => route(body),
);
