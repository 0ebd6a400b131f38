import middy from '@middy/core';
import { ENDING_EARLY } from '../lib/wire/aws/middleware/ending-early.ts';
import { functionContext } from '../lib/wire/aws/middleware/function-context.ts';
import { metrics } from '../lib/wire/aws/middleware/metrics.ts';
import { openSweep, type SweepParts } from '../lib/wire/aws/sweep.ts';

/** The schedule rings every minute; what comes next belongs to the next run. */
const WINDOW_MS = 50_000;
/** What a check that has just begun may take: token, request, and once more after a refused token. */
const RESERVE_MS = 35_000;

/** A function that a schedule starts. */
export const onSchedule = (open: () => () => Promise<SweepParts>) =>
  middy(ENDING_EARLY)
    .use(functionContext(open))
    .use(metrics('info', 'sweep.finished', (swept: object) => swept))
    .handler(async (_event, context, { signal }) => {
      const { sweep, clock } = context.parts;
      const left = context.getRemainingTimeInMillis() - RESERVE_MS;
      return sweep({ worker: context.awsRequestId, until: clock() + Math.min(WINDOW_MS, left), signal });
    });

export const handler = onSchedule(() => openSweep(process.env));
