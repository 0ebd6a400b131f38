import type { Store } from '../ports.ts';
import { eventsOf, type ToldEvent } from './events.ts';

/** Deliveries read for one event that is asked for: most events go to a few targets. */
const DELIVERIES_EACH = 10;

/**
 * What was announced lately, the newest first: what the newest deliveries carried, whatever it was about, and what was
 * announced of the newest jobs, also where nobody wanted it.
 */
export async function recentEvents(
  store: Pick<Store, 'jobs' | 'deliveries'>,
  limit: number,
): Promise<ToldEvent[]> {
  const deliveries = await store.deliveries.list({ limit: limit * DELIVERIES_EACH });
  const jobs = await store.jobs.list({ limit });
  const ofJobs = await Promise.all(jobs.rows.map(async (job) => (await eventsOf(store, job.key)) ?? []));
  const sent = deliveries.rows.map(({ event }): ToldEvent => ({ event, published: true, from: 'sent' }));
  const byId = new Map([...sent, ...ofJobs.flat()].map((told) => [told.event.metadata.id, told]));
  return [...byId.values()]
    .toSorted((a, b) => b.event.metadata.time.localeCompare(a.event.metadata.time))
    .slice(0, limit);
}
