import type { Context } from 'aws-lambda';
import { EARLY_MS } from '../../../lib/wire/aws/middleware/ending-early.ts';

/** What Lambda hands a function besides its event; `remaining` is how much time it has left, in milliseconds. */
export const contextWith = (remaining: () => number): Context =>
  ({ awsRequestId: 'request-1', getRemainingTimeInMillis: remaining }) as Context;

/** Of an invocation that is told to end soon after it began. */
export function almostOver(): Context {
  const until = performance.now() + EARLY_MS + 300;
  return contextWith(() => Math.floor(until - performance.now()));
}

export const batchOf = (bodies: unknown[]) => ({
  Records: bodies.map((body, n) => ({
    messageId: `m${n}`,
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })),
});

/** A function as Lambda calls it: what its middlewares put into the context is not there yet. */
export const invoke = (
  handler: (event: never, context: never) => unknown,
  event: unknown,
  context: Context,
): Promise<unknown> => (handler as (event: unknown, context: unknown) => Promise<unknown>)(event, context);
