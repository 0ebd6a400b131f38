import { randomBytes } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import {
  BatchWriteItemCommand,
  PutItemCommand,
  ScanCommand,
  type AttributeValue,
} from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Row } from '../../../../lib/core/row.ts';
import type { Table } from '../../../../lib/ports.ts';
import { encode } from '../../../../lib/adapters/store/dynamodb/item.ts';
import {
  openDynamoStore,
  tableDefinition,
  TTL_ATTRIBUTE,
} from '../../../../lib/adapters/store/dynamodb/index.ts';
import { formerRow } from '../../../contract/former.ts';
import { saved, stored } from '../../../contract/helpers.ts';
import { deliveries, endpoints, jobs, origins, rowOf, type Kind } from '../../../contract/rows.ts';
import { START } from '../../../kit.ts';
import { clientOf, startDynamo, type Dynamo } from './dynalite.ts';

let dynamo: Dynamo;
beforeAll(async () => void (dynamo = await startDynamo()));
afterAll(() => dynamo.close());

const HOUR_MS = 3_600_000;
/** The partition with the names of the queues that jobs wait in. */
const REGISTER = 'queues#jobs';

async function open() {
  const client = clientOf(dynamo.endpoint);
  onTestFinished(() => client.destroy());
  const table = await dynamo.newTable();
  const store = openDynamoStore({ client, table, retention: HOUR_MS, clock: () => START });
  const items = async (): Promise<Record<string, AttributeValue>[]> =>
    (await client.send(new ScanCommand({ TableName: table }))).Items ?? [];
  const isRegister = ({ pk }: Record<string, AttributeValue>): boolean => pk!.S === REGISTER;
  const rows = async () => (await items()).filter((item) => !isRegister(item));
  const register = async () => (await items()).filter(isRegister);
  return { client, table, store, items, rows, register };
}

it('a row that is not due has no attribute of the index, not even an empty one', async () => {
  const { store, rows } = await open();
  const [row] = await stored(store.jobs, jobs.fresh('a'));
  expect((await rows())[0]).toHaveProperty('dueSk');
  await saved(store.jobs, { ...row!, due: null });
  const [item] = await rows();
  expect(Object.keys(item!).toSorted()).toStrictEqual([
    'body',
    'created',
    'pk',
    'sk',
    'state',
    'version',
    'write',
  ]);
  for (const value of Object.values(item!)) expect(value.S).not.toBe('');
});

async function ttlOf<R extends Row>(kind: Kind<R>, over: Partial<Row>): Promise<string | undefined> {
  const { store, rows } = await open();
  await stored(kind.of(store), rowOf(kind, 'a', over));
  return (await rows())[0]![TTL_ATTRIBUTE]?.N;
}

describe('the time to live', () => {
  it.each(['succeeded', 'failed', 'lost'])(
    'of a job that is %s begins when its outbox is published',
    async (state) => {
      expect(await ttlOf(jobs, { state })).toBeUndefined();
      expect(await ttlOf(jobs, { state, due: null })).toBe(String((START + HOUR_MS) / 1_000));
    },
  );

  it.each(['delivered', 'failed'])('of a delivery begins when it is %s', async (state) => {
    expect(await ttlOf(deliveries, { state, due: null })).toBe(String((START + HOUR_MS) / 1_000));
  });

  it('is not given to what may still be needed', async () => {
    expect(await ttlOf(jobs, { state: 'outstanding', due: null })).toBeUndefined();
    expect(await ttlOf(deliveries, { state: 'held', due: null })).toBeUndefined();
    expect(await ttlOf(origins, { due: null })).toBeUndefined();
    expect(await ttlOf(endpoints, { state: 'disabled', due: null })).toBeUndefined();
  });
});

it('a row that cannot be stored keeps its whole call from being stored', async () => {
  const { store, items } = await open();
  const bad = rowOf(jobs, 'bad', { due: { queue: 'q', at: NaN } });
  await expect(store.jobs.create([jobs.fresh('a'), bad])).rejects.toThrow(/epoch milliseconds/);
  expect(await items()).toStrictEqual([]);
});

