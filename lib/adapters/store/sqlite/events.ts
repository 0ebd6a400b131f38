import type { EventRow } from '../../../core/jobs/event-row.ts';
import type { EventStore } from '../../../ports.ts';
import { decode, type Stored } from './row.ts';
import { createTable, type Access, type SqlTable } from './table.ts';

/**
 * The table of events with its feed. A position is the number that SQLite gives a row when it is stored; transactions write
 * one after the other, so positions are in the order of commits, and a reader never sees a later one before an earlier one.
 * Numbers of removed rows are not used again.
 */
export function createEvents(access: Access): EventStore & SqlTable<EventRow> {
  const behind = access.db.prepare(`
    SELECT * FROM events
    WHERE position > ifnull((SELECT position FROM events WHERE key = :after), 0)
    ORDER BY position LIMIT :limit`);
  return {
    ...createTable<EventRow>(access, 'events'),
    async feed(after, limit) {
      return (behind.all({ after, limit }) as unknown as Stored[]).map(decode<EventRow>);
    },
  };
}
