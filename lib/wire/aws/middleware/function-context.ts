import type { MiddlewareObj } from '@middy/core';
import type { Context } from 'aws-lambda';
import { lazily } from '../../../core/lazily.ts';

export type WithParts<T> = Context & { parts: T };
const flushed = async ({ parts }: WithParts<Flushing | undefined>): Promise<void> => parts?.flushTraces?.();
interface Flushing {
  flushTraces?: () => Promise<void>;
}

/**
 * Opens what a function stands on with its first invocation, and hands it to the handler as `context.parts`. While the function
 * is loaded nothing is made or checked, so that a container that is started ahead of its work costs the loading alone, and
 * what is wrong with its environment is reported where somebody looks: in the log of an invocation that failed, not in that of a
 * start that is tried over and over.
 */
export function functionContext<T extends object & Flushing>(
  open: () => () => Promise<T>,
): MiddlewareObj<unknown, unknown, Error, WithParts<T>> {
  const opened = lazily(open);
  return {
    async before({ context }) {
      context.parts = await opened()();
    },
    // What is still in memory would be frozen with the container.
    after: ({ context }) => flushed(context),
    onError: ({ context }) => flushed(context),
  };
}
