import { eventId, type Event, type TargetEvent, type TargetEventKind } from '../jobs/event.ts';
import { iso, valuesOf } from '../jobs/event-fields.ts';
import { DELIVERY_DATA, SUBSCRIPTION_DATA } from '../jobs/target-data.ts';
import type { Endpoint } from './endpoint.ts';

const targetEventId = (subject: string, endpoint: string, since: number, kind: TargetEventKind): string =>
  eventId(`${subject}/${endpoint}`, since, kind);

/** Whether this is the endpoint that the event is about, which the event does not name. */
export const isAbout = ({ kind, subject, metadata, data }: TargetEvent, endpoint: string): boolean =>
  metadata.id === targetEventId(subject, endpoint, Date.parse(data.since), kind);

/** Built from the stored row alone. */
export function endpointEvent(row: Endpoint, entry: Endpoint['outbox'][number]): Event {
  const { kind, at, sequence } = entry;
  const subject = `subscription/${row.subscription}`;
  const { subscription, channel, shown } = row;
  const source = { reason: row.reason ?? 'gone', since: row.since, ...entry, subscription, channel, shown };
  const metadata = {
    id: targetEventId(subject, row.key, source.since, kind),
    version: 1 as const,
    time: iso(at),
    sequence,
  };
  return kind === 'delivery.failed'
    ? { kind, subject, metadata, data: valuesOf(DELIVERY_DATA, source) }
    : { kind, subject, metadata, data: valuesOf(SUBSCRIPTION_DATA, source) };
}
