import { isGroupEvent, isJobEvent, isTargetEvent, type Event } from '../../core/jobs/event.ts';
import type { Job } from '../../core/jobs/job.ts';
import type { Row } from '../../core/row.ts';
import type {
  AtOnce,
  Clock,
  Created,
  DeliveryStore,
  Doorbell,
  EndpointStore,
  JobStore,
  Subscriptions,
} from '../../ports.ts';
import type { Delivery } from '../../core/notify/delivery.ts';
import { notifySubscriptions } from '../../core/notify/notify.ts';
import { deliveriesTo, route, type Works } from '../../core/notify/route.ts';
import { afterTheEnd, insteadOfFirst, withoutFolded, type FoldDeps } from './fold.ts';
import { endpointRow } from './endpoint-row.ts';
import type { Subscription } from '../../core/notify/subscription.ts';

export interface DispatchDeps {
  jobs: Pick<JobStore, 'get'>;
  deliveries: DeliveryStore;
  endpoints: Pick<EndpointStore, 'get'>;
  subscriptions: Subscriptions;
  doorbell: Doorbell;
  clock: Clock;
  atOnce?: AtOnce;
  /** How groups stand for their members; left out: every event is told for itself. */
  folding?: FoldDeps;
}

/**
 * Turns published events into delivery rows, which refer to them. When this returns, every row is stored: the events can be
 * acknowledged. A row that was there already still rings, since its writer may have died before ringing.
 */
export async function dispatch(deps: DispatchDeps, events: readonly Event[]): Promise<void> {
  const { atOnce } = deps;
  const routed = await deliveriesFor(deps, events);
  const rows = (await atOnce?.claim(routed, events)) ?? routed;
  let stored: Created<Delivery>[];
  try {
    stored = await deps.deliveries.create(rows);
    atOnce?.begin(stored);
  } finally {
    atOnce?.end(rows);
  }
  const all = stored.map((s) => s.row);
  await deps.doorbell.ring(all.filter((row) => row.due !== null && row.state !== 'folded'));
  if (deps.folding) await afterTheEnd(deps.folding, deps.clock, all);
}

/** The rows that these events lead to, not stored yet. `from`: the row that all of them are built from, where it is at hand. */
export async function deliveriesFor(
  deps: Pick<DispatchDeps, 'jobs' | 'endpoints' | 'subscriptions' | 'clock' | 'folding'>,
  events: readonly Event[],
  from?: Row,
): Promise<Delivery[]> {
  const subscriptions = await deps.subscriptions.all();
  const now = deps.clock();
  const all = await Promise.all(events.map((event) => deliveriesOf(deps, event, subscriptions, now, from)));
  return all.flat();
}

/** To everybody whose pattern wants the event, and to those whom its job names; to each of them once. */
async function deliveriesOf(
  deps: Pick<DispatchDeps, 'jobs' | 'endpoints' | 'subscriptions' | 'folding'>,
  event: Event,
  subscriptions: readonly Subscription[],
  now: number,
  from?: Row,
): Promise<Delivery[]> {
  const works = isTargetEvent(event) ? await worksOf(deps, subscriptions) : undefined;
  const routed = route(event, subscriptions, now, works);
  const job = isJobEvent(event) ? ((from as Job | undefined) ?? (await deps.jobs.get(event.subject))) : null;
  const named = job?.notify ? notifySubscriptions(job, subscriptions, deps.subscriptions.unseal) : [];
  const { folding } = deps;
  const more = [
    ...named.flatMap((s) => deliveriesTo(event, s, now)),
    ...(folding && isGroupEvent(event) ? await insteadOfFirst(folding, deps, event, subscriptions, now) : []),
  ];
  const rows = [...new Map([...routed, ...more].map((row) => [row.key, row])).values()];
  return folding ? withoutFolded(folding, event, rows, [...subscriptions, ...named]) : rows;
}

/** Which targets take messages now. Asked for only where the event is about one of them. */
async function worksOf(
  { endpoints }: Pick<DispatchDeps, 'endpoints'>,
  subscriptions: readonly Subscription[],
): Promise<Works> {
  const known = new Map(
    subscriptions.flatMap(({ channel, targets }) =>
      targets.map((target) => [target.endpoint, { channel, target }] as const),
    ),
  );
  const rows = await Promise.all(
    [...known].map(async ([endpoint, { channel, target }]) => {
      const row = await endpointRow(endpoints, channel, target);
      const state = row?.state === 'disabled' ? 'off' : row?.outage?.failing ? 'failing' : 'ok';
      return [endpoint, state] as const;
    }),
  );
  const states = new Map(rows);
  return (s, { endpoint }) => (s.paused ? 'off' : (states.get(endpoint) ?? 'ok'));
}
