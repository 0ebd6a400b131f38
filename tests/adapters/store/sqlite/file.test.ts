import { chmodSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { faultIn, pathProblem } from '../../../../lib/adapters/store/sqlite/file.ts';
import { openStore } from '../../../../lib/adapters/store/sqlite/index.ts';
import { migrate } from '../../../../lib/adapters/store/sqlite/migrations.ts';
import { createWriter } from '../../../../lib/adapters/store/sqlite/writer.ts';
import { jobs } from '../../../contract/rows.ts';
import { folder, newPath, startChild } from './places.ts';

const modeOf = (path: string): number => statSync(path).mode & 0o777;
const versionOf = (db: DatabaseSync): unknown => db.prepare('PRAGMA user_version').get()!['user_version'];

describe('a store file', () => {
  it('is created for its owner alone, and so are its side files', async () => {
    const path = newPath();
    const store = openStore(path);
    await store.jobs.create([jobs.fresh('a')]);
    expect([path, `${path}-wal`, `${path}-shm`].map(modeOf)).toStrictEqual([0o600, 0o600, 0o600]);
    await store.close();
  });

  it('keeps its rows and its mode when it is opened again', async () => {
    const path = newPath();
    const first = openStore(path);
    const [created] = await first.jobs.create([jobs.fresh('a')]);
    await first.close();
    chmodSync(path, 0o640);
    const again = openStore(path);
    expect(await again.jobs.get('a')).toStrictEqual(created!.row);
    expect(modeOf(path)).toBe(0o640);
    await again.close();
  });

  it('writes what still waits when it is closed, and refuses what comes later', async () => {
    const path = newPath();
    const store = openStore(path);
    const pending = store.jobs.create([jobs.fresh('a')]);
    await store.close();
    await store.close();
    expect((await pending)[0]!.outcome).toBe('created');
    await expect(store.jobs.create([jobs.fresh('b')])).rejects.toThrow('the store is closed');
    await expect(store.jobs.get('a')).rejects.toThrow();
    const again = openStore(path);
    expect((await again.jobs.list({ limit: 9 })).rows.map((row) => row.key)).toStrictEqual(['a']);
    await again.close();
  });
});

describe('a path that is no store', () => {
  it('in a folder that is not there', () => {
    const path = join(folder(), 'none', 'jobs.db');
    expect(() => openStore(path)).toThrow(
      `cannot open the store ${path}: the folder ${join(path, '..')} does not exist; create it or choose another path`,
    );
  });

  it('below a file', () => {
    const file = newPath();
    writeFileSync(file, '');
    expect(() => openStore(join(file, 'jobs.db'))).toThrow(`the folder ${file} does not exist`);
  });

  it('that no system takes is explained in words', () => {
    const loop = join(folder(), 'loop.db');
    symlinkSync('loop.db', loop);
    for (const [path, words] of [
      [loop, 'leads back to itself'],
      [join(loop, 'jobs.db'), 'leads back to itself'],
      [join(folder(), `${'a'.repeat(300)}.db`), 'longer than a path may be'],
      [join(folder(), 'a\u0000b.db'), 'a character that no path has'],
    ] as const)
      expect(pathProblem(path)).toEqual({
        problem: expect.stringContaining(words),
        fix: 'Choose another path.',
      });
    expect(pathProblem(newPath())).toBeNull();
  });

  it('that is a folder', () => {
    const path = newPath();
    mkdirSync(path);
    expect(() => openStore(path)).toThrow(`cannot open the store ${path}: it is a folder`);
  });

  it('in a folder, or as a file, that this user must not write', async () => {
    const open = folder();
    const readable = join(open, 'readable.db');
    await openStore(readable).close();
    chmodSync(readable, 0o444);
    chmodSync(open, 0o555);
    // Nothing is forbidden to root, so there it takes another user.
    const user = process.getuid?.() === 0 ? 65_534 : undefined;
    for (const path of [join(open, 'new.db'), readable]) {
      expect(await startChild('open', [path], user).line()).toBe(
        `cannot open the store ${path}: this user must be able to write the file and its folder ${open}; ` +
          'change their permissions or choose another path',
      );
    }
  });

  it('that holds something else, which stays as it is', () => {
    const path = newPath();
    const content = 'origins:\n  hwc-ecs:\n'.repeat(100);
    writeFileSync(path, content);
    expect(() => openStore(path)).toThrow(
      `cannot open the store ${path}: the file is not a SQLite database; choose another path or move the file away`,
    );
    expect(readFileSync(path, 'utf8')).toBe(content);
  });

  it('that is the database of another program, which stays as it is', () => {
    const path = newPath();
    const other = new DatabaseSync(path);
    other.exec('CREATE TABLE bookmarks (url TEXT); PRAGMA user_version = 12');
    other.close();
    const before = readFileSync(path);
    expect(() => openStore(path)).toThrow(
      `cannot open the store ${path}: it is the database of another program`,
    );
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});

describe('a file of another version', () => {
  const ONE = 'CREATE TABLE things (name TEXT) STRICT';
  const TWO =
    "ALTER TABLE things ADD COLUMN size INTEGER NOT NULL DEFAULT 7; UPDATE things SET name = name || '!'";

  it('is brought up to date by the steps it lacks, each run once', () => {
    const db = new DatabaseSync(':memory:');
    migrate(db, [ONE]);
    db.exec("INSERT INTO things VALUES ('bell')");
    migrate(db, [ONE, TWO]);
    migrate(db, [ONE, TWO]);
    expect({ ...db.prepare('SELECT * FROM things').get() }).toStrictEqual({ name: 'bell!', size: 7 });
    expect(versionOf(db)).toBe(2);
  });

  it('is left as it was when a step fails', () => {
    const db = new DatabaseSync(':memory:');
    migrate(db, [ONE]);
    expect(() => migrate(db, [ONE, TWO, 'CREATE TABLE things (again TEXT)'])).toThrow('already exists');
    expect(versionOf(db)).toBe(1);
    expect(db.prepare("SELECT name FROM pragma_table_info('things')").all()).toHaveLength(1);
    expect(db.isTransaction).toBe(false);
  });

  it('is refused when a newer Jobchime wrote it, and stays as it is', async () => {
    const path = newPath();
    await openStore(path).close();
    const newer = new DatabaseSync(path);
    newer.exec('PRAGMA user_version = 1000');
    newer.close();
    const before = readFileSync(path);
    expect(() => openStore(path)).toThrow(
      new RegExp(
        `^cannot open the store ${path}: it was written by a newer Jobchime \\(format 1000, this one knows up to \\d+\\); ` +
          'install that version again, or choose another path to begin with an empty store$',
      ),
    );
    expect(readFileSync(path).equals(before)).toBe(true);
  });
});

describe('a disk that is full', () => {
  it('is named by every write that fails, and forgotten when there is room again', async () => {
    const path = newPath();
    const db = new DatabaseSync(path);
    db.exec('CREATE TABLE notes (text TEXT); PRAGMA max_page_count = 4');
    const writer = createWriter(db, { told: faultIn('write to the store', path) });
    const write = (): Promise<unknown> =>
      writer.write(1, () => db.prepare('INSERT INTO notes VALUES (?)').run('x'.repeat(9_000)));
    const full = `cannot write to the store ${path}: the disk is full; make room where ${dirname(path)} is`;
    const outcomes = await Promise.allSettled([write(), write(), write()]);
    const faults = outcomes.flatMap((one) =>
      one.status === 'rejected' ? [(one.reason as Error).message] : [],
    );
    expect(faults.length).toBeGreaterThan(0);
    expect(new Set(faults)).toEqual(new Set([full]));
    db.exec('PRAGMA max_page_count = 1000');
    await write();
    db.close();
  });
});
