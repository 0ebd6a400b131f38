import { BatchWriteItemCommand, PutItemCommand, type AttributeValue } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import { CHANNELS } from '../../../../lib/adapters/channels/registry.ts';
import { handleDoorbell } from '../../../../lib/app/deliver/handle-doorbell.ts';
import { ringDue } from '../../../../lib/app/deliver/ring-due.ts';
import type { Observation } from '../../../../lib/core/jobs/observation.ts';
import type { Channel } from '../../../../lib/ports.ts';
import { claim, record } from '../../../../lib/core/notify/delivery-steps.ts';
import type { Delivery } from '../../../../lib/core/notify/delivery.ts';
import { encode } from '../../../../lib/adapters/store/dynamodb/item.ts';
import { openDynamoStore } from '../../../../lib/adapters/store/dynamodb/index.ts';
import { saved, stored } from '../../../contract/helpers.ts';
import { deliveries, rowOf } from '../../../contract/rows.ts';
import { delivering, endOf } from '../../../app/deliver/kit.ts';
import { failed, ok, START, subscription, succeeded, testClock } from '../../../kit.ts';
import { clientOf, startDynamo, type Dynamo } from './dynalite.ts';
import { meter } from './meter.ts';
import { startProxy } from './proxy.ts';

let dynamo: Dynamo;
beforeAll(async () => void (dynamo = await startDynamo()));
afterAll(() => dynamo.close());

const { queue: QUEUE } = deliveries.fresh('e/a').due!;
const CLAIM_MS = 60_000;
const due = (key: string, at: number): Delivery =>
  rowOf(deliveries, key, { due: { queue: QUEUE, at: START + at } });
const claimedAt = (row: Delivery, at: number): Delivery => ({
  ...row,
  state: 'sending',
  due: { queue: QUEUE, at: START + at + CLAIM_MS },
});

async function open() {
  const [client, observer] = [clientOf(dynamo.endpoint), clientOf(dynamo.endpoint)];
  onTestFinished(() => [client, observer].forEach((one) => one.destroy()));
  const table = await dynamo.newTable();
  const bill = meter(client, observer);
  const clock = testClock();
  const store = openDynamoStore({ client, table, clock: clock.now });
  /** As many as a call takes, past the bill: items as they are in the table. */
  async function put(items: readonly Record<string, AttributeValue>[]): Promise<void> {
    for (let n = 0; n < items.length; n += 25) {
      const some = items.slice(n, n + 25).map((Item) => ({ PutRequest: { Item } }));
      await observer.send(new BatchWriteItemCommand({ RequestItems: { [table]: some } }));
    }
  }
  const keys = async (limit = 9): Promise<string[]> =>
    (await store.deliveries.due(QUEUE, clock.now(), limit)).map((row) => row.key);
  const rung = async (): Promise<string[]> => {
    const heard: string[] = [];
    const ring = async (rows: readonly Delivery[]) => void heard.push(...rows.map((row) => row.key));
    await ringDue({ deliveries: store.deliveries, doorbell: { ring }, clock: clock.now }, 100);
    return heard;
  };
  return { bill, client: observer, table, clock, store, put, keys, rung };
}

const units = (of: Record<string, number>): number => Object.values(of).reduce((a, b) => a + b, 0);

describe('a delivery that is claimed', () => {
  it('keeps its place in the index, so that to claim it, let it go and claim it again is a unit each', async () => {
    const { bill, store } = await open();
    const [row] = await stored(store.deliveries, due('e/a', 0));
    const written = async (work: Promise<unknown>): Promise<number> => {
      const before = units(bill.writes);
      expect(await work).toMatchObject({ outcome: 'saved' });
      return units(bill.writes) - before;
    };
    const table = store.deliveries;
    expect(await written(table.save(claim(row!, START, CLAIM_MS), row))).toBe(1);
    const claimed = (await table.get('e/a'))!;
    expect(claimed.due).toStrictEqual({ queue: QUEUE, at: START + CLAIM_MS });
    expect(await written(table.save({ ...row!, version: claimed.version }))).toBe(1);
    const again = (await table.get('e/a'))!;
    expect(await written(table.save(claim(again, START + 9, CLAIM_MS), again))).toBe(1);
    const sending = (await table.get('e/a'))!;
    expect(await written(table.save(record(sending, ok, START + 10, [])))).toBe(2);
  });

  it('is rung for when its claim has run out, and not while it is being sent', async () => {
    const { clock, store, rung } = await open();
    const [row] = await stored(store.deliveries, due('e/a', 0));
    await store.deliveries.save(claim(row!, START, CLAIM_MS), row);
    for (const [seconds, heard] of [
      [31, []],
      [58, []],
      [2, ['e/a']],
    ] as const) {
      clock.pass(seconds * 1_000);
      expect(await rung()).toStrictEqual(heard);
    }
  });

  it('costs who looks for what is due one read unit, and no more with each minute', async () => {
    const { bill, clock, store, rung } = await open();
    const rows = await stored(store.deliveries, ...[1, 2, 3].map((n) => due(`e/${n}`, 0)));
    for (const row of rows) await store.deliveries.save(claim(row, START, 780_000), row);
    for (let minute = 1; minute < 5; minute += 1) {
      clock.pass(60_000);
      const before = bill.reads['BatchGetItem'] ?? 0;
      expect(await rung()).toStrictEqual([]);
      expect((bill.reads['BatchGetItem'] ?? 0) - before).toBe(3);
    }
  });
});

