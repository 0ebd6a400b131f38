import type { MiddlewareObj, Request } from '@middy/core';
import type { Clock, Telemetry } from '../../../ports.ts';
import { EARLY_MS } from './ending-early.ts';
import type { WithParts } from './function-context.ts';

interface Measured {
  telemetry: Telemetry;
  clock: Clock;
}
/** A timer may fire a millisecond early. */
const TIMER_MS = 1;
type Invocation = Request<unknown, object, Error, WithParts<Measured>, { began?: number }>;

/**
 * One wide line for each invocation: how long it took, what else `fieldsOf` finds in what the handler answers, and whether its
 * time was over before its work. `unfinished` says how far one had come that did not come to its end. Some of that are metrics (lib/adapters/platform/emf.ts).
 */
export function metrics<T, P extends Measured = Measured>(
  level: 'debug' | 'info',
  event: string,
  fieldsOf: (response: T) => object,
  unfinished: (parts: P) => object = () => ({}),
): MiddlewareObj<unknown, T, Error, WithParts<P>, { began?: number }> {
  const line = ({ context, internal }: Pick<Invocation, 'context' | 'internal'>, fields: object): void => {
    const { telemetry, clock } = context.parts;
    const isEarly = context.getRemainingTimeInMillis() <= EARLY_MS + TIMER_MS;
    const ms = clock() - (internal.began ?? clock());
    telemetry.line(isEarly ? 'warn' : level, event, { ...fields, ms, ...(isEarly && { endedEarly: true }) });
  };
  return {
    before({ context, internal }) {
      internal.began = context.parts.clock();
    },
    after: (request) => line(request, fieldsOf(request.response as T)),
    onError(request) {
      // It did not even open, and the error says why.
      if (!request.context.parts) return;
      // What failed for another reason has an error of its own, and may have come far.
      const fields = unfinished(request.context.parts);
      if (request.error?.name === 'TimeoutError' || Object.keys(fields).length > 0) line(request, fields);
    },
  };
}
