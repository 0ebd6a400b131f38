import type { FeedWaiting } from '../../app/inspect/events.ts';
import { createNaps, type Naps } from '../../adapters/platform/naps.ts';

/**
 * How a reader of the feed waits on one machine. The store is read again four times a second, some 50 us each, because another
 * process may read beside the one that publishes; nobody has to be woken, and no wake-up can be lost.
 */
export const feedWaiting = ({ sleep }: Pick<Naps, 'sleep'> = createNaps()): FeedWaiting => ({
  maxMs: 30_000,
  pollMs: 250,
  sleep,
});