describe('the register of queues', () => {
  const waiting = (key: string, queue: string) => rowOf(jobs, key, { due: { queue, at: START } });

  it('has each queue that jobs ever waited in, with nothing but its name', async () => {
    const { store, register } = await open();
    const [row] = await stored(store.jobs, waiting('a', 'look:a'), waiting('b', 'look:b'));
    await saved(store.jobs, { ...row!, due: { queue: 'publish', at: START } });
    await stored(store.deliveries, rowOf(deliveries, 'd', { due: { queue: 'deliver:ops', at: START } }));
    expect((await register()).map(({ sk, ...rest }) => [sk!.S, Object.keys(rest)])).toStrictEqual([
      ['-look:a', ['pk']],
      ['-look:b', ['pk']],
      ['-publish', ['pk']],
    ]);
  });

  it('is no job', async () => {
    const { store } = await open();
    await stored(store.jobs, waiting('a', 'look:a'));
    expect((await store.jobs.list({ limit: 9 })).rows.map((row) => row.key)).toStrictEqual(['a']);
    expect(await store.jobs.get('look:a')).toBeNull();
  });

  it('keeps a queue that is empty, which is not named any more', async () => {
    const { store, register } = await open();
    const [row] = await stored(store.jobs, waiting('a', 'look:a'));
    await store.jobs.remove(row!);
    expect(await store.jobs.queues('', START, 9)).toStrictEqual([]);
    expect(await register()).toHaveLength(1);
  });

  it('takes any name, the empty one too', async () => {
    const { store } = await open();
    await stored(store.jobs, waiting('a', ''), waiting('b', '-'), waiting('c', '#/%'));
    expect((await store.jobs.queues('', START, 9)).toSorted()).toStrictEqual(['', '#/%', '-']);
    expect((await store.jobs.due('', START, 9)).map((row) => row.key)).toStrictEqual(['a']);
    expect(await store.jobs.depth('')).toStrictEqual({ count: 1, earliest: START });
  });

  it('is read on where an answer ends because it is full', async () => {
    const { client, table, store } = await open();
    // An answer ends at 1 MB.
    for (let begin = 1_000; begin < 2_100; begin += 25) {
      const entries = Array.from({ length: 25 }, (_, n) => ({
        PutRequest: { Item: { pk: { S: REGISTER }, sk: { S: `-${begin + n}`.padEnd(1_000, '.') } } },
      }));
      await client.send(new BatchWriteItemCommand({ RequestItems: { [table]: entries } }));
    }
    await stored(store.jobs, waiting('a', 'look:a'));
    expect(await store.jobs.queues('look:', START, 9)).toStrictEqual(['look:a']);
  });
});

it('names the queues that wait longest first, so that a limit shuts none out for ever', async () => {
  const { store } = await open();
  const waiting = Array.from({ length: 60 }, (_, n) => {
    const queue = `q${n % 3}`;
    return rowOf(jobs, `k${n}`, { due: { queue, at: START + ((n + 2) % 3) } });
  });
  await stored(store.jobs, ...waiting);
  expect(await store.jobs.queues('q', START + 9, 2)).toStrictEqual(['q1', 'q2']);
});

it('reads on where an answer ends because it is full', async () => {
  const { store } = await open();
  // An answer ends at 1 MB: some 500 of these keys, and some 100 of these rows.
  const rows = Array.from({ length: 600 }, (_, n) => ({
    ...rowOf(jobs, `${n}`.padStart(900, '0'), { due: { queue: 'q', at: START } }),
    name: randomBytes(6_000).toString('base64'),
  }));
  await stored(store.jobs, ...rows);
  expect((await store.jobs.depth('q')).count).toBe(600);
  expect(await store.jobs.due('q', START, 600)).toHaveLength(600);
  expect((await store.jobs.list({ limit: 600 })).rows).toHaveLength(600);
});

it('the table is defined with what CloudFormation calls it, and its index has keys only', () => {
  const { AttributeDefinitions, KeySchema, GlobalSecondaryIndexes } = tableDefinition();
  const keys = [KeySchema, ...GlobalSecondaryIndexes.map((index) => index.KeySchema)].flat();
  // DynamoDB takes no attribute into the definition that is not part of a key.
  expect(AttributeDefinitions.map((a) => a.AttributeName)).toStrictEqual(keys.map((k) => k.AttributeName));
  expect(GlobalSecondaryIndexes.map((index) => index.Projection)).toStrictEqual([
    { ProjectionType: 'KEYS_ONLY' },
  ]);
});

describe('a row whose fields had other names', () => {
  const history = [{ at: 1, reason: 'not_checked', detail: 'the origin is paused' }];
  const cases = [
    ['jobs', { ...jobs.grown(jobs.fresh('a')), history }],
    ['origins', { ...origins.grown(origins.fresh('a')), routeConfirmedAt: 7 }],
    ['endpoints', endpoints.grown(endpoints.fresh('a'))],
  ] as const;

  it.each(cases)('is read with the present ones and written with them: %s', async (name, row) => {
    const { client, table, store, rows } = await open();
    const item = encode(name, formerRow(name, row), 1, () => null) as Record<string, AttributeValue>;
    await client.send(new PutItemCommand({ TableName: table, Item: item }));
    const rowsOf: Table<Row> = store[name];
    const found = await rowsOf.get('a');
    expect(found).toStrictEqual({ ...row, version: 1 });
    expect((await rowsOf.list({ limit: 9 })).rows).toStrictEqual([found]);
    await saved(rowsOf, found!);
    const [written] = await rows();
    expect(JSON.parse(inflateRawSync(written!['body']!.B!).toString())).toHaveProperty('outbox');
  });
});
