import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { openStore } from '../../../../lib/adapters/store/sqlite/index.ts';
import { migrate, STEPS } from '../../../../lib/adapters/store/sqlite/migrations.ts';
import { encode } from '../../../../lib/adapters/store/sqlite/row.ts';
import { sqlFor } from '../../../../lib/adapters/store/sqlite/sql.ts';
import { formerRow } from '../../../contract/former.ts';
import { deliveries, endpoints, events, jobs, origins, tokens } from '../../../contract/rows.ts';
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

it('counts what waits in a file of version 5, and goes on counting from there', async () => {
  const path = newPath();
  const old = new DatabaseSync(path);
  migrate(old, STEPS.slice(0, 5));
  const insert = old.prepare(sqlFor('jobs').insert);
  const rows = ['a', 'b', 'c'].map((key, n) => ({ ...jobs.fresh(key), due: { queue: 'q', at: 30 - n } }));
  for (const row of rows) insert.run({ ...encode(row) });
  old.close();

  const store = openStore(path);
  expect(await store.jobs.depth('q')).toStrictEqual({ count: 3, earliest: 28 });
  await store.jobs.save({ ...rows[2]!, version: 1, due: { queue: 'other', at: 5 } });
  expect(await store.jobs.depth('q')).toStrictEqual({ count: 2, earliest: 29 });
  expect(await store.jobs.depth('other')).toStrictEqual({ count: 1, earliest: 5 });
  await store.close();
});

it('makes rows of the events that deliveries carried, each once and as it was', async () => {
  const path = newPath();
  const old = new DatabaseSync(path);
  migrate(old, STEPS.slice(0, 2));
  const { event } = events.fresh('any');
  const id = event.metadata.id;
  const carrying = (n: number, createdAt: number) => ({
    ...deliveries.fresh(`${id}/dlv_${n}`),
    createdAt,
    event: { ...event, data: { ...event.data, entities: { order: 0 } } },
  });
  const insert = old.prepare(sqlFor('deliveries').insert);
  for (const row of [carrying(1, 30), carrying(2, 20)]) {
    const columns = encode(row);
    // A number that JavaScript cannot hold is handed on as it is written.
    insert.run({ ...columns, body: columns.body.replace('"order":0', '"order":12345678901234567890') });
  }
  old.close();

  const store = openStore(path);
  const rows = await store.events.feed(null, 9);
  expect(rows).toMatchObject([
    { key: id, state: event.kind, createdAt: 20, event: { subject: event.subject } },
  ]);
  const { kind, subject } = event;
  for (const n of [1, 2]) {
    const row = await store.deliveries.get(`${id}/dlv_${n}`);
    expect(row!.event).toStrictEqual({ kind, subject, metadata: { id } });
    expect(row!.attempts).toEqual([]);
  }
  await store.close();

  const now = new DatabaseSync(path);
  const { body } = now.prepare('SELECT body FROM events').get() as { body: string };
  expect(body).toContain('"order":12345678901234567890');
  now.close();
});

it('gives the fields of rows their present names, and changes nothing else of them', async () => {
  const path = newPath();
  const old = new DatabaseSync(path);
  migrate(old, STEPS.slice(0, 3));
  const seen = [
    { at: 1, reason: 'running', detail: 'not_asked' },
    { at: 2, reason: 'not_checked', detail: 'the origin is paused' },
  ];
  const rows = {
    jobs: [jobs.fresh('a'), { ...jobs.grown(jobs.fresh('b')), history: seen }],
    origins: [origins.fresh('a'), { ...origins.grown(origins.fresh('b')), routeConfirmedAt: 7 }],
    endpoints: [endpoints.fresh('a'), endpoints.grown(endpoints.fresh('b'))],
  };
  for (const table of ['jobs', 'origins', 'endpoints'] as const)
    for (const row of rows[table]) {
      const columns = encode(formerRow(table, row));
      const body = columns.body.replace('"nested"', '"order":12345678901234567890,"nested"');
      old.prepare(sqlFor(table).insert).run({ ...columns, body });
    }
  old.close();

  const store = openStore(path);
  const [fresh, grown] = rows.jobs;
  expect(await store.jobs.get('a')).toStrictEqual({ ...fresh, version: 1 });
  const { report, ...job } = (await store.jobs.get('b'))!;
  const { report: sent, ...wanted } = grown!;
  expect(job).toStrictEqual({ ...wanted, version: 1 });
  expect(report).toMatchObject(sent!);
  for (const table of ['origins', 'endpoints'] as const)
    for (const row of rows[table])
      expect(await store[table].get(row.key)).toStrictEqual({ ...row, version: 1 });
  await store.close();

  const now = new DatabaseSync(path);
  const { body } = now.prepare("SELECT body FROM jobs WHERE key = 'b'").get() as { body: string };
  // A number that JavaScript cannot hold is handed on as it is written.
  expect(body).toContain('"order":12345678901234567890');
  now.close();
});
