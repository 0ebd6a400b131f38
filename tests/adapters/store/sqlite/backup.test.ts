import { existsSync, openSync, readdirSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { backupStore } from '../../../../lib/adapters/store/sqlite/backup.ts';
import { restoreStore } from '../../../../lib/adapters/store/sqlite/restore.ts';
import { openStore } from '../../../../lib/adapters/store/sqlite/index.ts';
import { lockFile, lockStore } from '../../../../lib/adapters/store/sqlite/lock.ts';
import { jobs } from '../../../contract/rows.ts';
import { mortal } from './mortal.ts';
import { newPath } from './places.ts';

const keysIn = async (path: string): Promise<string[]> => {
  const store = openStore(path);
  const page = await store.jobs.list({ limit: 2_000 });
  await store.close();
  return page.rows.map((row) => row.key).toSorted();
};

async function storeWith(...keys: string[]): Promise<string> {
  const path = newPath();
  const store = openStore(path);
  await store.jobs.create(keys.map((key) => jobs.fresh(key)));
  await store.close();
  return path;
}

describe('a backup', () => {
  it('is whole while the store is written to, of one moment, and for its owner alone', async () => {
    const path = newPath();
    const store = openStore(path);
    await store.jobs.create(Array.from({ length: 500 }, (_, n) => jobs.fresh(`before-${n}`)));
    const to = newPath();
    const copying = backupStore(path, to);
    // Each call is one transaction: a copy has both of its rows or none.
    for (let n = 0; n < 20; n += 1) await store.jobs.create([jobs.fresh(`a-${n}`), jobs.fresh(`b-${n}`)]);
    await copying;
    await store.close();
    expect(statSync(to).mode & 0o777).toBe(0o600);
    expect(readdirSync(dirname(to))).toEqual(['jobs.db']);
    const keys = await keysIn(to);
    expect(keys.filter((key) => key.startsWith('before'))).toHaveLength(500);
    expect(keys.filter((key) => key.startsWith('a-')).map((key) => key.slice(2))).toEqual(
      keys.filter((key) => key.startsWith('b-')).map((key) => key.slice(2)),
    );
  });

  it('overwrites nothing, and leaves nothing behind where it fails', async () => {
    const path = await storeWith('a');
    await expect(backupStore(path, path)).rejects.toThrow(`${path} exists already; choose another name`);
    const none = newPath();
    await expect(backupStore(none, `${none}.copy`)).rejects.toThrow(`there is no store at ${none}`);
    const nowhere = `${dirname(newPath())}/none/copy.db`;
    await expect(backupStore(path, nowhere)).rejects.toThrow(/cannot copy the store to .*does not exist/);
    const damaged = await damagedStore();
    const to = newPath();
    await expect(backupStore(damaged, to)).rejects.toThrow('damaged');
    expect(readdirSync(dirname(to))).toEqual([]);
  });
});

describe('a backup that was killed', () => {
  it('leaves a part that the next one into that folder removes, and no copy that is not whole', async () => {
    const path = await storeWith('a');
    const whole = await mortal(() => backupStore(path, newPath()));
    for (let n = 1; n <= whole; n += 1) {
      const to = newPath();
      await mortal(() => backupStore(path, to), n);
      if (existsSync(to)) expect(await keysIn(to)).toEqual(['a']);
      else expect(readdirSync(dirname(to)).filter((name) => !/\.jobchime-part/.test(name))).toEqual([]);
      await backupStore(path, `${to}.next`);
      expect(readdirSync(dirname(to)).filter((name) => /part|lock/.test(name))).toEqual([]);
    }
  });

  it('is told from one that goes on, and from what other programs call a part', async () => {
    const path = await storeWith('a');
    const to = newPath();
    const part = `${to}.jobchime-part`;
    const lock = lockFile(`${part}-lock`);
    for (const name of [part, `${dirname(to)}/film.mkv.part`]) writeFileSync(name, 'on its way');
    await backupStore(path, `${to}.other`);
    expect(readdirSync(dirname(to)).toSorted()).toEqual(
      ['film.mkv.part', 'jobs.db.jobchime-part', 'jobs.db.jobchime-part-lock', 'jobs.db.other'].toSorted(),
    );
    await expect(backupStore(path, to)).rejects.toThrow(
      `another process (pid ${process.pid}) writes this copy`,
    );
    if ('release' in lock) lock.release();
    await backupStore(path, to);
    expect(readdirSync(dirname(to)).toSorted()).toEqual(['film.mkv.part', 'jobs.db', 'jobs.db.other']);
  });
});

/** A store in whose middle a page is overwritten, as a failing disk does. */
async function damagedStore(): Promise<string> {
  const path = await storeWith(...Array.from({ length: 500 }, (_, n) => `job-${n}`));
  const { size } = statSync(path);
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(40_000, 0x5a), 0, 40_000, Math.floor(size / 3));
  return path;
}

