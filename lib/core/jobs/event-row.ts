import type { Row } from '../row.ts';
import type { Event } from './event.ts';

/** An event as it was published. It is stored once, before its deliveries, which refer to it, and never changed. */
export interface EventRow extends Row {
  /** Its kind. */
  state: Event['kind'];
  event: Event;
}

/** What a delivery says of its event; the rest stands in the event's row. */
export interface EventRef {
  kind: Event['kind'];
  subject: string;
  metadata: { id: string };
}

export const newEventRow = (event: Event, now: number): EventRow => ({
  key: event.metadata.id,
  version: 0,
  state: event.kind,
  createdAt: now,
  due: null,
  event,
});

export const refOf = ({ kind, subject, metadata: { id } }: Event): EventRef => ({
  kind,
  subject,
  metadata: { id },
});
