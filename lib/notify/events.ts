import { eventId, jobEvent, type Event } from '../jobs/event.ts';
import type { Job, JobEventKind } from '../jobs/job.ts';
import type { Store } from '../ports.ts';

export interface ToldEvent {
  event: Event;
  published: boolean;
  /** `sent`: as it went out. `rebuilt`: nobody wanted it, so it was not kept; this is how the job's row tells it today. */
  from: 'sent' | 'rebuilt';
}

/** What was announced of one job, in order. Null where no such job is tracked. */
export async function eventsOf(
  store: Pick<Store, 'jobs' | 'deliveries'>,
  key: string,
): Promise<ToldEvent[] | null> {
  const job = await store.jobs.get(key);
  if (!job) return null;
  return Promise.all(
    job.announced.map(async (kind, i): Promise<ToldEvent> => {
      const prefix = `${eventId(job.key, job.createdAt, kind)}/`;
      const [kept] = (await store.deliveries.list({ prefix, limit: 1 })).rows;
      const published = !job.unpublished.some((news) => news.kind === kind);
      if (kept) return { event: kept.event, published, from: 'sent' };
      const event = jobEvent(job, { kind, at: foundOutAt(job, kind), sequence: i + 1 });
      return { event, published, from: 'rebuilt' };
    }),
  );
}

/** The row forgets when news was found out as soon as it is published, but for the end of the job. */
function foundOutAt(job: Job, kind: JobEventKind): number {
  const waiting = job.unpublished.find((news) => news.kind === kind);
  const ended = kind !== 'job.overdue' && kind !== 'job.payment_pending';
  return waiting?.at ?? (ended ? job.detectedAt : null) ?? job.createdAt;
}
