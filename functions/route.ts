import { onFirstCall } from '../lib/wire/aws/on-first-call.ts';
import { openRoute } from '../lib/wire/aws/route.ts';
import { onBatch } from './batch.ts';

const open = onFirstCall(() => openRoute(process.env));

/** Events of the bus, on their way to those who want them. */
export const handler = onBatch(async () => {
  const { route, telemetry } = await open();
  return { telemetry, work: route };
});
