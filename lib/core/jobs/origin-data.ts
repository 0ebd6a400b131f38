import { count, fieldFrom, iso, time } from './event-fields.ts';
import type { Origin } from './origin.ts';

const field = fieldFrom<Origin>();

/** What an event says of an origin. One more field is one more entry. */
export const ORIGIN_DATA = {
  origin: field(
    (z) => z.string(),
    (row) => row.key,
  ),
  reason: field(
    (z) => z.string().describe('The kind of trouble: denied, misrouted, unavailable, malformed or throttled'),
    (row) => row.reason ?? 'unavailable',
  ),
  detail: field(
    (z) => z.string(),
    (row) => row.detail,
  ),
  since: field(
    (z) => time(z).describe('Start of the outage'),
    (row) => iso(row.since),
  ),
  outstanding: field(
    (z) => count(z).describe('Jobs that wait for this origin'),
    (row) => row.outstanding,
  ),
};
