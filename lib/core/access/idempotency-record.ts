import { digest } from '../jobs/event.ts';
import { EXPIRE_QUEUE, type Row } from '../row.ts';

/**
 * What was answered to a request with an `Idempotency-Key`, so that its repetition gets the same. The row is there before
 * the work begins: of two requests at once, one works and the other gets an answer to wait.
 */
export interface IdempotencyRecord extends Row {
  state: 'working' | 'answered';
  /** Hash of method, path and body: the same key with anything else is a mistake. */
  request: string;
  status: number;
  /** Sealed, since it may hold a new signing key. Null: too large to be kept; the request is carried out again. */
  body: string | null;
}

export const IDEMPOTENCY_MS = 24 * 3_600_000;
/** Longer than any request takes: the process that worked on it died. */
export const WORKING_MS = 60_000;

export const newIdempotencyRecord = (
  token: string,
  idempotencyKey: string,
  request: string,
  now: number,
): IdempotencyRecord => ({
  key: digest('answer', token, idempotencyKey),
  version: 0,
  state: 'working',
  createdAt: now,
  due: { queue: EXPIRE_QUEUE, at: now + IDEMPOTENCY_MS },
  request,
  status: 0,
  body: null,
});
