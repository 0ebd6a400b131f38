import { ApiError } from './api-error.ts';
import type { Result } from '../lib/adapters/api/routes.ts';

/** An event as it was published; docs/events.md. */
export type JobchimeEvent = Result<'listEvents'>['items'][number];

/** Ends a request that is under way. */
export interface Stoppable {
  signal?: AbortSignal;
}

/** Where to begin, and how to wait. */
export interface FollowOptions extends Stoppable {
  /**
   * Id of the last event that was dealt with (`event.metadata.id`): keep it, and a new start misses nothing. Empty: from the
   * oldest event that is kept. Left out: what is published from now on.
   */
  after?: string;
  /** How long one request waits for the next event, 0 to 30 s; 25 by default, less where the service allows less. */
  waitSeconds?: number;
  /** From one empty answer to the next request, if the service did not wait longer; 1 s by default. */
  pollMs?: number;
  /** How long failed requests are repeated before the last error is thrown; 5 min by default. */
  patienceMs?: number;
  /** Waits between requests, in the place of a timer. */
  sleep?: (ms: number, signal?: AbortSignal) => Promise<void>;
}

interface EventsPage {
  items: JobchimeEvent[];
  next: string | null;
}
type List = (query: { after?: string; wait?: number; limit: number }, how: Stoppable) => Promise<EventsPage>;

const PAGE = 200;
/** Half of it is by chance, so that all who were cut off together do not come back together. */
const FIRST_RETRY_MS = 1_000;
const LONGEST_RETRY_MS = 30_000;

/**
 * The feed, without an end. A request that fails for a reason that may pass is repeated, less and less often; its first is not,
 * so that a wrong address or token shows at once. Throws an `ApiError` with status 410 where `after` is not kept any more:
 * events between it and the oldest that is kept are missing then, and only the caller knows what that means.
 */
export async function* follow(list: List, options: FollowOptions = {}): AsyncGenerator<JobchimeEvent> {
  const { signal, waitSeconds = 25, pollMs = 1_000, patienceMs = 300_000, sleep = nap } = options;
  const isOver = (): boolean => signal?.aborted ?? false;
  const how = signal ? { signal } : {};
  let { after } = options;
  let [failingSince, tries] = [0, 0];
  for (let isFirst = true; !isOver(); isFirst = false) {
    const began = Date.now();
    let page: EventsPage;
    try {
      // From now on: behind the newest there is, or from the beginning where there is none.
      after ??= (await list({ limit: 1 }, how)).next ?? '';
      page = await list({ after, wait: waitSeconds, limit: PAGE }, how);
    } catch (error) {
      if (isOver()) return;
      if (isFirst || !isPassing(error)) throw error;
      if (tries === 0) failingSince = began;
      if (Date.now() - failingSince >= patienceMs) throw error;
      tries += 1;
      await sleep(waitOf(error, tries), signal);
      continue;
    }
    tries = 0;
    for (const event of page.items) {
      if (isOver()) return;
      yield event;
    }
    after = page.next ?? after;
    if (page.items.length === 0) await sleep(Math.max(0, pollMs - (Date.now() - began)), signal);
  }
}

/** Whether the same request, a little later, may be answered: the service is away or busy. By their names those of ky, which a caller in its own process need not load. */
export function isPassing(error: unknown): boolean {
  if (error instanceof ApiError) return error.status === 429 || error.status >= 500;
  if (!(error instanceof Error)) return false;
  return (
    ['NetworkError', 'TimeoutError'].includes(error.name) || ('passing' in error && error.passing === true)
  );
}

function waitOf(error: unknown, tries: number): number {
  const asked = error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0;
  const most = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (tries - 1));
  return Math.max(asked, most / 2 + (Math.random() * most) / 2);
}

const nap = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });
