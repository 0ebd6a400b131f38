import { copyFileSync, existsSync, openSync, readdirSync, rmSync, symlinkSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { backupStore } from '../../../../lib/adapters/store/sqlite/backup.ts';
import { openStore } from '../../../../lib/adapters/store/sqlite/index.ts';
import { restoreStore } from '../../../../lib/adapters/store/sqlite/restore.ts';
import { jobs } from '../../../contract/rows.ts';
import { mortal } from './mortal.ts';
import { folder, newPath } from './places.ts';

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

/** As a service that was killed leaves it: what it wrote last stands in the log alone. */
async function leftBehind(keys: readonly string[], sides = ['', '-wal', '-shm']): Promise<string> {
  const [running, path] = [newPath(), newPath()];
  const store = openStore(running);
  await store.jobs.create(keys.map((key) => jobs.fresh(key)));
  for (const side of sides) copyFileSync(running + side, path + side);
  await store.close();
  return path;
}

const many = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${prefix}${String(n).padStart(3, '0')}`);

describe('a store whose file is lost but for its side files', () => {
  it.each([[['-wal']], [['-wal', '-shm']], [['-shm']]])(
    'is restored whole beside %s, which would have broken it',
    async (sides) => {
      const copy = await storeWith(...many('good-', 100));
      const path = await leftBehind(many('old-', 300), sides);
      expect(await restoreStore(path, copy)).toBeNull();
      expect(await keysIn(path)).toEqual(many('good-', 100));
    },
  );

  it('is restored whole beside a rollback journal', async () => {
    const copy = await storeWith(...many('good-', 100));
    const path = newPath();
    copyFileSync(await storeWith('old'), `${path}-journal`);
    expect(await restoreStore(path, copy)).toBeNull();
    expect(await keysIn(path)).toEqual(many('good-', 100));
    expect(existsSync(`${path}-journal`)).toBe(false);
  });
});

describe('a restore', () => {
  it('that dies before any of its effects leaves the old store, the new one, or what to do', async () => {
    const [old, good] = [many('old-', 50), many('good-', 50)];
    const copy = await storeWith(...good);
    const whole = await leftBehind(old);
    const effects = await mortal(() => restoreStore(whole, copy));
    expect(effects).toBeGreaterThan(15);
    const seen = new Set<string>();
    for (let n = 1; n <= effects; n += 1) {
      const path = await leftBehind(old);
      await mortal(() => restoreStore(path, copy), n);
      const found = await keysIn(path).catch((error: Error) => error.message);
      if (typeof found === 'string') {
        expect(found).toMatch(
          /only half restored: .* Run `jobchime restore .*\.restoring`, .* kept as .*\.before-restore$/,
        );
        await expect(backupStore(path, `${path}.copy`)).rejects.toThrow('only half restored');
        seen.add('told');
      } else {
        expect([old, good]).toContainEqual(found);
        seen.add(found[0]!);
      }
      // Whatever it left, the next one ends it, and nothing of the old store is gone.
      await restoreStore(path, copy);
      expect(await keysIn(path)).toEqual(good);
      const kept = readdirSync(dirname(path)).filter((name) => /before-restore(-\d)?$/.test(name));
      const olds = await Promise.all(kept.map((name) => keysIn(join(dirname(path), name))));
      expect(olds).toContainEqual(old);
      expect(readdirSync(dirname(path)).filter((name) => /restoring|part/.test(name))).toEqual([]);
    }
    expect(seen).toEqual(new Set(['old-000', 'told', 'good-000']));
  }, 60_000);

  it('that was broken off can be ended with the copy that it left', async () => {
    const path = await leftBehind(['old']);
    const copy = await storeWith('good');
    const effects: string[] = [];
    const whole = await leftBehind(['old']);
    await mortal(
      () => restoreStore(whole, copy),
      Infinity,
      (one) => effects.push(one),
    );
    const last = effects.findLastIndex((one) => /^renameSync .*\.restoring /.test(one));
    await mortal(() => restoreStore(path, copy), last + 1);
    expect(existsSync(path)).toBe(false);
    rmSync(copy);
    await restoreStore(path, `${path}.restoring`);
    expect(await keysIn(path)).toEqual(['good']);
  });

  it('puts every rename on the disk before the one that relies on it, and side files aside first', async () => {
    const path = await leftBehind(['old']);
    const effects: string[] = [];
    const copy = await storeWith('good');
    await mortal(
      () => restoreStore(path, copy),
      Infinity,
      (one) => effects.push(one),
    );
    const told = effects
      .filter((one) => /^renameSync|^fsyncSync|^openSync \S+ r$/.test(one))
      .map((one) =>
        one
          .replaceAll(path, 'S')
          .replace(dirname(path), 'FOLDER')
          .replace(/^fsyncSync .*/, 'fsync'),
      );
    expect(told.slice(told.indexOf('openSync S.restoring.jobchime-part r'))).toEqual([
      'openSync S.restoring.jobchime-part r',
      'fsync',
      'renameSync S.restoring.jobchime-part S.restoring',
      'openSync FOLDER r',
      'fsync',
      'renameSync S-wal S.before-restore-wal',
      'renameSync S-shm S.before-restore-shm',
      'renameSync S S.before-restore',
      'openSync FOLDER r',
      'fsync',
      'renameSync S.restoring S',
      'openSync FOLDER r',
      'fsync',
    ]);
  });

  it('looks at the store once more under its name, and takes everything back where it is damaged there', async () => {
    const path = await leftBehind(['old']);
    const copy = await storeWith(...many('good-', 300));
    let swapped = false;
    const restoring = mortal(
      () => restoreStore(path, copy),
      Infinity,
      (effect) => {
        if (effect === `renameSync ${path}.restoring ${path}`) swapped = true;
        else if (swapped && effect.startsWith('openSync') && effect.includes(dirname(path))) {
          swapped = false;
          writeSync(openSync(path, 'r+'), Buffer.alloc(40_000, 0x5a), 0, 40_000, 40_000);
        }
      },
    );
    await expect(restoring).rejects.toThrow(`cannot restore ${path}: `);
    expect(await keysIn(path)).toEqual(['old']);
    expect(readdirSync(dirname(path)).filter((name) => /restor/.test(name))).toEqual([]);
  });

  it('through a symbolic link puts the copy in the place of the file, not of the link', async () => {
    const path = await leftBehind(['old']);
    const link = join(folder(), 'link.db');
    symlinkSync(path, link);
    const copy = await storeWith('good');
    expect(await restoreStore(link, copy)).toBe(`${path}.before-restore`);
    expect([await keysIn(link), await keysIn(path)]).toEqual([['good'], ['good']]);
    expect(await keysIn(`${path}.before-restore`)).toEqual(['old']);
  });
});
