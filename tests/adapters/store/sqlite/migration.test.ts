import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { openStore } from '../../../../lib/adapters/store/sqlite/index.ts';
import { migrate, STEPS } from '../../../../lib/adapters/store/sqlite/migrations.ts';
import { encode } from '../../../../lib/adapters/store/sqlite/row.ts';
import { sqlFor } from '../../../../lib/adapters/store/sqlite/sql.ts';
import { jobs, tokens } from '../../../contract/rows.ts';
import { newPath } from './places.ts';

it('takes a file of version 1 to the newest version with all of its rows', async () => {
  const path = newPath();
  const old = new DatabaseSync(path);
  migrate(old, STEPS.slice(0, 1));
  expect(old.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'tokens'").get()).toBeUndefined();
  const row = jobs.grown(jobs.fresh('a'));
  old.prepare(sqlFor('jobs').insert).run({ ...encode(row) });
  old.close();

  const store = openStore(path);
  expect(await store.jobs.get('a')).toStrictEqual({ ...row, version: 1 });
  expect((await store.tokens.create([tokens.fresh('t')]))[0]!.outcome).toBe('created');
  await store.close();

  const now = new DatabaseSync(path);
  expect(now.prepare('PRAGMA user_version').get()).toEqual({ user_version: STEPS.length });
  now.close();
});
