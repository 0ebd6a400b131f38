import { count, fieldFrom, iso, time } from './event-fields.ts';
import { CREDENTIALS, type Origin } from './origin.ts';

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
  service: field(
    (z) => z.string().optional(),
    ({ about }) => about?.service,
  ),
  cloud: field(
    (z) => z.string().optional(),
    ({ about }) => about?.cloud,
  ),
  region: field(
    (z) => z.string().optional(),
    ({ about }) => about?.region,
  ),
  projectId: field(
    (z) => z.string().optional(),
    ({ about }) => about?.projectId,
  ),
  consoleUrl: field(
    (z) => z.string().optional().describe("https: the service's page in the cloud's console"),
    ({ about }) => about?.consoleUrl,
  ),
  credentials: field(
    (z) => z.enum(CREDENTIALS).optional().describe('What it signs in with'),
    ({ about }) => about?.credentials,
  ),
  jobs: field(
    (z) =>
      z.array(z.string()).optional().describe('Some of those that wait, by their names or else their ids'),
    ({ about }) => about?.jobs,
  ),
  recordsUntil: field(
    (z) =>
      time(z)
        .optional()
        .describe('From then on the cloud may have deleted the record of an end that nobody has seen'),
    ({ about }) => about && iso(about.recordsUntil),
  ),
};
