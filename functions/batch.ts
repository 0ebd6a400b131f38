import middy from '@middy/core';
import { workOff, type BatchDeps } from '../lib/wire/aws/batch.ts';

type Work = Pick<BatchDeps, 'work' | 'telemetry' | 'reserveMs'> & Partial<Pick<BatchDeps, 'width'>>;

/** A function behind a queue. */
export const onBatch = (open: () => Promise<Work>) =>
  middy({ timeoutEarlyInMillis: 1_000 }).handler(async (event: unknown, context) => {
    const remaining = (): number => context.getRemainingTimeInMillis();
    return workOff(event, { width: 10, ...(await open()), remaining });
  });
