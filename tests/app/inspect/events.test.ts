import { describe, expect, it } from 'vitest';
import { feedOf, type FeedWaiting } from '../../../lib/app/inspect/events.ts';
import { newEventRow } from '../../../lib/core/jobs/event-row.ts';
import { openStore } from '../../../lib/adapters/store/sqlite/index.ts';
import { createNaps } from '../../../lib/adapters/platform/naps.ts';
import { START } from '../../kit.ts';
import { SAMPLES } from '../../core/notify/samples.ts';

/** A feed whose reader sees no project of its events, and how it was read and waited for. */
async function foreign(events: number) {
  const store = openStore(':memory:');
  const sample = SAMPLES['job.failed']!;
  const rows = Array.from({ length: events }, (_, n) => {
    const metadata = { ...sample.metadata, id: `evt_${String(n).padStart(32, '0')}` };
    return newEventRow({ ...sample, metadata }, START + n);
  });
  await store.events.create(rows);
  const reads: (string | null)[] = [];
  const counting = {
    ...store.events,
    feed: async (after: string | null, limit: number) => {
      reads.push(after);
      return store.events.feed(after, limit);
    },
  };
  return { events: counting, reads, last: rows.at(-1)?.key ?? null };
}
const waiting = (naps: number[], over: Partial<FeedWaiting> = {}): FeedWaiting => ({
  maxMs: 5_000,
  pollMs: 2_500,
  sleep: async (ms) => void naps.push(ms),
  ...over,
});
const ASKED = { limit: 10, projects: ['mine'], after: null };

describe('waiting for the feed', () => {
  it('takes no longer than the home allows, and reads what is for others once', async () => {
    const { events, reads, last } = await foreign(120);
    const naps: number[] = [];
    expect(await feedOf({ events }, { ...ASKED, waitMs: 30_000 }, waiting(naps))).toEqual([]);
    expect(naps).toEqual([2_500, 2_500]);
    expect(reads.filter((after) => after === null)).toHaveLength(1);
    expect(reads.slice(-3)).toEqual([last, last, last]);
  });

  it('waits no longer than it is asked to, and not at all for a reader that has gone', async () => {
    const { events } = await foreign(0);
    const naps: number[] = [];
    await feedOf({ events }, { ...ASKED, waitMs: 3_000 }, waiting(naps));
    expect(naps).toEqual([2_500, 500]);
    naps.length = 0;
    const signal = AbortSignal.abort();
    expect(await feedOf({ events }, { ...ASKED, waitMs: 3_000, signal }, waiting(naps))).toEqual([]);
    expect(naps).toEqual([]);
  });

  it('ends at once when the reader goes or the service stops', async () => {
    const { events } = await foreign(0);
    const nap = createNaps();
    const real = waiting([], { maxMs: 600_000, pollMs: 600_000, sleep: nap.sleep });
    const gone = new AbortController();
    const read = feedOf({ events }, { ...ASKED, waitMs: 600_000, signal: gone.signal }, real);
    gone.abort();
    expect(await read).toEqual([]);
    const another = feedOf({ events }, { ...ASKED, waitMs: 600_000 }, real);
    nap.end();
    expect(await another).toEqual([]);
  });
});
