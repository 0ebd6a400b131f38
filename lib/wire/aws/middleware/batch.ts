import type { MiddlewareObj } from '@middy/core';
import * as z from 'zod';
import { lazily } from '../../../core/lazily.ts';
import { pool } from '../../../core/pool.ts';
import type { Clock, Telemetry } from '../../../ports.ts';
import type { ComeBack, InHand } from '../../../adapters/bus/come-back.ts';
import type { WithParts } from './function-context.ts';

/** What Lambda hands over of a queue, as far as it is read. */
const batch = lazily(() =>
  z.object({
    Records: z.array(
      z.object({
        messageId: z.string(),
        body: z.string(),
        receiptHandle: z.string().optional(),
        attributes: z.object({ ApproximateReceiveCount: z.coerce.number() }).optional(),
      }),
    ),
  }),
);

export interface Message {
  messageId: string;
  body: string;
  receiptHandle?: string | undefined;
  attributes?: { ApproximateReceiveCount: number } | undefined;
}
export interface BatchResult {
  batchItemFailures: { itemIdentifier: string }[];
}
export const countsOf = ({ batchItemFailures }: BatchResult) => ({ failed: batchItemFailures.length });
/** What became of each message, in order. */
export type Outcomes = PromiseSettledResult<unknown>[];

/**
 * Hands the messages of a batch to the handler, and its outcomes back to the queue: those that failed come back alone, the
 * others are removed.
 */
export const messageByMessage = (): MiddlewareObj<
  unknown,
  unknown,
  Error,
  WithParts<Pick<BatchParts, 'telemetry' | 'comeBack'>>
> => ({
  before(request) {
    request.event = batch().parse(request.event).Records;
  },
  async after(request) {
    const { telemetry, comeBack } = request.context.parts;
    const outcomes = request.response as Outcomes;
    const failed = (request.event as Message[]).filter((_, i) => outcomes[i]!.status === 'rejected');
    for (const [i, outcome] of outcomes.entries()) {
      if (outcome.status === 'fulfilled') continue;
      const { messageId } = (request.event as Message[])[i]!;
      telemetry.line('error', 'message.failed', { messageId, error: outcome.reason as unknown });
    }
    if (failed.length > 0) await comeBack?.(failed.flatMap(inHand));
    const batchItemFailures = failed.map(({ messageId }) => ({ itemIdentifier: messageId }));
    request.response = { batchItemFailures } satisfies BatchResult;
  },
});

const inHand = ({ receiptHandle, attributes }: Message): InHand[] =>
  receiptHandle === undefined ? [] : [{ receiptHandle, receives: attributes?.ApproximateReceiveCount ?? 1 }];

/** What a function behind a queue stands on. */
export interface BatchParts {
  telemetry: Telemetry;
  clock: Clock;
  /** Messages worked on at once. */
  concurrency?: number;
  /** What one message may take, in milliseconds. What there is no time for is left for another invocation. */
  reserveMs?: number | undefined;
  /** Left out: what failed comes back when nobody can be at it any more. */
  comeBack?: ComeBack;
}
/** An exchange of 30 s at most, and its writes. */
const RESERVE_MS = 35_000;

/** Works off the messages, each for itself; begins none once `signal` says so. */
export async function workOff(
  messages: readonly Message[],
  work: (body: unknown) => Promise<unknown>,
  { parts, remaining, signal }: { parts: BatchParts; remaining: () => number; signal: AbortSignal },
): Promise<Outcomes> {
  const { concurrency = 10, reserveMs = RESERVE_MS } = parts;
  const workOn = async ({ body }: Message): Promise<unknown> => {
    if (signal.aborted || remaining() < reserveMs) throw new Error('no time is left');
    return work(JSON.parse(body));
  };
  return pool(messages, concurrency, async (message) => {
    const [outcome] = await Promise.allSettled([workOn(message)]);
    return outcome;
  });
}