describe('a damaged store', () => {
  it('is named, with what to do', async () => {
    const path = newPath();
    const header = readFileSync(await storeWith('a')).subarray(0, 100);
    writeFileSync(path, Buffer.concat([header, Buffer.alloc(8_000, 0x5a)]));
    expect(() => openStore(path)).toThrow(
      `cannot open the store ${path}: the file is damaged; restore a copy or choose another path`,
    );
  });
});

describe('restoring', () => {
  it('puts the copy in place and keeps what was there', async () => {
    const path = await storeWith('old');
    const copy = await storeWith('good');
    const kept = await restoreStore(path, copy);
    expect(kept).toBe(`${path}.before-restore`);
    expect([await keysIn(path), await keysIn(kept!), await keysIn(copy)]).toEqual([
      ['good'],
      ['old'],
      ['good'],
    ]);
    expect(await restoreStore(path, copy)).toBe(`${path}.before-restore-2`);
  });

  it('works where there is no store, and where it is damaged', async () => {
    const copy = await storeWith('good');
    const path = newPath();
    expect(await restoreStore(path, copy)).toBeNull();
    const damaged = await damagedStore();
    const before = readFileSync(damaged);
    const kept = await restoreStore(damaged, copy);
    expect([await keysIn(path), await keysIn(damaged)]).toEqual([['good'], ['good']]);
    expect(readFileSync(kept!).equals(before)).toBe(true);
  });

  it('takes the writes along that stand in a side file still', async () => {
    const path = newPath();
    const store = openStore(path);
    await store.jobs.create([jobs.fresh('in-the-wal')]);
    expect(existsSync(`${path}-wal`)).toBe(true);
    const to = newPath();
    await backupStore(path, to);
    await store.close();
    expect(await keysIn(to)).toEqual(['in-the-wal']);
  });

  it('is refused beside a service, and with what is no copy of ours; nothing is changed', async () => {
    const path = await storeWith('old');
    const copy = await storeWith('good');
    const lock = lockStore(path);
    await expect(restoreStore(path, copy)).rejects.toThrow('already runs on');
    lock.release();
    const other = newPath();
    const db = new DatabaseSync(other);
    db.exec('CREATE TABLE bookmarks (url TEXT)');
    db.close();
    await expect(restoreStore(path, other)).rejects.toThrow('the database of another program');
    await expect(restoreStore(path, await damagedStore())).rejects.toThrow('damaged');
    await expect(restoreStore(path, `${path}.none`)).rejects.toThrow('there is no file');
    const exported = newPath();
    for (const text of ['', '{"format":"jobchime-export","version":1}\n']) {
      writeFileSync(exported, text);
      await expect(restoreStore(path, exported)).rejects.toThrow(
        new Error(`${exported} is no backup of Jobchime; if it is an export, use \`jobchime import\``),
      );
    }
    await expect(restoreStore(path, dirname(path))).rejects.toThrow('is no backup of Jobchime');
    expect(await keysIn(path)).toEqual(['old']);
    expect(readdirSync(dirname(path)).filter((name) => /restor/.test(name))).toEqual([]);
  });
});
