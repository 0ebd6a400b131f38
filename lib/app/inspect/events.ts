import { seesEvent } from '../../core/access/token.ts';
import { fitsEvent, isNarrow, type JobFilter } from '../../core/jobs/filter.ts';
import { eventId, type Event } from '../../core/jobs/event.ts';
import type { EventRow } from '../../core/jobs/event-row.ts';
import { othersGoFirst } from '../../core/others-go-first.ts';
import type { Store } from '../../ports.ts';

type Tables = Pick<Store, 'jobs' | 'events'>;
interface Asked {
  limit: number;
  /** Only of jobs of these projects; null: whatever there is. */
  projects: string[] | null;
  /** Only those that fit. */
  filter?: JobFilter;
}
const isAsked = (asked: Pick<Asked, 'projects' | 'filter'>, event: Event): boolean =>
  seesEvent(asked, event) && (!asked.filter || fitsEvent(asked.filter, event));

/** Of JSON, and how many events of 30 KB at most are read at a time. What answers on AWS may be 6 MB. */
const MAX_BYTES = 4_000_000;
const CHUNK = 50;
const bytesOf = (event: Event): number => Buffer.byteLength(JSON.stringify(event));

/** What was published of one job, in order. Null where no such job is tracked. */
export async function eventsOf({ jobs, events }: Tables, key: string): Promise<Event[] | null> {
  const job = await jobs.get(key);
  if (!job) return null;
  const ids = job.emitted.map((kind) => eventId(job.key, job.createdAt, kind));
  const rows = await Promise.all(ids.map((id) => events.get(id)));
  return rows.flatMap((row) => (row ? [row.event] : []));
}

/** The newest first. */
export async function newestEvents({ events }: Pick<Tables, 'events'>, asked: Asked): Promise<Event[]> {
  const { filter = {}, projects, limit } = asked;
  const { rows } = await events.list({
    limit,
    ...((projects || isNarrow(filter)) && { only: ({ event }: EventRow) => isAsked(asked, event) }),
    // The row is made when the event is stored, which is after it happened.
    ...(filter.since !== undefined && { since: filter.since }),
  });
  let bytes = 0;
  return rows.map((row) => row.event).filter((event) => (bytes += bytesOf(event)) <= MAX_BYTES);
}

/** How a home lets a reader of the feed wait for the next event. */
export interface FeedWaiting {
  /** No request waits longer. */
  maxMs: number;
  /** Between two reads of the store. */
  pollMs: number;
  /** Ends early where the reader has gone or the process is about to. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

interface FeedAsked extends Asked {
  after: string | null;
  /** How long to wait where there is nothing yet. */
  waitMs: number;
  /** The reader has gone. */
  signal?: AbortSignal | undefined;
}

/**
 * The feed: events in the order in which they were stored, behind the event `after`; null: from the oldest that is kept. Where
 * few are for the caller, it is read on until the page is full: an answer says nothing of the others. Answers null where
 * `after` is no event that is kept (any more) and that the caller may see: what came behind it cannot be told without a gap.
 */
export async function feedOf(
  { events }: Pick<Tables, 'events'>,
  { waitMs, signal, ...asked }: FeedAsked,
  { maxMs, pollMs, sleep }: FeedWaiting,
): Promise<Event[] | null> {
  if (asked.after !== null) {
    const last = await events.get(asked.after);
    if (!last || !seesEvent(asked, last.event)) return null;
  }
  let { after } = asked;
  for (let leftMs = Math.min(waitMs, maxMs); ; leftMs -= pollMs) {
    const page = await pageBehind(events, { ...asked, after });
    if (page.found.length > 0 || leftMs <= 0 || signal?.aborted) return page.found;
    // What was read and is for others is not read again.
    after = page.after;
    await sleep(Math.min(pollMs, leftMs), signal);
  }
}

async function pageBehind(events: Tables['events'], asked: Asked & { after: string | null }) {
  const found: Event[] = [];
  let { after } = asked;
  for (let bytes = 0; found.length < asked.limit && bytes < MAX_BYTES;) {
    const rows = await events.feed(after, Math.min(asked.limit - found.length, CHUNK));
    const seen = rows.map((row) => row.event).filter((event) => isAsked(asked, event));
    found.push(...seen);
    bytes += seen.reduce((sum, event) => sum + bytesOf(event), 0);
    after = rows.at(-1)?.key ?? after;
    if (rows.length === 0) break;
    await othersGoFirst();
  }
  return { found, after };
}
