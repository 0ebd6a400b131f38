import middy from '@middy/core';
import { onFirstCall } from '../lib/wire/aws/on-first-call.ts';
import { openSweep } from '../lib/wire/aws/sweep.ts';

const open = onFirstCall(() => openSweep(process.env));

/** The schedule rings every minute; what comes next belongs to the next run. */
const SHIFT_MS = 50_000;
/** What a look that was just begun may take: token, question, and once more after a refused token. */
const RESERVE_MS = 35_000;

export const handler = middy({ timeoutEarlyInMillis: 1_000 }).handler(async (_event: unknown, context) => {
  const { sweep, clock } = await open();
  const left = context.getRemainingTimeInMillis() - RESERVE_MS;
  await sweep(context.awsRequestId, clock() + Math.min(SHIFT_MS, left));
});
