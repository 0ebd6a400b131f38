import * as z from 'zod';
import { openTrack } from '../lib/aws/track.ts';
import { onBatch } from './batch.ts';

const submitted = z.object({ 'detail-type': z.literal('job.submitted'), detail: z.unknown() });
const open = openTrack(process.env);

/** Events of the bus that hand jobs in. One that cannot be read comes back until it is a dead letter. */
export const handler = onBatch(async () => {
  const { submit, telemetry } = await open();
  return { telemetry, work: (body) => submit(submitted.parse(body).detail) };
});
