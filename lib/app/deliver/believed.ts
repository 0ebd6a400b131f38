import {
  isJobEvent,
  jobEvent,
  originEvent,
  SUBSCRIPTION_DISABLED,
  type Event,
} from '../../core/jobs/event.ts';
import { ORIGIN_EVENTS, type OriginEventKind } from '../../core/jobs/origin.ts';
import { endpointEvent, isAbout, type Endpoint } from '../../core/notify/endpoint.ts';
import type { Store } from '../../ports.ts';

type Tables = Pick<Store, 'jobs' | 'origins' | 'endpoints'>;

/**
 * The event as the row of its subject tells it. Whoever may put events on a bus can write anything into one, and the id of a
 * true one too, which would keep that one out: what is delivered is built from the row alone. Null: the row tells no such
 * event, or there is no row.
 */
export async function believed(store: Tables, event: Event, now: number): Promise<Event | null> {
  const told = await toldByRow(store, event, now);
  return told?.metadata.id === event.metadata.id ? told : null;
}

async function toldByRow(store: Tables, event: Event, now: number): Promise<Event | null> {
  if (isJobEvent(event)) return ofJob(store, event, now);
  if (event.kind === SUBSCRIPTION_DISABLED) return ofEndpoint(store, event);
  return isOriginKind(event.kind) ? ofOrigin(store, event, event.kind, now) : null;
}

const isOriginKind = (kind: string): kind is OriginEventKind =>
  (ORIGIN_EVENTS as readonly string[]).includes(kind);

async function ofJob(
  { jobs }: Tables,
  event: Extract<Event, { data: { job: unknown } }>,
  now: number,
): Promise<Event | null> {
  const row = await jobs.get(event.subject);
  const index = row?.announced.indexOf(event.kind) ?? -1;
  if (!row || index < 0) return null;
  const waiting = row.unpublished.find(({ kind }) => kind === event.kind);
  const isLast = index === row.announced.length - 1;
  const end = isLast && row.state !== 'outstanding' ? row.detectedAt : null;
  const at = waiting?.at ?? end ?? within(event, row.createdAt, now);
  return jobEvent(row, { kind: event.kind, at, sequence: index + 1 });
}

async function ofOrigin(
  { origins }: Tables,
  event: Event,
  kind: OriginEventKind,
  now: number,
): Promise<Event | null> {
  const row = await origins.get(event.subject.replace(/^origin\//, ''));
  if (!row?.said.includes(kind)) return null;
  const waiting = row.unpublished.find((news) => news.kind === kind);
  // The newest has the sequence of the row; those before it were said right before.
  const sequence = row.sequence - (row.said.length - 1 - row.said.indexOf(kind));
  return originEvent(row, waiting ?? { kind, at: within(event, row.since, now), sequence });
}

const PAGE = 500;

async function ofEndpoint(
  { endpoints }: Tables,
  event: Extract<Event, { kind: typeof SUBSCRIPTION_DISABLED }>,
): Promise<Event | null> {
  // An event does not name the endpoint, only whose it is.
  for (let after: string | null = '', found: Endpoint | undefined; after !== null && !found;) {
    const page: Awaited<ReturnType<typeof endpoints.list>> = await endpoints.list({
      limit: PAGE,
      ...(after && { after }),
    });
    found = page.rows.find((row) => row.since > 0 && isAbout(event, row.key));
    if (found) {
      const { kind } = event;
      return endpointEvent(found, { kind, at: found.since, sequence: found.sequence });
    }
    after = page.next;
  }
  return null;
}

/** When the fact was found out is in the row only while the news waits. */
const within = ({ metadata }: Event, from: number, to: number): number =>
  Math.min(Math.max(Date.parse(metadata.time), from), to);
