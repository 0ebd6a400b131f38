import { onFirstCall } from '../lib/aws/on-first-call.ts';
import { openRoute } from '../lib/aws/route.ts';
import { onBatch } from './batch.ts';

const open = onFirstCall(() => openRoute(process.env));

/** Events of the bus, on their way to those who want them. */
export const handler = onBatch(async () => {
  const { route, telemetry } = await open();
  return { telemetry, work: route };
});
