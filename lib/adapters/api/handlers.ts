import type { Token } from '../../core/access/token.ts';
import type { Lang } from '../../core/notify/reader.ts';
import type { Refusal } from './problem.ts';
import type { Input, Output, RouteId } from './routes.ts';

/** The caller. Only routes without a scope have no token; they do not read it. */
export interface Caller {
  token: Token;
  /** The same for every repetition of a request with an `Idempotency-Key`. */
  seed?: string;
  /** The trace that the request is part of. What has another form is no fault: it is no trace. */
  traceparent?: string;
  /** What a page is written in for its reader. */
  language(): Lang;
  /** Of the request: its sender does not wait for the answer any more. */
  signal(): AbortSignal | undefined;
}

/** What one route does with a request that was checked. */
export type Handler<Id extends RouteId> = (input: Input<Id>, caller: Caller) => Promise<Output<Id> | Refusal>;

export type Handlers<Ids extends RouteId = RouteId> = { [Id in Ids]: Handler<Id> };