describe('a failure that is being sent', () => {
  const told = (n: number, seen: Observation) => endOf(n, {}, seen);

  it('keeps no success back, is sent by nobody else, and is uncertain where its worker died', async () => {
    const { store, bill, rung: wakes } = await open();
    const { deps, clock, channel, happen, rows } = delivering(store, [subscription('ops')]);
    const dead: Channel = { send: () => new Promise(() => {}) };
    await happen(told(1, failed));
    const [failure] = await rows();
    // It claims, and is never heard of again.
    void handleDoorbell({ ...deps, channels: { slack: dead, email: dead, webhook: dead } }, failure!.key);
    await vi.waitUntil(async () => (await store.deliveries.get(failure!.key))!.state === 'sending');
    clock.pass(1_000);
    await happen(told(2, succeeded));
    const success = (await rows()).find(({ key }) => key !== failure!.key)!;
    const before = bill.reads['BatchGetItem'] ?? 0;
    expect(await handleDoorbell(deps, success.key)).toBe('delivered');
    expect((bill.reads['BatchGetItem'] ?? 0) - before).toBe(1);
    expect(await handleDoorbell(deps, failure!.key)).toBe('nothing');
    clock.pass(CHANNELS.slack.claimMs);
    expect(await handleDoorbell(deps, failure!.key)).toBe('delivered');
    expect(channel.sent.map(({ event }) => event.kind)).toStrictEqual(['job.succeeded', 'job.failed']);
    const { attempts } = (await store.deliveries.get(failure!.key))!;
    expect(attempts.map(({ reason }) => reason)).toStrictEqual(['uncertain', 'ok']);
    expect(await wakes()).toStrictEqual([]);
  });
});

describe('hundreds of claimed deliveries', () => {
  it('hide none that is due behind them, and are passed in few requests', async () => {
    const { bill, clock, put, keys, rung } = await open();
    const waiting = [due('e/last', 5_000), due('e/later', 6_000)];
    await put(
      Array.from({ length: 300 }, (_, n) => {
        const before = due(`e/${n}`, n);
        return encode('deliveries', claimedAt(before, 50_000), 2, () => null, before.due);
      }),
    );
    await put(waiting.map((row) => encode('deliveries', row, 1, () => null)));
    clock.pass(40_000);
    expect(await keys(1)).toStrictEqual(['e/last']);
    expect(bill.requests['Query']).toBeLessThan(12);
    expect(await rung()).toStrictEqual(['e/last', 'e/later']);
  });
});

it('a delivery that an older build claimed is where that put it, and goes on from there', async () => {
  const { client, table, clock, store, keys, rung } = await open();
  const old = encode('deliveries', claimedAt(due('e/a', 0), 0), 2, () => null);
  await client.send(new PutItemCommand({ TableName: table, Item: old }));
  expect(await keys()).toStrictEqual([]);
  clock.pass(CLAIM_MS);
  expect(await keys()).toStrictEqual(['e/a']);
  clock.pass(30_000);
  expect(await rung()).toStrictEqual(['e/a']);
  const row = (await store.deliveries.get('e/a'))!;
  await store.deliveries.save(claim(row, clock.now(), CLAIM_MS), row);
  expect(await keys()).toStrictEqual([]);
  clock.pass(CLAIM_MS);
  expect(await keys()).toStrictEqual(['e/a']);
});

describe('an index that lags behind', () => {
  async function frozen() {
    let isFrozen = false;
    const kept = new Map<string, string>();
    const endpoint = await startProxy(dynamo.endpoint, async ({ operation, body }, forward) => {
      const before = isFrozen && operation === 'Query' ? kept.get(body) : undefined;
      const answer = before === undefined ? await forward() : { status: 200, body: before };
      kept.set(body, answer.body);
      return answer;
    });
    const client = clientOf(endpoint);
    onTestFinished(() => client.destroy());
    const table = await dynamo.newTable();
    return { ...openDynamoStore({ client, table }), freeze: () => void (isFrozen = true) };
  }

  it('shows a delivery where it was, and none of them comes before its time, or twice', async () => {
    const { deliveries: table, freeze } = await frozen();
    const rows = await stored(table, ...['a', 'b', 'c', 'd'].map((key) => due(`e/${key}`, 0)));
    const claimed = await Promise.all(
      rows.slice(0, 3).map(async (row) => {
        const answer = await table.save(claim(row, START, CLAIM_MS), row);
        return (answer as { row: Delivery }).row;
      }),
    );
    const keys = async (at: number) => (await table.due(QUEUE, START + at, 9)).map((row) => row.key);
    expect(await keys(30_000)).toStrictEqual(['e/d']);
    expect(await keys(90_000)).toStrictEqual(['e/d', 'e/a', 'e/b', 'e/c']);
    freeze();
    await saved(table, record(claimed[0]!, ok, START + 9, []));
    await saved(
      table,
      record(claimed[1]!, { kind: 'retry', reason: 'timeout', detail: '' }, START + 9, [40_000]),
    );
    expect(await keys(30_000)).toStrictEqual(['e/d']);
    expect(await keys(90_000)).toStrictEqual(['e/d', 'e/b', 'e/c']);
  });
});
