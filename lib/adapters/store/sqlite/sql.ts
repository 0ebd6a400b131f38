import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { lazily } from '../../../core/lazily.ts';
import type { TableName } from './migrations.ts';

/** Prepared where it is run first: there are over a hundred, and most processes run few of them. */
export const prepared = (db: DatabaseSync, text: string): (() => StatementSync) =>
  lazily(() => db.prepare(text));

/**
 * SQLite plans by a limit that is bound alone, and so compiles the statement anew whenever one is bound, the same one too:
 * that takes ten times as long as to find out that nothing is due. Into an expression it does not look.
 */
export const UP_TO_LIMIT = 'LIMIT +:limit';

/** Every statement on one table. */
export const sqlFor = (table: TableName) => ({
  insert: `
    INSERT INTO ${table} (key, version, state, created_at, due_queue, due_at, body)
    VALUES (:key, 1, :state, :created_at, :due_queue, :due_at, :body)
    ON CONFLICT (key) DO NOTHING`,

  select: `SELECT * FROM ${table} WHERE key = :key`,

  // A row that was removed and created anew may have the same version again, but not the same generation.
  // SQLite rewrites the index of every column that is set, changed or not: most writes leave the state alone, and so
  // does this statement, which halves the pages written. The next one is for when it finds nothing.
  update: `
    UPDATE ${table}
    SET version = version + 1, due_queue = :due_queue, due_at = :due_at, body = :body
    WHERE key = :key AND version = :version AND created_at = :created_at AND state = :state`,

  updateWithState: `
    UPDATE ${table}
    SET version = version + 1, state = :state, due_queue = :due_queue, due_at = :due_at, body = :body
    WHERE key = :key AND version = :version AND created_at = :created_at`,

  remove: `DELETE FROM ${table} WHERE key = :key AND version = :version AND created_at = :created_at`,

  // What is due at one time may be many thousands: the index alone tells where among them to go on.
  due: `
    SELECT * FROM ${table}
    WHERE due_queue = :queue AND due_at BETWEEN :since AND :now
      AND (due_at > :since OR rowid > coalesce((SELECT rowid FROM ${table} WHERE key = :behind), -1))
    ORDER BY due_at, rowid ${UP_TO_LIMIT}`,

  // From one queue to the next by a seek each, past all rows between. Those that wait longest come first, so that a
  // limit does not shut out the same ones every time.
  queues: `
    WITH RECURSIVE queue (name) AS (
      SELECT min(due_queue) FROM ${table} WHERE due_queue >= :from AND due_queue < :to
      UNION ALL
      SELECT (SELECT min(due_queue) FROM ${table} WHERE due_queue > name AND due_queue < :to)
      FROM queue WHERE name IS NOT NULL
    )
    SELECT name, (SELECT min(due_at) FROM ${table} WHERE due_queue = name) AS earliest
    FROM queue
    WHERE name IS NOT NULL AND earliest <= :now
    ORDER BY earliest, name ${UP_TO_LIMIT}`,

  // Two seeks, however many wait.
  depth: `
    SELECT coalesce((SELECT count FROM depths WHERE name = '${table}' AND queue = :queue), 0) AS count,
      (SELECT min(due_at) FROM ${table} WHERE due_queue = :queue) AS earliest`,

  // Two ways to list, newest first. `+` before a column keeps its index out, so that each goes the way it is named after.
  newest: `
    SELECT * FROM ${table}
    WHERE +key >= :from AND +key < :to AND (created_at, key) < (:createdAt, :key)
    ORDER BY created_at DESC, key DESC ${UP_TO_LIMIT}`,

  newestOfState: `
    SELECT * FROM ${table}
    WHERE state = :state AND +key >= :from AND +key < :to AND (created_at, key) < (:createdAt, :key)
    ORDER BY created_at DESC, key DESC ${UP_TO_LIMIT}`,

  sorted: `
    SELECT * FROM ${table}
    WHERE key >= :from AND key < :to AND (+created_at, +key) < (:createdAt, :key)
    ORDER BY +created_at DESC, +key DESC ${UP_TO_LIMIT}`,

  sortedOfState: `
    SELECT * FROM ${table}
    WHERE key >= :from AND key < :to AND +state = :state AND (+created_at, +key) < (:createdAt, :key)
    ORDER BY +created_at DESC, +key DESC ${UP_TO_LIMIT}`,

  countUpTo: `
    SELECT count(*) AS found FROM (SELECT 1 FROM ${table} WHERE key >= :from AND key < :to ${UP_TO_LIMIT})`,
});
