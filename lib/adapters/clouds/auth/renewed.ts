import type { Trouble } from '../../../core/jobs/observation.ts';
import type { Secrets } from '../../platform/secrets.ts';
import type { Secret } from '../../../core/notify/subscription.ts';
import type { Clock } from '../../../ports.ts';
import { parseTime } from '../times.ts';

/** Something that IAM, or its like, handed out, and that ends. Times in epoch milliseconds, by this machine's clock. */
export interface Grant<T> {
  kind: 'grant';
  value: T;
  /** What must not come out while it may be in use. */
  secrets: readonly Secret[];
  issuedAt: number;
  /** From here on it is renewed while it still holds. */
  renewAt: number;
  expiresAt: number;
}

export interface Renewed<T> {
  /**
   * However many callers wait, one request is under way. While the old one holds, trouble with IAM is not felt. `signal` ends
   * the request, which is no failure to remember.
   */
  present(signal?: AbortSignal): Promise<Grant<T> | Trouble>;
  /** A service refused what `isIt` recognises. True: another one may do better. */
  refused(isIt: (held: T) => boolean): boolean;
}

const MINUTE = 60_000;
/** Tokens live 24 h. Where the answer does not say so, an hour is safe. */
const DEFAULT_LIFE = 60 * MINUTE;
/** Renewed this long before the end, or a tenth of its life where that is less. */
const RENEW_BEFORE = 10 * MINUTE;
/**
 * One that is refused sooner is not replaced: a new one would most likely be refused too, and each check would fetch its
 * own. One that was revoked within its first minute is replaced at the end of that minute.
 */
const YOUNGEST_REFUSED = MINUTE;
/** After a failure IAM is left alone for a while: 500 jobs must not each call it again. */
const FAILURE_HOLDS = MINUTE / 2;
/** Wrong credentials are tried three times in a quarter of an hour: both users and keys are locked after some more. */
const DENIAL_HOLDS = 5 * MINUTE;

export function createRenewed<T>(
  fetch: (signal?: AbortSignal) => Promise<Grant<T> | Trouble>,
  { secrets, clock, from = 'IAM' }: { secrets: Pick<Secrets, 'forget'>; clock: Clock; from?: string },
): Renewed<T> {
  let held: Grant<T> | null = null;
  let former: Grant<T> | null = null;
  let failure: { trouble: Trouble; at: number; holds: number } | null = null;
  let asking: Promise<Grant<T> | Trouble> | null = null;

  /** The one before last is forgotten, not the last: requests with it may still be under way. */
  const keep = (next: Grant<T>): void => {
    former?.secrets.forEach(secrets.forget);
    former = held;
    held = next;
  };

  const renew = async (signal?: AbortSignal): Promise<Grant<T> | Trouble> => {
    const got = await fetch(signal);
    if (got.kind === 'grant') {
      failure = null;
      keep(got);
      return got;
    }
    const trouble = {
      ...got,
      detail: got.detail.startsWith(`${from}: `) ? got.detail : `${from}: ${got.detail}`,
    };
    if (signal?.aborted) return trouble;
    const holds = got.kind === 'denied' ? DENIAL_HOLDS : FAILURE_HOLDS;
    failure = { trouble, at: clock(), holds: Math.max(holds, trouble.retryAfterMs ?? 0) };
    return trouble;
  };

  return {
    async present(signal) {
      const now = clock();
      if (held && isWithin(now, held.issuedAt, held.renewAt)) return held;
      const holds = held && now < held.expiresAt ? held : null;
      if (failure && isWithin(now, failure.at, failure.at + failure.holds)) return holds ?? failure.trouble;
      asking ??= renew(signal).finally(() => (asking = null));
      const got = await asking;
      return got.kind === 'grant' ? got : (holds ?? got);
    },
    refused(isIt) {
      // Another request met the same refusal and has already replaced it.
      if (!held || !isIt(held.value)) return true;
      if (isWithin(clock(), held.issuedAt, held.issuedAt + YOUNGEST_REFUSED)) return false;
      held = { ...held, renewAt: 0, expiresAt: 0 };
      return true;
    },
  };
}

/** What begins later than now was written by a clock that has been set back since: it must not hold for as much longer. */
const isWithin = (now: number, from: number, to: number): boolean => now >= from && now < to;

/**
 * When it is to be renewed and when it ends. The cloud's clock is not this machine's: what counts is how long after `issued`,
 * by the cloud's clock, the end is.
 * @param at When it arrived; epoch milliseconds of this machine.
 */
export function lifeOf(
  at: number,
  expires: string | undefined,
  issued: string | undefined,
): Pick<Grant<unknown>, 'issuedAt' | 'renewAt' | 'expiresAt'> {
  const end = parseTime(expires ?? '');
  const start = parseTime(issued ?? '');
  const said = end ? Date.parse(end) - (start ? Date.parse(start) : at) : 0;
  // Nothing is handed out that has ended: then the clocks contradict each other.
  const life = said > 0 ? said : DEFAULT_LIFE;
  const early = Math.min(RENEW_BEFORE, life / 10);
  return { issuedAt: at, renewAt: at + life - early, expiresAt: at + life };
}
