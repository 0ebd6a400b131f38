import * as z from 'zod';
import { openTrack } from '../lib/wire/aws/track.ts';
import { lazily } from '../lib/core/lazily.ts';
import { onBatch } from './batch.ts';

const submitted = lazily(() =>
  z.object({
    'detail-type': z.literal('job.submitted'),
    time: z.iso.datetime().optional(),
    detail: z.unknown(),
  }),
);

/** Events of the bus that hand jobs in. One that cannot be read comes back until it is a dead letter. */
export const handler = onBatch(
  () => openTrack(process.env),
  async ({ submit }, body) => {
    const { detail, time } = submitted().parse(body);
    return submit(detail, time === undefined ? undefined : Date.parse(time));
  },
);
