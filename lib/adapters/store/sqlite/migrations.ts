import type { DatabaseSync } from 'node:sqlite';
import { FORMER_FIELDS, FORMER_REASON } from '../../../core/former-names.ts';
import type { Tables } from '../../../ports.ts';

/** One SQL table for each table of the port; all have the same shape. Grouped by the step that creates them. */
const FIRST = ['jobs', 'origins', 'deliveries', 'endpoints'] as const;
const SECOND = ['tokens', 'subscriptions', 'idempotency'] as const;
const THIRD = ['events'] as const;
const FOURTH = ['durations'] as const;
const FIFTH = ['recoveries'] as const;
const SIXTH = ['groups', 'members'] as const;
const SEVENTH = ['mutes'] as const;
const EIGHTH = ['places'] as const;
export const TABLES = [
  ...FIRST,
  ...SECOND,
  ...THIRD,
  ...FOURTH,
  ...FIFTH,
  ...SIXTH,
  ...SEVENTH,
  ...EIGHTH,
] as const satisfies readonly (keyof Tables)[];
export type TableName = (typeof TABLES)[number];

/**
 * What queries look at stands in columns, everything else in `body`; no fact is stored twice. Times are REAL because
 * that is what a JavaScript number is. Bodies of 1 to 3 KB are the reason against WITHOUT ROWID: it keeps a quarter of
 * a page of each row in its tree and was half as fast.
 *
 * The due index is rewritten by nearly every write, so it is kept narrow: rows due at one time come in the order in
 * which they were stored, which the row id gives for free. The other two carry the key so that a prefix is judged
 * without touching the row.
 */
const createTable = (name: TableName, first = ''): string => `
  CREATE TABLE ${name} (${first}
    key TEXT NOT NULL UNIQUE,
    version INTEGER NOT NULL,
    state TEXT NOT NULL,
    created_at REAL NOT NULL,
    due_queue TEXT,
    due_at REAL,
    body TEXT NOT NULL,
    CHECK ((due_queue IS NULL) = (due_at IS NULL))
  ) STRICT;
  CREATE INDEX ${name}_due ON ${name} (due_queue, due_at) WHERE due_queue IS NOT NULL;
  CREATE INDEX ${name}_newest ON ${name} (created_at, key);
  CREATE INDEX ${name}_newest_of_state ON ${name} (state, created_at, key);`;

/**
 * Events have positions (see `events.ts`). Deliveries carried a copy of their event each; from now on they refer to it, by
 * what `refOf` in `core/notify/delivery.ts` keeps. SQLite's JSON functions hand every number on as it is written.
 */
const EVENTS_ARE_ROWS = `${createTable('events', '\n    position INTEGER PRIMARY KEY AUTOINCREMENT,')}
  INSERT INTO events (key, version, state, created_at, body)
    SELECT body ->> '$.event.metadata.id', 1, body ->> '$.event.kind', min(created_at),
      json_object('event', json(body -> '$.event'))
    FROM deliveries WHERE body -> '$.event.data' IS NOT NULL
    GROUP BY 1 ORDER BY 4, min(rowid);
  UPDATE deliveries SET body = json_set(json_remove(body, '$.event.data'),
      '$.event.metadata', json_object('id', body ->> '$.event.metadata.id'))
    WHERE body -> '$.event.data' IS NOT NULL;`;

/** Fields get their present names. Not by parsing the bodies: JavaScript would round numbers that a cloud sent. */
const renameField = (table: string, [before, now]: [string, string]): string => `
  UPDATE ${table} SET body = json_set(json_remove(body, '$.${before}'), '$.${now}', json(body -> '$.${before}'))
    WHERE body -> '$.${before}' IS NOT NULL;`;
const PRESENT_NAMES = `${Object.entries(FORMER_FIELDS)
  .flatMap(([table, fields]) => Object.entries(fields).map((names) => renameField(table, names)))
  .join('')}
  UPDATE jobs SET body = json_set(body, '$.history', (
      SELECT json_group_array(json(CASE value ->> '$.reason' WHEN '${FORMER_REASON.before}'
        THEN json_set(value, '$.reason', '${FORMER_REASON.now}') ELSE value END))
      FROM json_each(body, '$.history')))
    WHERE instr(body -> '$.history', '"${FORMER_REASON.before}"') > 0;`;

/**
 * How many rows wait in each queue, kept by the very writes that move them, in any process: to count a million rows
 * would stop everything else for a tenth of a second. A queue in which nothing waits has no row.
 * A table of a later step brings its own triggers along.
 */
