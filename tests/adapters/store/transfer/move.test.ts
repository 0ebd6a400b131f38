import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FORMER_FIELDS } from '../../../../lib/core/former-names.ts';
import type { Row } from '../../../../lib/core/row.ts';
import type { Store } from '../../../../lib/ports.ts';
import { scanRows } from '../../../../lib/adapters/store/dynamodb/scan.ts';
import type { DynamoStore } from '../../../../lib/adapters/store/dynamodb/index.ts';
import { openStore, type SqliteStore } from '../../../../lib/adapters/store/sqlite/index.ts';
import { exportLines } from '../../../../lib/adapters/store/transfer/export.ts';
import { importLines } from '../../../../lib/adapters/store/transfer/import.ts';
import { listedRows, tableOf, type Rows } from '../../../../lib/adapters/store/transfer/rows.ts';
import { stored, saved } from '../../../contract/helpers.ts';
import { formerRow } from '../../../contract/former.ts';
import { jobs, origins } from '../../../contract/rows.ts';
import { START } from '../../../kit.ts';
import { clientOf, openAt, startDynamo, type Dynamo } from '../dynamodb/dynalite.ts';
import { contentOf, fill, importText, textOf, withAfterthought } from './kit.ts';

let dynamo: Dynamo;
beforeAll(async () => void (dynamo = await startDynamo()));
afterAll(() => dynamo.close());

const inMemory = (): SqliteStore => openStore(':memory:');
async function filled(): Promise<SqliteStore> {
  const store = inMemory();
  await fill(store);
  return store;
}
async function newTable(): Promise<{ store: DynamoStore; rows: Rows }> {
  const table = await dynamo.newTable();
  const client = clientOf(dynamo.endpoint);
  return { store: openAt(dynamo.endpoint, table), rows: (name) => scanRows(client, table, name) };
}

describe('moving', () => {
  it('takes every row from SQLite to DynamoDB and back, each as it was', async () => {
    const from = await filled();
    const there = await contentOf(listedRows(from));
    expect(there.size).toBe(27);
    const table = await newTable();
    const moved = await importText(table.store, await textOf(listedRows(from)));
    expect(moved).toEqual({ created: 27, present: 0, differing: 0, named: [] });
    expect(await contentOf(table.rows)).toEqual(there);
    const back = inMemory();
    await importText(back, await textOf(table.rows));
    expect(await contentOf(listedRows(back))).toEqual(there);
  });

  it('takes an export of rows whose fields had other names, and recognises them when it comes again', async () => {
    const from = await filled();
    const lines = (await textOf(listedRows(from))).trimEnd().split('\n');
    const former = lines.map((line) => {
      const { table, row } = JSON.parse(line) as { table?: 'jobs'; row: Row };
      const isRenamed = table && Object.hasOwn(FORMER_FIELDS, table);
      return isRenamed ? JSON.stringify({ table, row: formerRow(table, row) }) : line;
    });
    const text = `${former.join('\n')}\n`.replace('"version":3', '"version":2');
    // Groups never had other names.
    const renamed = former.filter((line) => !line.startsWith('{"table":"groups"'));
    expect(renamed.join('\n')).not.toContain('"outbox"');
    const there = inMemory();
    for (const { store, rows } of [{ store: there, rows: listedRows(there) }, await newTable()]) {
      const { size } = await contentOf(listedRows(from));
      expect(await importText(store, text)).toMatchObject({ created: size, differing: 0 });
      expect(await importText(store, text)).toMatchObject({ present: size, differing: 0 });
      expect(await contentOf(rows)).toEqual(await contentOf(listedRows(from)));
    }
  });

  it('skips what is there already, however often it is done', async () => {
    const text = await textOf(listedRows(await filled()));
    for (const store of [inMemory(), (await newTable()).store]) {
      await importText(store, text);
      const once = await contentOf(listedRows(store));
      expect(await importText(store, text)).toEqual({ created: 0, present: 27, differing: 0, named: [] });
      expect(await contentOf(listedRows(store))).toEqual(once);
    }
  });

  it('leaves a row that says something else as it is, and names what differs but not what it says', async () => {
    const from = await filled();
    const text = await textOf(listedRows(from));
    const job = (await from.jobs.get('hwc-ecs/p/1'))!;
    await saved(from.jobs, { ...job, state: 'succeeded', status: 'SUCCESS', due: null });
    await from.tokens.remove((await from.tokens.get('a1b2'))!);
    const after = await contentOf(listedRows(from));
    const { named, ...counts } = await importText(from, text);
    expect(counts).toEqual({ created: 1, present: 25, differing: 1 });
    expect(named.map((one) => ({ ...one, fields: one.fields.toSorted() }))).toEqual([
      { table: 'jobs', key: 'hwc-ecs/p/1', fields: ['due', 'state', 'status'] },
    ]);
    expect(await from.jobs.get('hwc-ecs/p/1')).toMatchObject({ state: 'succeeded' });
    expect((await contentOf(listedRows(from))).size).toBe(after.size + 1);
  });

  it('leaves behind who asks an origin just now and how often a row was written', async () => {
    const from = inMemory();
    const [row] = await stored(from.origins, {
      ...origins.fresh('otc-ecs'),
      pausedUntil: START + 60_000,
      lease: { holder: 'a function', until: START + 50_000 },
    });
    await saved(from.origins, row!);
    const to = inMemory();
    await importText(to, await textOf(listedRows(from)));
    const arrived = await to.origins.get('otc-ecs');
    expect(arrived).toEqual({ ...origins.fresh('otc-ecs'), version: 1, pausedUntil: START + 60_000 });
    // A worker that asks the origin meanwhile makes no other origin of it.
    expect(await importText(from, await textOf(listedRows(to)))).toMatchObject({ present: 1, differing: 0 });
  });

  it('goes on where it was, wherever it was killed', async () => {
    const from = await filled();
    const there = await contentOf(listedRows(from));
    const text = await textOf(listedRows(from));
    const died = new Error('killed');
    let effects = 0;
    for (let n = 1; ; n += 1) {
      const store = inMemory();
      effects = 0;
      const dying = withAfterthought(store, async () => {
        effects += 1;
        if (effects >= n) throw died;
      });
      const first = await importText(dying, text).catch((error: unknown) => error);
      const second = await importText(store, text);
      expect(second).toMatchObject({ created: first === died ? Math.max(0, 27 - n) : 0, differing: 0 });
      expect(await contentOf(listedRows(store))).toEqual(there);
      if (first !== died) break;
    }
    // 27 rows, and the outboxes of four that wait until all of them are there.
    expect(effects).toBe(31);
  });

  it('publishes no outbox until all rows are there, and refuses to export until then', async () => {
    const from = await filled();
    const text = await textOf(listedRows(from));
    const store = inMemory();
    await expect(importText(store, text.split('\n').slice(0, -2).join('\n'))).rejects.toThrow('cut off');
    const emits = async (): Promise<number> =>
      (
        await Promise.all(
          [store.jobs, store.origins, store.endpoints].map((t) => t.queues('publish', Infinity, 1)),
        )
      ).flat().length;
    expect(await emits()).toBe(0);
    await expect(textOf(listedRows(store))).rejects.toThrow('did not complete; run it again first');
    await importText(store, text);
    expect(await emits()).toBe(2);
  });
});

