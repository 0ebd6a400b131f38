import middy from '@middy/core';
import { hasOwn } from '../lib/core/is-record.ts';
import { ENDING_EARLY } from '../lib/wire/aws/middleware/ending-early.ts';
import { functionContext } from '../lib/wire/aws/middleware/function-context.ts';
import { metrics } from '../lib/wire/aws/middleware/metrics.ts';
import { openSweep, type SweepParts } from '../lib/wire/aws/sweep.ts';

/** The schedule rings every minute; what comes next belongs to the next run. */
const WINDOW_MS = 50_000;
/** What a check that has just begun may take: token, request, and once more after a refused token. */
const RESERVE_MS = 35_000;

interface Batch {
  Records: { messageId: string; body: string }[];
}
const isBatch = (event: unknown): event is Batch => hasOwn(event, 'Records');

/**
 * A function that a schedule starts, and that hands work to other runs of itself. A message that cannot be read comes back until
 * it is a dead letter; one that was not worked off need not come back, since the next minute finds all that is due.
 */
export const onSchedule = (open: () => () => Promise<SweepParts>) =>
  middy(ENDING_EARLY)
    .use(functionContext(open))
    .use(metrics('info', 'sweep.finished', sweptOf, ({ unfinished }: SweepParts) => unfinished() ?? {}))
    .handler(async (event, context, { signal }) => {
      const { sweep, help, clock } = context.parts;
      const left = context.getRemainingTimeInMillis() - RESERVE_MS;
      const run = { worker: context.awsRequestId, until: clock() + Math.min(WINDOW_MS, left), signal };
      if (!isBatch(event)) return sweep(run);
      // One message is handed over at a time (`deploy/limits.cjs`).
      const [{ body }] = event.Records as [Batch['Records'][0]];
      return { swept: await help(run, JSON.parse(body)), batchItemFailures: [] };
    });

const sweptOf = (answer: object): object => ('swept' in answer ? (answer.swept as object) : answer);

export const handler = onSchedule(() => openSweep(process.env));
