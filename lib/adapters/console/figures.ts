import { isJobEvent, type Event, type JobEvent } from '../../core/jobs/event.ts';
import type { DeliveryView } from '../api/deliveries/answers.ts';

/** One job that ended, as far as its event says it. Times in epoch milliseconds. */
export interface Ended {
  origin: string;
  jobType: string;
  at: number;
  tookMs: number | null;
  /** From the end, in the cloud's words, to the check that saw it. */
  seenMs: number | null;
}

const ENDS: readonly string[] = ['job.succeeded', 'job.failed'];
const timeOf = (iso: string | null): number => (iso === null ? Number.NaN : Date.parse(iso));
/** Null where one of the times is missing, or a clock runs ahead of the other. */
const between = (from: number, to: number): number | null => (to >= from ? to - from : null);

export const endedOf = (events: readonly Event[]): Ended[] =>
  events
    .filter((event): event is JobEvent => isJobEvent(event) && ENDS.includes(event.kind))
    .map(({ data: { job, beganAt, endedAt, trackedAt, detectedAt } }) => {
      const [seen, end] = [timeOf(detectedAt), timeOf(endedAt)];
      return {
        origin: job.origin,
        jobType: job.jobType ?? '',
        at: Number.isNaN(end) ? seen : end,
        tookMs: between(timeOf(beganAt ?? trackedAt), Number.isNaN(end) ? seen : end),
        seenMs: between(end, seen),
      };
    })
    .filter(({ at }) => !Number.isNaN(at));

const TAKEN: readonly (string | null)[] = ['ok', 'accepted'];

/** From the ends of jobs to their messages: what was delivered, of events that are known. */
export function toldAfter(deliveries: readonly DeliveryView[], events: readonly Event[]): number[] {
  const known = new Map(events.map((event) => [event.metadata.id, event]));
  return deliveries.flatMap(({ eventId, attempts }) => {
    const event = known.get(eventId);
    if (!event || !isJobEvent(event) || !ENDS.includes(event.kind)) return [];
    const arrived = attempts
      .filter(({ reason }) => TAKEN.includes(reason))
      .map(({ at, ms }) => Date.parse(at) + (ms ?? 0));
    const told = between(timeOf(event.data.endedAt), Math.min(...arrived));
    return told === null || !Number.isFinite(told) ? [] : [told];
  });
}

/** What a share `q` did not exceed; null: there are none. */
export function quantileOf(values: readonly number[], q: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? null;
}

/** A part of the time that is looked at. */
export interface Slot<T> {
  from: number;
  to: number;
  items: T[];
}

/** The time up to `now` in equal parts, the oldest first; what lies outside is left out. */
export function slotsOf<T extends { at: number }>(
  items: readonly T[],
  { now, spanMs, count }: { now: number; spanMs: number; count: number },
): Slot<T>[] {
  const size = spanMs / count;
  const slots = Array.from({ length: count }, (_, n) => {
    const from = now - spanMs + n * size;
    return { from, to: from + size, items: [] as T[] };
  });
  for (const item of items) {
    const n = Math.floor((item.at - (now - spanMs)) / size);
    slots[item.at === now ? count - 1 : n]?.items.push(item);
  }
  return slots;
}

/** Of durations: how many fall between edges that are each twice as far as the one before. */
export function doubledBars(values: readonly number[]): { from: number; to: number; count: number }[] {
  if (values.length === 0) return [];
  const bucketOf = (ms: number): number => Math.max(0, Math.floor(Math.log2(Math.max(ms, 1) / 1_000)) + 1);
  const buckets = values.map(bucketOf);
  const [first, last] = [Math.min(...buckets), Math.max(...buckets)];
  return Array.from({ length: last - first + 1 }, (_, n) => {
    const bucket = first + n;
    const to = 1_000 * 2 ** bucket;
    return { from: bucket === 0 ? 0 : to / 2, to, count: buckets.filter((one) => one === bucket).length };
  });
}

export interface Failure {
  at: number;
  reason: string;
  /** In the words of the cloud. */
  says: string | null;
}

/** Why jobs failed or were lost: the code where the cloud gave one, else what it said. */
export const failuresOf = (events: readonly Event[]): Failure[] =>
  events
    .filter(
      (event): event is JobEvent =>
        isJobEvent(event) && (event.kind === 'job.failed' || event.kind === 'job.lost'),
    )
    .map(({ metadata, data: { error, outcome } }) => ({
      at: Date.parse(metadata.time),
      reason: (error?.code ?? error?.reason ?? outcome ?? '').slice(0, 80),
      says: error?.reason?.slice(0, 120) ?? null,
    }));

/** The most frequent first. */
export function countedBy<T>(items: readonly T[], keyOf: (item: T) => string): [key: string, items: T[]][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return [...groups].toSorted(([a, x], [b, y]) => y.length - x.length || (a < b ? -1 : 1));
}