describe('5,000 rows', () => {
  const MANY = 5_000;

  it('are never in memory at once, on the way out and in', async () => {
    const from = inMemory();
    await from.jobs.create(Array.from({ length: MANY }, (_, n) => jobs.fresh(`hwc-ecs/p/${n}`)));
    const to = inMemory();
    let read = 0;
    let written = 0;
    let most = 0;
    const watched: Store = {
      ...to,
      jobs: {
        ...to.jobs,
        async create(rows) {
          written += rows.length;
          return to.jobs.create(rows);
        },
      },
    };
    const rows: Rows = async function* (name) {
      for await (const row of listedRows(listing(from, (n) => (read += n)))(name)) {
        most = Math.max(most, read - written);
        yield row;
      }
    };
    const lines = exportLines(rows);
    const imported = await importLines({ store: watched, differs() {}, noticed: async () => {} }, lines);
    expect(imported.created).toBe(MANY);
    expect([read, written]).toEqual([MANY, MANY]);
    expect(most).toBeLessThan(1_000);
  });
});

it('reads all pages of DynamoDB, which end after 1 MB', async () => {
  const { store, rows } = await newTable();
  // What cannot be deflated.
  const noise = (): string => randomBytes(30_000).toString('base64');
  const keys = Array.from({ length: 100 }, (_, n) => `hwc-ecs/p/${n}`);
  await store.jobs.create(keys.map((key) => ({ ...jobs.fresh(key), name: noise() })));
  await store.origins.create(keys.map((key) => ({ ...origins.fresh(key), detail: noise() })));
  for (const table of ['jobs', 'origins'] as const) {
    const found: string[] = [];
    for await (const { key } of rows(table)) found.push(key);
    expect(found.toSorted()).toEqual(keys.toSorted());
  }
});

/** Tells how many rows each page has. */
const listing = (store: Store, told: (rows: number) => void): Store => ({
  ...store,
  jobs: {
    ...store.jobs,
    async list(query) {
      const page = await tableOf(store, 'jobs').list(query);
      told(page.rows.length);
      return page as never;
    },
  },
});
