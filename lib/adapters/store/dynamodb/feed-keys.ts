import { createHash } from 'node:crypto';
import type { Due, Row } from '../../../core/row.ts';

/**
 * A partition of an index takes 1,000 writes a second: eight take 8,000 events a second, far more than are routed. A day for
 * each keeps what is walked through short, and the writes of one moment on all eight.
 */
export const SHARDS = 8;
const DAY_MS = 86_400_000;

/** What the queues are called by which events have their places in the feed. They are found by the day, so none is registered. */
export const FEED = 'feed:';
export const isFeed = (queue: string): boolean => queue.startsWith(FEED);

export const dayOf = (at: number): number => Math.floor(at / DAY_MS);
export const feedQueue = (day: number, shard: number): string => `${FEED}${day}:${shard}`;

/** An event's place follows from the row itself, so that nothing else has to be kept. */
export const dueInFeed = ({ createdAt: at, key }: Pick<Row, 'createdAt' | 'key'>): Due => ({
  queue: feedQueue(dayOf(at), createHash('sha256').update(key).digest()[0]! % SHARDS),
  at,
});
