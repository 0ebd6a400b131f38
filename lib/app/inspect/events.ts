import { eventId, jobEvent } from '../../core/jobs/event.ts';
import type { Job, JobEventKind } from '../../core/jobs/job.ts';
import type { Store } from '../../ports.ts';
import type { ToldEvent } from '../../core/notify/told.ts';

/** What was announced of one job, in order. Null where no such job is tracked. */
export async function eventsOf(
  store: Pick<Store, 'jobs' | 'deliveries'>,
  key: string,
): Promise<ToldEvent[] | null> {
  const job = await store.jobs.get(key);
  return job && toldOf(store, job);
}

/** The same of its row, but for the events that are `known` by their id. */
export async function toldOf(
  { deliveries }: Pick<Store, 'deliveries'>,
  job: Job,
  known: ReadonlyMap<string, unknown> = new Map(),
): Promise<ToldEvent[]> {
  const told = job.announced.map(async (kind, i): Promise<ToldEvent[]> => {
    const id = eventId(job.key, job.createdAt, kind);
    if (known.has(id)) return [];
    const [kept] = (await deliveries.list({ prefix: `${id}/`, limit: 1 })).rows;
    const published = !job.unpublished.some((news) => news.kind === kind);
    if (kept) return [{ event: kept.event, published, from: 'sent' }];
    const event = jobEvent(job, { kind, at: foundOutAt(job, kind), sequence: i + 1 });
    return [{ event, published, from: 'rebuilt' }];
  });
  return (await Promise.all(told)).flat();
}

/** The row forgets when news was found out as soon as it is published, but for the end of the job. */
function foundOutAt(job: Job, kind: JobEventKind): number {
  const waiting = job.unpublished.find((news) => news.kind === kind);
  const ended = kind === 'job.succeeded' || kind === 'job.failed' || kind === 'job.lost';
  return waiting?.at ?? (ended ? job.detectedAt : null) ?? job.createdAt;
}
