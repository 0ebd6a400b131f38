import { toEntry, sizeOf as sizeOfEntry } from '../../../lib/adapters/bus/envelope.ts';
import { encode } from '../../../lib/adapters/store/dynamodb/item.ts';
import type { TableName } from '../../../lib/adapters/store/dynamodb/keys.ts';
import { claim, record } from '../../../lib/core/notify/delivery-steps.ts';
import { newDelivery } from '../../../lib/core/notify/delivery.ts';
import { newEventRow } from '../../../lib/core/jobs/event-row.ts';
import type { Row } from '../../../lib/core/row.ts';
import { sizeOf } from '../../../tests/adapters/store/dynamodb/meter.ts';
import { subscription } from '../../../tests/kit.ts';
import { submission } from '../cloud.ts';
import { endedJob, endOf } from '../delivery.ts';

/** Dollars of us-east-1 for a GB: kept in the table for a month, its backups beside, put into an archive, and kept there for a month. */
const GB = { table: 0.25, backups: 0.2, archived: 0.1, archive: 0.023 };
const BYTES = 1e9;
/** What DynamoDB adds to each item, and to each entry of an index. */
const OVERHEAD = 100;
/** Days of a stage but `prod` (serverless.yml). */
const ARCHIVE_MONTHS = 7 / 30;

/** Dollars for what one job with its event, and one message, leave behind until that is deleted. */
export interface Kept {
  job: number;
  message: number;
  /** Of both, where the table has backups. */
  backups: number;
}

const now = Date.UTC(2026, 2, 1, 12);
const inTable = (table: TableName, row: Row): number => {
  const item = encode(table, row, 9, () => now);
  const { pk, sk, duePk, dueSk } = item;
  const entry = duePk && dueSk ? sizeOf({ pk: pk!, sk: sk!, duePk, dueSk }) + OVERHEAD : 0;
  return sizeOf(item) + OVERHEAD + entry;
};

/** A job and a delivery are kept for 30 days, an event for 60; the archives have what was handed in and what was published. */
export function kept(): Kept {
  const event = endOf(1);
  const { targets, ...wanted } = subscription('ops');
  const delivery = newDelivery(event, wanted, targets[0]!, now);
  const sent = record(claim(delivery, now, 60_000), { kind: 'sent', detail: 'HTTP 200' }, now, []);
  const ofJob =
    inTable('jobs', { ...endedJob(1), due: null }) + 2 * inTable('events', newEventRow(event, now));
  const ofMessage = inTable('deliveries', sent);
  const archived = sizeOfEntry(toEntry(event, 'bus')) + JSON.stringify(submission(1, 1)).length;
  const archive = (archived / BYTES) * (GB.archived + GB.archive * ARCHIVE_MONTHS);
  const inGb = (bytes: number, price: number): number => (bytes / BYTES) * price;
  return {
    job: inGb(ofJob, GB.table) + archive,
    message: inGb(ofMessage, GB.table),
    backups: inGb(ofJob + ofMessage, GB.backups),
  };
}
