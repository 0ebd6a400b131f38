import { constants, DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { migrate, TABLES } from '../../../../lib/adapters/store/sqlite/migrations.ts';
import { sqlFor } from '../../../../lib/adapters/store/sqlite/sql.ts';

const db = new DatabaseSync(':memory:');
migrate(db);

const boundTo = <T>(value: T, sql: string): Record<string, T> =>
  Object.fromEntries((sql.match(/:\w+/g) ?? []).map((name) => [name.slice(1), value]));

const planOf = (sql: string): string[] =>
  db
    .prepare(`EXPLAIN QUERY PLAN ${sql}`)
    .all(boundTo('x', sql))
    .map((step) => String(step['detail']));

describe.each(TABLES)('the statements on %s', (table) => {
  const sql = sqlFor(table);

  it('find what is due by its index, in order', () => {
    expect(planOf(sql.due)).toStrictEqual([
      `SEARCH ${table} USING INDEX ${table}_due (due_queue=? AND due_at>? AND due_at<?)`,
      // Where among those of one time to go on, found once.
      'SCALAR SUBQUERY 1',
      `SEARCH ${table} USING COVERING INDEX sqlite_autoindex_${table}_1 (key=?)`,
    ]);
  });

  it('measure a queue by two seeks, and read none of its rows', () => {
    expect(planOf(sql.depth).filter((step) => step.startsWith('S') && step !== 'SCAN CONSTANT ROW')).toEqual([
      'SCALAR SUBQUERY 1',
      'SEARCH depths USING PRIMARY KEY (name=? AND queue=?)',
      'SCALAR SUBQUERY 2',
      `SEARCH ${table} USING COVERING INDEX ${table}_due (due_queue=?)`,
    ]);
  });

  it('go from queue to queue by seeks', () => {
    const steps = planOf(sql.queues).filter((step) => step.includes(table));
    expect(steps.length).toBeGreaterThan(2);
    for (const step of steps) {
      expect(step).toMatch(new RegExp(`^SEARCH ${table} USING COVERING INDEX ${table}_due \\(due_queue[>=]`));
    }
  });

  it('page by age without sorting, and by key where the prefix is narrow', () => {
    expect(planOf(sql.newest)).toStrictEqual([
      `SEARCH ${table} USING INDEX ${table}_newest ((created_at,key)<(?,?))`,
    ]);
    expect(planOf(sql.newestOfState)).toStrictEqual([
      `SEARCH ${table} USING INDEX ${table}_newest_of_state (state=? AND (created_at,key)<(?,?))`,
    ]);
    for (const statement of [sql.sorted, sql.sortedOfState, sql.countUpTo]) {
      expect(planOf(statement).join()).toMatch(
        /SEARCH \w+ USING (COVERING )?INDEX \w+ \(key>\? AND key<\?\)/,
      );
    }
  });

  // Node 22 does not show when SQLite compiles.
  it.runIf('setAuthorizer' in db)('are compiled once, however often they run', () => {
    const allow = vi.fn(() => constants.SQLITE_OK);
    db.setAuthorizer(allow);
    onTestFinished(() => db.setAuthorizer(null));
    for (const statement of Object.values(sql)) {
      const compiled = db.prepare(statement);
      allow.mockClear();
      for (let n = 0; n < 3; n += 1) compiled.all(boundTo(1, statement));
      expect(allow).not.toHaveBeenCalled();
    }
  });

  it('touch single rows by their key', () => {
    for (const statement of [sql.select, sql.update, sql.updateWithState, sql.remove]) {
      expect(planOf(statement)).toStrictEqual([
        expect.stringMatching(/^SEARCH \w+ USING INDEX \w+ \(key=\?\)$/),
      ]);
    }
  });
});
