import { readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openStore, type SqliteStore } from '../../../../lib/adapters/store/sqlite/index.ts';
import { createWriter } from '../../../../lib/adapters/store/sqlite/writer.ts';
import type { Job } from '../../../../lib/core/jobs/job.ts';
import { jobs, origins, rowOf } from '../../../contract/rows.ts';
import { newPath } from './places.ts';

function open(path = newPath()): SqliteStore {
  const store = openStore(path);
  onTestFinished(() => store.close());
  return store;
}

const fresh = (count: number): Job[] => Array.from({ length: count }, (_, n) => jobs.fresh(`k${n}`));

/** Commits in the write-ahead log. Its last frame of a transaction says how large the file is then, all others 0. */
function commitsIn(path: string): number {
  const wal = readFileSync(`${path}-wal`);
  const frameSize = 24 + wal.readUInt32BE(8);
  let commits = 0;
  for (let at = 32; at + frameSize <= wal.length; at += frameSize) {
    const isCurrent = wal.subarray(at + 8, at + 16).equals(wal.subarray(16, 24));
    if (isCurrent && wal.readUInt32BE(at + 4) > 0) commits += 1;
  }
  return commits;
}

/** A table whose references are only checked by COMMIT, on a connection that waits for nobody. */
function inParts(): { db: DatabaseSync; count: () => unknown } {
  const db = new DatabaseSync(newPath(), { timeout: 0 });
  onTestFinished(() => db.close());
  db.exec(`CREATE TABLE parents (id INTEGER PRIMARY KEY);
      CREATE TABLE parts (parent INTEGER REFERENCES parents DEFERRABLE INITIALLY DEFERRED)`);
  return { db, count: () => db.prepare('SELECT count(*) AS found FROM parts').get()!['found'] };
}

describe('group commit', () => {
  it('puts the writes of one turn into one transaction', async () => {
    const path = newPath();
    const store = open(path);
    const [removed, ...rows] = (await store.jobs.create(fresh(41))).map((answer) => answer.row);
    const before = commitsIn(path);
    await Promise.all([
      ...rows.map((row) => store.jobs.save(row)),
      store.jobs.remove(removed!),
      store.origins.create([origins.fresh('hwc-ecs')]),
    ]);
    expect(commitsIn(path) - before).toBe(1);
    await store.jobs.create([jobs.fresh('later')]);
    expect(commitsIn(path) - before).toBe(2);
  });

  it('bounds a transaction, but keeps the rows of one call together', async () => {
    const path = newPath();
    const store = open(path);
    const rows = (await store.jobs.create(fresh(1_100))).map((answer) => answer.row);
    expect(commitsIn(path)).toBe(1);
    const answers = await Promise.all(rows.map((row) => store.jobs.save(row)));
    expect(answers.filter((answer) => answer.outcome === 'saved')).toHaveLength(1_100);
    // 500 + 500 + 100
    expect(commitsIn(path)).toBe(4);
  });

  it('answers a write only when others can see it', async () => {
    const path = newPath();
    const [here, there] = [open(path), open(path)];
    const writes = fresh(20).map(async (row) => {
      await here.jobs.create([row]);
      return there.jobs.get(row.key);
    });
    for (const seen of await Promise.all(writes)) expect(seen?.version).toBe(1);
  });

  it('gives each write its own answer', async () => {
    const store = open();
    const [first] = await store.jobs.create([jobs.fresh('a')]);
    const answers = await Promise.all([
      store.jobs.save(first!.row),
      store.jobs.save(first!.row),
      store.jobs.create([jobs.fresh('a'), jobs.fresh('b')]),
      store.jobs.remove({ ...first!.row, version: 2 }),
    ]);
    expect(answers).toMatchObject([
      { outcome: 'saved' },
      { outcome: 'raced' },
      [{ outcome: 'existed', row: { version: 2 } }, { outcome: 'created' }],
      'removed',
    ]);
  });

  it.each([
    ['that JSON cannot hold', { labels: { size: 1n } } as never],
    ['without a time', { due: { queue: 'q', at: NaN } }],
    ['without a key', { key: null } as never],
  ])('rejects a row %s without harm to its neighbours, and stores nothing of its call', async (_, odd) => {
    const store = open();
    const [before, bad, after] = await Promise.allSettled([
      store.jobs.create([jobs.fresh('before')]),
      store.jobs.create([jobs.fresh('with'), { ...jobs.fresh('bad'), ...odd }, jobs.fresh('it')]),
      store.jobs.create([jobs.fresh('after')]),
    ]);
    expect([before.status, bad.status, after.status]).toStrictEqual(['fulfilled', 'rejected', 'fulfilled']);
    const { rows } = await store.jobs.list({ limit: 9 });
    expect(rows.map((row) => row.key).toSorted()).toStrictEqual(['after', 'before']);
  });

  it('takes a row as it was when it was handed over', async () => {
    const store = open();
    const row = rowOf(jobs, 'a', {});
    row.labels = { team: 'one' };
    const created = store.jobs.create([row]);
    row.labels['team'] = 'two';
    await created;
    expect((await store.jobs.get('a'))?.labels).toStrictEqual({ team: 'one' });
  });
});

