import { seesEvent, seesProject } from '../../core/access/token.ts';
import type { Job } from '../../core/jobs/job.ts';
import type { Store } from '../../ports.ts';
import { toldOf } from './events.ts';
import type { Delivery } from '../../core/notify/delivery.ts';
import type { ToldEvent } from '../../core/notify/told.ts';

type Tables = Pick<Store, 'jobs' | 'deliveries'>;
interface Asked {
  limit: number;
  /** Only of jobs of these projects; null: whatever there is. */
  projects: string[] | null;
}

/** Deliveries read for one event that is asked for: most events go to a few targets. */
const DELIVERIES_EACH = 10;
/** Deliveries held in memory at a time; they carry an event each, of a few KB. */
const PAGE = 1_000;
/** Jobs whose events are looked up side by side. */
const ABREAST = 20;
/** Of JSON. What answers on AWS may be 6 MB. */
const MAX_BYTES = 4_000_000;

/**
 * What was announced lately, the newest first: what the newest deliveries carried, whatever it was about, and what was
 * announced of the newest jobs, also where nobody wanted it. Events are not rows of their own, so there is no order by which
 * all of them could be paged through; what is read is bounded by `limit`, and by the table for who sees some projects only.
 */
export async function recentEvents(store: Tables, asked: Asked): Promise<ToldEvent[]> {
  const byId = await sent(store, asked);
  for (const told of await ofJobs(store, asked, byId)) byId.set(told.event.metadata.id, told);
  let bytes = 0;
  return [...byId.values()]
    .toSorted((a, b) => b.event.metadata.time.localeCompare(a.event.metadata.time))
    .slice(0, asked.limit)
    .filter((told) => (bytes += Buffer.byteLength(JSON.stringify(told))) <= MAX_BYTES);
}

async function sent({ deliveries }: Tables, asked: Asked): Promise<Map<string, ToldEvent>> {
  const found = new Map<string, ToldEvent>();
  let left = asked.limit * DELIVERIES_EACH;
  for (let after: string | null = ''; after !== null && left > 0 && found.size < asked.limit;) {
    const limit = Math.min(left, PAGE);
    const { rows, next }: Awaited<ReturnType<typeof deliveries.list>> = await deliveries.list({
      limit,
      ...(after && { after }),
      ...(asked.projects && { only: ({ event }: Delivery) => seesEvent(asked, event) }),
    });
    for (const { event } of rows) found.set(event.metadata.id, { event, published: true, from: 'sent' });
    left -= limit;
    after = next;
  }
  return found;
}

async function ofJobs(
  store: Tables,
  asked: Asked,
  known: ReadonlyMap<string, unknown>,
): Promise<ToldEvent[]> {
  const { rows: jobs } = await store.jobs.list({
    limit: asked.limit,
    ...(asked.projects && { only: ({ projectId }: Job) => seesProject(asked, projectId) }),
  });
  const told: ToldEvent[] = [];
  for (let from = 0; from < jobs.length; from += ABREAST) {
    const some = jobs.slice(from, from + ABREAST);
    told.push(...(await Promise.all(some.map((job) => toldOf(store, job, known)))).flat());
  }
  return told;
}
