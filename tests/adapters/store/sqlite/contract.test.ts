import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openStore } from '../../../../lib/adapters/store/sqlite/index.ts';
import { tableContract } from '../../../contract/table.ts';
import { watchedContract } from '../../../contract/watched.ts';
import { togetherContract } from '../../../contract/together.ts';
import { feedContract } from '../../../contract/feed.ts';
import { events, jobs, rowOf } from '../../../contract/rows.ts';
import { pagesOf, stored } from '../../../contract/helpers.ts';
import { START } from '../../../kit.ts';
import { makeFolder, newPath } from './places.ts';

const folder = makeFolder();
/** A file with nothing in it, of which each test has a copy: to make one takes longer than most of what is done with it. */
const empty = join(folder, 'empty.db');
let files = 0;
beforeAll(() => openStore(empty).close());
afterAll(() => rmSync(folder, { recursive: true }));

tableContract('a SQLite file', async () => {
  const path = join(folder, `${(files += 1)}.db`);
  copyFileSync(empty, path);
  const store = openStore(path);
  const close = async (): Promise<void> => {
    await store.close();
    rmSync(path);
  };
  return { store, close };
});

tableContract('SQLite in memory', async () => {
  const store = openStore(':memory:');
  return { store, close: () => store.close() };
});

watchedContract('SQLite', async () => {
  const store = openStore(':memory:');
  return { store, close: () => store.close() };
});

togetherContract('SQLite', async () => {
  const store = openStore(':memory:');
  return { store, close: () => store.close() };
});

feedContract('SQLite', async () => {
  const store = openStore(':memory:');
  return { store, close: () => store.close() };
});

it('gives no position twice, although the newest event was removed', async () => {
  const path = newPath();
  const store = openStore(path);
  const [, two] = await stored(store.events, rowOf(events, 'one'), rowOf(events, 'two'));
  await store.events.remove(two!);
  await stored(store.events, rowOf(events, 'three'));
  await store.close();
  const db = new DatabaseSync(path);
  const positions = db
    .prepare('SELECT position FROM events')
    .all()
    .map(({ position }) => position);
  expect(positions).toEqual([1, 3]);
  db.close();
});

it('lists a prefix of many rows as it lists one of few', async () => {
  const store = openStore(':memory:');
  const rows = Array.from({ length: 2_400 }, (_, n) => {
    const row = rowOf(jobs, `${n % 2 ? 'many' : 'other'}/${n}`, { createdAt: START - Math.floor(n / 7) });
    return n % 5 ? row : jobs.grown(row);
  });
  await store.jobs.create(rows);
  const state = 'failed';
  for (const query of [{ prefix: 'many/' }, { prefix: 'many/', state }, { prefix: 'many/1' }, { state }]) {
    const listed = (await pagesOf(store.jobs, { ...query, limit: 90 })).flat();
    const expected = rows.filter(
      (row) => row.key.startsWith(query.prefix ?? '') && (!query.state || row.state === query.state),
    );
    expect(listed.map((row) => row.createdAt)).toStrictEqual(expected.map((row) => row.createdAt));
    expect(listed.map((row) => row.key).toSorted()).toStrictEqual(expected.map((row) => row.key).toSorted());
  }
});

it('names the queues that wait longest first, so that a limit shuts none out for ever', async () => {
  const store = openStore(':memory:');
  const waits = { a: 3, b: 1, c: 2 };
  await store.jobs.create(
    Object.entries(waits).map(([queue, at]) => rowOf(jobs, queue, { due: { queue, at: START + at } })),
  );
  expect(await store.jobs.queues('', START + 9, 2)).toStrictEqual(['b', 'c']);
});
