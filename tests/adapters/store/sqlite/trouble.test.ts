import {
  closeSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it, onTestFinished } from 'vitest';
import { StoreTrouble } from '../../../../lib/adapters/platform/store-trouble.ts';
import { backupStore } from '../../../../lib/adapters/store/sqlite/backup.ts';
import { openStore, type SqliteStore } from '../../../../lib/adapters/store/sqlite/index.ts';
import { restoreStore } from '../../../../lib/adapters/store/sqlite/restore.ts';
import { refuseDamaged } from '../../../../lib/adapters/store/sqlite/sound.ts';
import { jobs } from '../../../contract/rows.ts';
import { newPath } from './places.ts';

const PAGE = 4_096;

async function storeWith(rows: number): Promise<string> {
  const path = newPath();
  const store = openStore(path);
  // Some rows are too large for their page, and go on in pages of their own.
  const row = (n: number) => ({ ...jobs.fresh(`job-${n}`), detail: 'x'.repeat(n % 10 === 0 ? 9_000 : 50) });
  await store.jobs.create(Array.from({ length: rows }, (_, n) => row(n)));
  await store.close();
  return path;
}

function spoil(path: string, page: number, byte: number, pages = 1): void {
  const file = openSync(path, 'r+');
  writeSync(file, Buffer.alloc(PAGE * pages, byte), 0, PAGE * pages, page * PAGE);
  closeSync(file);
}

/** Everything that is asked of a table. */
async function readAll(store: SqliteStore, queue: string): Promise<void> {
  const { rows } = await store.jobs.list({ limit: 10_000 });
  await store.jobs.list({ limit: 10_000, prefix: 'job-1' });
  await store.jobs.due(queue, Number.MAX_SAFE_INTEGER, 10_000);
  await store.jobs.queues('', Number.MAX_SAFE_INTEGER, 100);
  await store.jobs.depth(queue);
  for (const { key } of rows) await store.jobs.get(key);
}

const caught = async (work: () => unknown): Promise<unknown> => {
  try {
    await work();
    return null;
  } catch (error) {
    return error;
  }
};

describe('damage behind the first page', () => {
  const sentence = (path: string): RegExp =>
    new RegExp(
      `^cannot (open|read) the store ${path}: the file is damaged; restore a copy or choose another path$`,
    );

  it.each([0xab, 0x00])(
    'is one sentence, whichever page is overwritten with %i and whatever is asked',
    async (byte) => {
      const path = await storeWith(120);
      const whole = readFileSync(path);
      const pages = whole.length / PAGE;
      expect(pages).toBeGreaterThan(40);
      const queue = jobs.fresh('x').due!.queue;
      let noticed = 0;
      for (let page = 1; page < pages; page += 1) {
        writeFileSync(path, whole);
        spoil(path, page, byte);
        const troubles: StoreTrouble[] = [];
        const error = await caught(async () => {
          const store = openStore(path, (trouble) => troubles.push(trouble));
          try {
            await readAll(store, queue);
          } finally {
            await store.close();
          }
        });
        if (error === null) continue;
        noticed += 1;
        expect(error).toBeInstanceOf(StoreTrouble);
        expect(error).toMatchObject({
          kind: 'damaged',
          isFatal: true,
          message: expect.stringMatching(sentence(path)),
        });
        if (/cannot read/.test((error as Error).message)) expect(troubles).toContain(error);
      }
      // A page of text that is overwritten with text is nobody's to notice, nor is an index that is not asked.
      expect(noticed).toBeGreaterThan(pages / 3);
    },
    60_000,
  );

  it.each([0xab, 0x5a])(
    'is found before a service starts, and by a backup, wherever a page begins with %i',
    async (byte) => {
      const path = await storeWith(120);
      const whole = readFileSync(path);
      const spread = [1, 5, Math.floor(whole.length / PAGE / 2), whole.length / PAGE - 4];
      refuseDamaged(path);
      for (const page of spread) {
        writeFileSync(path, whole);
        spoil(path, page, byte, 4);
        expect(() => refuseDamaged(path)).toThrow(
          /^cannot open the store .*: the file is damaged; restore a copy/,
        );
        await expect(backupStore(path, newPath())).rejects.toThrow(
          `${path} is damaged; use an earlier copy of it`,
        );
      }
    },
  );

  it('is found in a file that was cut short', async () => {
    const path = await storeWith(120);
    writeFileSync(path, readFileSync(path).subarray(0, PAGE * 10));
    expect(() => refuseDamaged(path)).toThrow('the file is damaged');
  });

  it('is no question where there is no store yet', () => {
    const path = newPath();
    refuseDamaged(path);
    expect(statSync(path, { throwIfNoEntry: false })).toBeUndefined();
  });
});

