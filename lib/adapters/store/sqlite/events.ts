import type { EventRow } from '../../../core/jobs/event-row.ts';
import type { EventStore } from '../../../ports.ts';
import { decode, type Stored } from './row.ts';
import { UP_TO_LIMIT } from './sql.ts';
import { createTable, type Access, type SqlTable } from './table.ts';

/** A commit takes milliseconds, and where the disk is busy, longer. */
const SETTLES_MS = 1_000;

/**
 * The table of events with its feed. A position is the number that SQLite gives a row when it is stored; transactions write
 * one after the other, so positions are in the order of commits, and a reader never sees a later one before an earlier one.
 * Numbers of removed rows are not used again.
 */
export function createEvents(access: Access): EventStore & SqlTable<EventRow> {
  const behind = access.db.prepare(`
    SELECT * FROM events
    WHERE position > coalesce(
      (SELECT position FROM events WHERE key = :after),
      iif(:since = 0, 0, (SELECT min(position) - 1 FROM events WHERE created_at >= :since)),
      (SELECT max(position) FROM events))
    ORDER BY position ${UP_TO_LIMIT}`);
  return {
    ...createTable<EventRow>(access, 'events'),
    settlesMs: SETTLES_MS,
    async feed(after, limit, since = 0) {
      return (behind.all({ after, since, limit }) as unknown as Stored[]).map(decode<EventRow>);
    },
  };
}
