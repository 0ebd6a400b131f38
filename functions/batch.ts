import middy from '@middy/core';
import * as batch from '../lib/wire/aws/middleware/batch.ts';
import { ENDING_EARLY } from '../lib/wire/aws/middleware/ending-early.ts';
import { functionContext } from '../lib/wire/aws/middleware/function-context.ts';
import { metrics } from '../lib/wire/aws/middleware/metrics.ts';

/** A function behind a queue. */
export const onBatch = <T extends batch.BatchParts>(
  open: () => () => Promise<T>,
  work: (parts: T, body: unknown, signal: AbortSignal) => Promise<unknown>,
) =>
  middy(ENDING_EARLY)
    .use(functionContext(open))
    .use(metrics('debug', 'batch.finished', batch.countsOf))
    .use(batch.messageByMessage())
    .handler((messages, context, { signal }) => {
      const { parts } = context;
      const remaining = (): number => context.getRemainingTimeInMillis();
      const workOn = (body: unknown): Promise<unknown> => work(parts, body, signal);
      return batch.workOff(messages as batch.Message[], workOn, { parts, remaining, signal });
    });