describe('a store that is in use', () => {
  const open = (path: string, troubles: StoreTrouble[] = []): SqliteStore => {
    const store = openStore(path, (trouble) => troubles.push(trouble));
    onTestFinished(() => store.close());
    return store;
  };
  /** How far the log has grown: every commit is in it. */
  const logged = (path: string): number => statSync(`${path}-wal`).size;

  it('is written to by a check, for real, and says the same as before', async () => {
    const path = newPath();
    const store = open(path);
    await store.jobs.create([jobs.fresh('a')]);
    const before = logged(path);
    await store.health.check();
    expect(logged(path)).toBeGreaterThan(before);
    expect((await store.jobs.get('a'))?.version).toBe(1);
    expect(() => openStore(path)).not.toThrow();
  });

  it.each([
    ['removed', (path: string) => rmSync(path), /jobs\.db was removed while/],
    ['moved', (path: string) => renameSync(path, `${path}.elsewhere`), /jobs\.db was removed while/],
    [
      'replaced',
      (path: string) => {
        writeFileSync(`${path}.new`, readFileSync(path));
        renameSync(`${path}.new`, path);
      },
      /jobs\.db was replaced by another file while/,
    ],
    [
      'robbed of its log',
      (path: string) => rmSync(`${path}-wal`),
      /jobs\.db-wal was removed or replaced while/,
    ],
  ])('and %s is noticed by the next check', async (_, harm, words) => {
    const path = newPath();
    const troubles: StoreTrouble[] = [];
    const store = open(path, troubles);
    await store.health.check();
    await store.health.check();
    harm(path);
    const error = await caught(() => store.health.check());
    expect(error).toMatchObject({ kind: 'gone', isFatal: true, message: expect.stringMatching(words) });
    expect(troubles).toEqual([error]);
  });

  it('and removed is not lost: what it held is kept, and nobody makes an empty one before that is restored', async () => {
    const path = newPath();
    const store = open(path);
    await store.jobs.create([jobs.fresh('a')]);
    for (const side of ['', '-wal', '-shm']) rmSync(path + side);
    await store.jobs.create([jobs.fresh('b')]);
    const kept = await store.health.rescue();
    await store.close();
    expect(kept).toBe(`${path}.restoring`);
    expect(() => openStore(path)).toThrow(`Run \`jobchime restore ${kept}\``);
    await restoreStore(path, kept);
    expect((await open(path).jobs.list({ limit: 9 })).rows.map((row) => row.key).toSorted()).toEqual([
      'a',
      'b',
    ]);
  });

  it('and replaced is kept beside what replaced it', async () => {
    const [path, other] = [newPath(), await storeWith(1)];
    const store = open(path);
    await store.jobs.create([jobs.fresh('a')]);
    renameSync(other, path);
    const kept = await store.health.rescue();
    expect(kept).toBe(`${path}.before-restore`);
    expect((await open(kept).jobs.get('a'))?.version).toBe(1);
  });

  it('knows what became of the last write', async () => {
    const path = await storeWith(200);
    const db = new DatabaseSync(path);
    const root = Number(
      db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = 'jobs'").get()!['rootpage'],
    );
    db.close();
    spoil(path, root - 1, 0xab);
    const store = open(path);
    expect(store.health.lastWrite()).toBeNull();
    await expect(store.jobs.create([jobs.fresh('b')])).rejects.toThrow(
      `cannot write to the store ${path}: the file is damaged`,
    );
    expect(store.health.lastWrite()).toMatchObject({ kind: 'damaged' });
    await store.health.check();
    expect(store.health.lastWrite()).toBeNull();
  });

  it('in memory has no file that could be in trouble', async () => {
    await open(':memory:').health.check();
  });
});
