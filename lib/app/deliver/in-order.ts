import { eventId } from '../../core/jobs/event.ts';
import type { Job } from '../../core/jobs/job.ts';
import { isEnded, keyOfDelivery, type Delivery } from '../../core/notify/delivery.ts';
import { matches } from '../../core/notify/pattern.ts';
import { envelope } from '../../core/notify/presets.ts';
import type { Subscription } from '../../core/notify/subscription.ts';
import type { Store } from '../../ports.ts';

/** Between two looks at a former delivery that is not over yet. */
const SOON_MS = 1_000;
/** An event that a bus carries has its deliveries by then; one without has none for this subscription. */
const ON_ITS_WAY_MS = 60_000;

/** `within`: the earlier one waits in this window, which is open, and this one may wait there, too, and nowhere else. */
export interface Behind {
  until: number;
  within: string | null;
}

/**
 * Where the subscription wants the events of a job in their order: when to look again, since an earlier one of the same job is not
 * delivered, given up or expired for this target yet. Null: it may go.
 */
export async function waitsForFormer(
  { jobs, events, deliveries }: Pick<Store, 'jobs' | 'events' | 'deliveries'>,
  subscription: Subscription,
  row: Delivery,
  now: number,
): Promise<Behind | null> {
  const job = await jobs.get(row.event.subject);
  for (const id of job ? formerEvents(job, row) : []) {
    const former = await deliveries.get(keyOfDelivery(id, row.subscription, row.endpoint));
    if (former && (await isOver(deliveries, former))) continue;
    if (former) {
      const until = Math.max(now + SOON_MS, former.state === 'retrying' ? (former.due?.at ?? 0) + 1 : 0);
      return { until, within: await openWindowOf(deliveries, former) };
    }
    const event = await events.get(id);
    const isOnItsWay = event !== null && now - event.createdAt < ON_ITS_WAY_MS;
    if (isOnItsWay && matches(subscription.pattern, envelope(event.event)))
      return { until: now + SOON_MS, within: null };
  }
  return null;
}

/** What is gathered is over when the message of its window is. */
async function isOver(deliveries: Pick<Store['deliveries'], 'get'>, row: Delivery): Promise<boolean> {
  if (row.state !== 'bundled') return isEnded(row);
  const window = await deliveries.get(row.gathered!.window);
  return !window || isEnded(window);
}

async function openWindowOf(
  deliveries: Pick<Store['deliveries'], 'get'>,
  { state, gathered }: Delivery,
): Promise<string | null> {
  const window = state === 'gathered' ? await deliveries.get(gathered!.window) : null;
  return window?.state === 'gathering' ? window.key : null;
}

/** The newest first, which in most cases is all there is to ask for. */
function formerEvents(job: Job, { event }: Delivery): string[] {
  const ids = job.emitted.map((kind) => eventId(job.key, job.createdAt, kind));
  return ids.slice(0, Math.max(0, ids.indexOf(event.metadata.id))).toReversed();
}