const depthOf = (name: TableName): string => {
  const of = (row: 'OLD' | 'NEW') => `name = '${name}' AND queue = ${row}.due_queue`;
  const enters = `INSERT INTO depths SELECT '${name}', NEW.due_queue, 1 WHERE NEW.due_queue IS NOT NULL
      ON CONFLICT (name, queue) DO UPDATE SET count = count + 1;`;
  const leaves = `UPDATE depths SET count = count - 1 WHERE ${of('OLD')};
    DELETE FROM depths WHERE ${of('OLD')} AND count = 0;`;
  return `
  INSERT INTO depths
    SELECT '${name}', due_queue, count(*) FROM ${name} WHERE due_queue IS NOT NULL GROUP BY due_queue;
  CREATE TRIGGER ${name}_enters AFTER INSERT ON ${name} WHEN NEW.due_queue IS NOT NULL BEGIN
    ${enters}
  END;
  CREATE TRIGGER ${name}_leaves AFTER DELETE ON ${name} WHEN OLD.due_queue IS NOT NULL BEGIN
    ${leaves}
  END;
  CREATE TRIGGER ${name}_moves AFTER UPDATE OF due_queue ON ${name} WHEN OLD.due_queue IS NOT NEW.due_queue BEGIN
    ${enters}
    ${leaves}
  END;`;
};
const DEPTHS_ARE_KEPT = `
  CREATE TABLE depths (name TEXT NOT NULL, queue TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (name, queue))
    STRICT, WITHOUT ROWID;
  ${[...FIRST, ...SECOND, ...THIRD, ...FOURTH].map(depthOf).join('')}`;

/** A number that every change of a row of these tables moves, in any process. */
const ROUTING_HAS_A_REVISION = `
  CREATE TABLE revisions (name TEXT PRIMARY KEY NOT NULL, revision INTEGER NOT NULL) STRICT, WITHOUT ROWID;
  INSERT INTO revisions VALUES ('routing', 0);
  ${(['subscriptions', 'mutes'] as const)
    .flatMap((name) =>
      ['INSERT', 'UPDATE', 'DELETE'].map(
        (verb) => `CREATE TRIGGER ${name}_${verb.toLowerCase()}_revised AFTER ${verb} ON ${name} BEGIN
    UPDATE revisions SET revision = revision + 1 WHERE name = 'routing';
  END;`,
      ),
    )
    .join('\n  ')}`;

/** Step n takes a file from version n to n + 1. Steps that were released are never changed, only followed by others. */
export const STEPS: readonly string[] = [
  ...[FIRST, SECOND].map((tables) => tables.map((name) => createTable(name)).join('\n')),
  EVENTS_ARE_ROWS,
  FOURTH.map((name) => createTable(name)).join('\n'),
  PRESENT_NAMES,
  DEPTHS_ARE_KEPT,
  ...[FIFTH, SIXTH, SEVENTH, EIGHTH].map((tables) =>
    tables.map((name) => createTable(name) + depthOf(name)).join('\n'),
  ),
  ROUTING_HAS_A_REVISION,
];

/** Distinguishes our files from those of other programs: `Jobc` in ASCII. */
const APPLICATION_ID = 0x4a6f6263;

/**
 * Brings a file up to date, or leaves it as it was and throws: all steps are one transaction. The write lock is taken
 * even if there is nothing to do, so that two processes cannot migrate at once and a read-only file is found out now.
 */
export function migrate(db: DatabaseSync, steps: readonly string[] = STEPS): void {
  db.exec('BEGIN IMMEDIATE');
  try {
    const version = checkedVersion(db, steps.length);
    for (const step of steps.slice(version)) db.exec(step);
    if (version < steps.length) {
      db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${steps.length}`);
    }
    db.exec('COMMIT');
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK');
    throw error;
  }
}

/** Refuses another program's file and one of a newer Jobchime; changes nothing. */
export function checkFormat(db: DatabaseSync): void {
  checkedVersion(db, STEPS.length);
}

function checkedVersion(db: DatabaseSync, newest: number): number {
  const isOurs = pragma(db, 'application_id') === APPLICATION_ID;
  const isEmpty = db.prepare('SELECT 1 FROM sqlite_schema LIMIT 1').get() === undefined;
  if (!isOurs && !isEmpty) {
    throw new Error('it is the database of another program; choose another path');
  }
  const version = pragma(db, 'user_version');
  if (version > newest) {
    throw new Error(
      `it was written by a newer Jobchime (format ${version}, this one knows up to ${newest}); ` +
        'install that version again, or choose another path to begin with an empty store',
    );
  }
  return version;
}

const pragma = (db: DatabaseSync, name: string): number =>
  Number(Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