describe('the disk', () => {
  /** A writer whose every sync lasts until it is let go. */
  function onSlowDisk() {
    const { db, count } = inParts();
    const syncs: PromiseWithResolvers<void>[] = [];
    let committed = 0;
    const writer = createWriter(db, {
      committed: () => (committed += 1),
      sync: () => {
        syncs.push(Promise.withResolvers<void>());
        return syncs.at(-1)!.promise;
      },
    });
    const answered: string[] = [];
    const write = (name: string) =>
      writer
        .write(1, () => db.exec('INSERT INTO parts VALUES (NULL)'))
        .then(
          () => answered.push(name),
          (error: Error) => answered.push(`${name}: ${error.message}`),
        );
    const turns = async () => {
      for (let n = 0; n < 4; n += 1) await new Promise(setImmediate);
    };
    return { writer, write, syncs, answered, turns, count, committed: () => committed };
  }

  it('is waited for before a write is answered; what comes meanwhile shares the next transaction', async () => {
    const { write, syncs, answered, turns, count, committed } = onSlowDisk();
    void write('first');
    await turns();
    expect([count(), answered]).toEqual([1, []]);
    for (const name of ['a', 'b', 'c']) {
      void write(name);
      await turns();
    }
    expect([count(), syncs.length]).toEqual([1, 1]);
    syncs[0]!.resolve();
    await turns();
    expect([count(), syncs.length, answered]).toEqual([4, 2, ['first']]);
    syncs[1]!.resolve();
    await turns();
    expect([answered, committed()]).toEqual([['first', 'a', 'b', 'c'], 2]);
  });

  it('that did not keep what was written is trusted with nothing more', async () => {
    const { writer, write, syncs, answered, turns, count } = onSlowDisk();
    void write('lost');
    await turns();
    void write('behind it');
    syncs[0]!.reject(new Error('EIO'));
    await turns();
    await write('later');
    expect(answered).toEqual(['lost: EIO', 'behind it: EIO', 'later: EIO']);
    expect([count(), syncs.length]).toEqual([1, 1]);
    await writer.close();
  });

  it('has what was handed over before a store is closed', async () => {
    const { writer, write, syncs, answered, turns } = onSlowDisk();
    void write('one');
    await turns();
    void write('two');
    let closed = false;
    const closing = writer.close().then(() => (closed = true));
    syncs[0]!.resolve();
    await turns();
    expect([answered, closed]).toEqual([['one'], false]);
    syncs[1]!.resolve();
    await closing;
    expect(answered).toEqual(['one', 'two']);
  });
});

describe('a transaction that fails', () => {
  it('at its commit rejects all of its writes, and the next one has a new start', async () => {
    const { db, count } = inParts();
    const writer = createWriter(db);
    const add = (parent: string) => () => db.exec(`INSERT INTO parts VALUES (${parent})`);
    // A deferred reference to nowhere is found out by COMMIT.
    const outcomes = await Promise.allSettled(['NULL', '42', 'NULL'].map((p) => writer.write(1, add(p))));
    expect(outcomes.map((outcome) => outcome.status)).toStrictEqual(['rejected', 'rejected', 'rejected']);
    expect(count()).toBe(0);
    await writer.write(1, add('NULL'));
    expect(count()).toBe(1);
  });

  it('at its begin, because another process writes, rejects all of its writes', async () => {
    const { db, count } = inParts();
    const writer = createWriter(db);
    const rival = new DatabaseSync(db.location()!);
    rival.exec('BEGIN IMMEDIATE');
    const add = () => db.exec('INSERT INTO parts VALUES (NULL)');
    const outcomes = await Promise.allSettled([writer.write(1, add), writer.write(1, add)]);
    expect(outcomes.map((outcome) => outcome.status)).toStrictEqual(['rejected', 'rejected']);
    rival.exec('ROLLBACK');
    rival.close();
    await writer.write(1, add);
    expect(count()).toBe(1);
  });
});

describe('closing', () => {
  it('writes what was handed over before, and takes nothing more', async () => {
    const { db, count } = inParts();
    const writer = createWriter(db);
    const add = () => db.exec('INSERT INTO parts VALUES (NULL)');
    const handedOver = Promise.all([writer.write(400, add), writer.write(400, add), writer.write(1, add)]);
    const closed = writer.close();
    expect(count()).toBe(3);
    await Promise.all([handedOver, closed]);
    await expect(writer.write(1, add)).rejects.toThrow('the store is closed');
    expect(count()).toBe(3);
  });
});
