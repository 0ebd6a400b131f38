import { afterAll, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { DynamoStore } from '../../../../lib/adapters/store/dynamodb/index.ts';
import { deliveries, events, groups, jobs, origins, rowOf, subscriptions } from '../../../contract/rows.ts';
import { saved, stored } from '../../../contract/helpers.ts';
import { checkQueue, PUBLISH_QUEUE } from '../../../../lib/core/row.ts';
import { START } from '../../../kit.ts';
import { openAt, startDynamo, type Dynamo } from './dynalite.ts';
import { failure, startProxy, type Trouble } from './proxy.ts';

let dynamo: Dynamo;
beforeAll(async () => void (dynamo = await startDynamo()));
afterAll(() => dynamo.close());
// The SDK waits a random part of ever longer times between its attempts; zero is such a part.
beforeEach(() => void vi.spyOn(Math, 'random').mockReturnValue(0));

async function behind(trouble: Trouble): Promise<DynamoStore> {
  const store = openAt(await startProxy(dynamo.endpoint, trouble), await dynamo.newTable());
  onTestFinished(() => store.close());
  return store;
}

const cancelled = (codes: string[]) => ({
  status: 400,
  body: JSON.stringify({
    __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
    Message: 'Transaction cancelled',
    CancellationReasons: codes.map((Code) => ({ Code })),
  }),
});

/** The write is done, and nobody hears of it. */
const deaf: Trouble = async ({ operation, nth }, forward) => {
  const answer = await forward();
  return operation === 'PutItem' && nth % 2 === 1 ? 'reset' : answer;
};

/** Answers questions to the index with what it said when the test froze it. */
async function frozen() {
  let isFrozen = false;
  const kept = new Map<string, string>();
  const store = await behind(async ({ operation, body }, forward) => {
    const before = isFrozen && operation === 'Query' ? kept.get(body) : undefined;
    const answer = before === undefined ? await forward() : { status: 200, body: before };
    kept.set(body, answer.body);
    return answer;
  });
  return { store, freeze: () => void (isFrozen = true) };
}

const THROTTLES = ['ProvisionedThroughputExceededException', 'ThrottlingException', 'RequestLimitExceeded'];

describe('a throttled table', () => {
  it.each(THROTTLES)('is asked again after %s', async (name) => {
    const store = await behind(async ({ nth }, forward) => (nth < 4 ? failure(name) : forward()));
    const [row] = await stored(store.jobs, jobs.fresh('a'));
    expect(await store.jobs.get('a')).toStrictEqual(row);
    expect(await store.jobs.due(row!.due!.queue, row!.due!.at, 1)).toStrictEqual([row]);
  });

  it('that does not recover is an error after five attempts, which names it and the reason', async () => {
    let attempts = 0;
    const store = await behind(async () => {
      attempts += 1;
      return failure('ThrottlingException', 'Rate of requests exceeds the allowed throughput.');
    });
    await expect(store.jobs.create([jobs.fresh('a')])).rejects.toThrow(
      /^the DynamoDB table 'jobchime-\d+' failed: ThrottlingException: Rate of requests .* \(after 5 attempts\)$/,
    );
    expect(attempts).toBe(5);
  });

  it('changes a subscription again where another change was faster to the revision', async () => {
    const store = await behind(async ({ operation, nth }, forward) =>
      operation === 'TransactWriteItems' && nth < 4 ? cancelled(['None', 'TransactionConflict']) : forward(),
    );
    const [row] = await stored(store.subscriptions, subscriptions.fresh('a'));
    expect(await store.subscriptions.all()).toStrictEqual([row]);
    expect(await store.routingRevision()).toBe(1);
  });

  it('that cannot change a subscription for long is an error, and not a lost race', async () => {
    const store = await behind(async ({ operation }, forward) =>
      operation === 'TransactWriteItems' ? cancelled(['ThrottlingError', 'None']) : forward(),
    );
    await expect(store.subscriptions.create([subscriptions.fresh('a')])).rejects.toThrow(
      /TransactionCanceledException/,
    );
  });

  it('may leave rows of a batch out, which are asked for again', async () => {
    const store = await behind(async ({ operation, nth, body }, forward) => {
      if (operation !== 'BatchGetItem' || nth > 3) return forward();
      const { RequestItems } = JSON.parse(body) as { RequestItems: object };
      return { status: 200, body: JSON.stringify({ Responses: {}, UnprocessedKeys: RequestItems }) };
    });
    const keys = Array.from({ length: 130 }, (_, n) => `k${n}`);
    await stored(store.jobs, ...keys.map((key) => rowOf(jobs, key, { due: { queue: 'q', at: START } })));
    const due = await store.jobs.due('q', START, 200);
    expect(due.map((row) => row.key).toSorted()).toStrictEqual(keys.toSorted());
  });
});

describe('a connection that breaks', () => {
  it('before the write was seen does no harm', async () => {
    const store = await behind(async ({ nth }, forward) => (nth === 1 ? 'reset' : forward()));
    const [row] = await stored(store.jobs, jobs.fresh('a'));
    expect((await store.jobs.get('a'))?.version).toBe(row!.version);
  });

  it('after the write was done is not taken for a race that was lost to somebody else', async () => {
    const store = await behind(deaf);
    const created = await store.jobs.create([jobs.fresh('a')]);
    expect(created.map((answer) => answer.outcome)).toStrictEqual(['created']);
    const row = await saved(store.jobs, jobs.grown(created[0]!.row));
    expect(row.version).toBe(2);
    expect(await store.jobs.get('a')).toStrictEqual(row);
  });

  it('still lets exactly one of two workers win', async () => {
    const store = await behind(deaf);
    const [row] = await stored(store.jobs, jobs.fresh('a'));
    // Both write the very same, as two workers do that claim a row in the same millisecond.
    const answers = await Promise.all([store.jobs.save(row!), store.jobs.save(row!)]);
    expect(answers.map((answer) => answer.outcome).toSorted()).toStrictEqual(['raced', 'saved']);
    expect((await store.jobs.get('a'))?.version).toBe(2);
  });

  it('each time is an error in the end', async () => {
    const store = await behind(async () => 'reset');
    await expect(store.jobs.get('a')).rejects.toThrow(
      /^the DynamoDB table 'jobchime-\d+' failed: .*attempts/,
    );
  });
});

describe('an index that lags behind', () => {
  it('names rows that wait elsewhere, later, or not at all any more: they are left out', async () => {
    const { store, freeze } = await frozen();
    const due = { queue: 'q', at: START };
    const rows = await stored(
      store.jobs,
      ...['a', 'b', 'c', 'd', 'e'].map((key) => rowOf(jobs, key, { due })),
    );
    const ask = () => store.jobs.due('q', START + 9, 10);
    expect(await ask()).toHaveLength(5);
    freeze();
    await saved(store.jobs, { ...rows[0]!, due: { queue: 'r', at: START } });
    await saved(store.jobs, { ...rows[1]!, due: { queue: 'q', at: START + 10 } });
    await saved(store.jobs, { ...rows[2]!, due: null });
    await store.jobs.remove(rows[3]!);
    expect((await ask()).map((row) => row.key)).toStrictEqual(['e']);
  });
});

it('every row is read as it is now, not as a replica had it, but jobs to check, which are only written where they are still so', async () => {
  const read: [operation: string, consistent: unknown][] = [];
  const store = await behind(async ({ operation, body }, forward) => {
    const asked = JSON.parse(body) as Record<string, unknown>;
    if (operation === 'GetItem') read.push([operation, asked['ConsistentRead']]);
    if (operation === 'BatchGetItem')
      for (const { ConsistentRead } of Object.values(asked['RequestItems'] as Record<string, typeof asked>))
        read.push([operation, ConsistentRead]);
    return forward();
  });
  const readBy = async (work: Promise<unknown>) => (await work, read.splice(0));
  const waiting = { due: { queue: 'q', at: START } };
  await stored(store.jobs, rowOf(jobs, 'a', { due: { queue: checkQueue('o'), at: START } }));
  await stored(store.jobs, rowOf(jobs, 'b', { due: { queue: PUBLISH_QUEUE, at: START } }));
  await stored(store.deliveries, rowOf(deliveries, 'a', waiting));
  await stored(store.groups, rowOf(groups, 'a', waiting));
  expect(await readBy(store.jobs.get('a'))).toStrictEqual([['GetItem', true]]);
  expect(await readBy(store.jobs.create([rowOf(jobs, 'a', {})]))).toStrictEqual([['GetItem', true]]);
  for (const table of [store.deliveries, store.groups])
    expect(await readBy(table.due('q', START, 9))).toStrictEqual([['BatchGetItem', true]]);
  expect(await readBy(store.jobs.due(PUBLISH_QUEUE, START, 9))).toStrictEqual([['BatchGetItem', true]]);
  expect(await readBy(store.jobs.due(checkQueue('o'), START, 9))).toStrictEqual([['BatchGetItem', false]]);
});

it('an event, which never changes, is read as a replica has it, and as it is where the replica has none', async () => {
  const asked: boolean[] = [];
  let isBehind = false;
  const store = await behind(async ({ operation, body }, forward) => {
    if (operation !== 'GetItem') return forward();
    const { ConsistentRead } = JSON.parse(body) as { ConsistentRead: boolean };
    asked.push(ConsistentRead);
    return isBehind && !ConsistentRead ? { status: 200, body: '{}' } : forward();
  });
  const [row] = await stored(store.events, events.fresh('a'));
  expect(await store.events.get('a')).toStrictEqual(row);
  expect(asked.splice(0)).toStrictEqual([false]);
  isBehind = true;
  expect(await store.events.get('a')).toStrictEqual(row);
  expect(asked.splice(0)).toStrictEqual([false, true]);
  expect(await store.events.get('b')).toBeNull();
});

describe('a replica that lags behind, as jobs to check are read', () => {
  /** Answers as a replica would that has stopped: to the index, and to reads that need not be consistent. */
  async function replicated() {
    let stopped: 'no' | 'rows' | 'all' = 'no';
    const kept = new Map<string, string>();
    const store = await behind(async ({ operation, body }, forward) => {
      const isRow = operation === 'BatchGetItem' && body.includes('"ConsistentRead":false');
      const isOld = isRow ? stopped !== 'no' : operation === 'Query' && stopped === 'all';
      const before = isOld ? kept.get(body) : undefined;
      const answer = before === undefined ? await forward() : { status: 200, body: before };
      kept.set(body, answer.body);
      return answer;
    });
    return { store, stop: (what: typeof stopped) => void (stopped = what) };
  }
  const due = { queue: checkQueue('o'), at: START };

  it('ends no job twice and undoes no end: who read it before another worker ended it loses the race', async () => {
    const { store, stop } = await replicated();
    const [row] = await stored(store.jobs, rowOf(jobs, 'a', { due }));
    const ask = () => store.jobs.due(due.queue, START, 9);
    expect(await ask()).toStrictEqual([row]);
    stop('all');
    const ended = await saved(store.jobs, { ...row!, state: 'succeeded', due: null });
    const [stale] = await ask();
    expect(stale).toStrictEqual(row);
    for (const next of [
      { ...stale!, state: 'failed' as const, due: null },
      { ...stale!, due: { ...due, at: START + 9 } },
    ])
      expect(await store.jobs.save(next)).toStrictEqual({ outcome: 'raced' });
    expect(await store.jobs.remove(stale!)).toBe('raced');
    expect(await store.jobs.get('a')).toStrictEqual(ended);
    stop('no');
    expect(await ask()).toStrictEqual([]);
  });

  it('keeps a job from its check only until it has caught up: it stays as due as it is', async () => {
    const { store, stop } = await replicated();
    const [row] = await stored(store.jobs, rowOf(jobs, 'a', { due }));
    const ask = () => store.jobs.due(due.queue, START + 9, 9);
    expect(await ask()).toStrictEqual([row]);
    stop('rows');
    const later = await saved(store.jobs, { ...row!, due: { ...due, at: START + 5 } });
    expect(await ask()).toStrictEqual([]);
    stop('no');
    expect(await ask()).toStrictEqual([later]);
  });
});

describe('a new queue', () => {
  const isEntry = (operation: string, body: string): boolean =>
    operation === 'PutItem' && body.includes('"queues#jobs"');
  const waiting = (key: string) => rowOf(jobs, key, { due: { queue: 'q', at: START } });

  it('is entered before a row waits in it, and tried again where that failed', async () => {
    let isFailing = true;
    const store = await behind(async ({ operation, body }, forward) =>
      isFailing && isEntry(operation, body) ? failure('ValidationException') : forward(),
    );
    await expect(store.jobs.create([waiting('a')])).rejects.toThrow(/ValidationException/);
    const [idle] = await stored(store.jobs, rowOf(jobs, 'b', { due: null }));
    await expect(store.jobs.save({ ...idle!, due: { queue: 'q', at: START } })).rejects.toThrow(
      /ValidationException/,
    );
    expect(await store.jobs.get('a')).toBeNull();
    expect(await store.jobs.get('b')).toStrictEqual(idle);
    isFailing = false;
    await stored(store.jobs, waiting('a'));
    expect(await store.jobs.queues('', START, 9)).toStrictEqual(['q']);
  });

  it('that was entered by a process which then died is empty', async () => {
    const store = await behind(async ({ operation, body }, forward) =>
      operation === 'PutItem' && !isEntry(operation, body) ? failure('ValidationException') : forward(),
    );
    await expect(store.jobs.create([waiting('a')])).rejects.toThrow(/ValidationException/);
    expect(await store.jobs.queues('', START, 9)).toStrictEqual([]);
    expect(await store.jobs.depth('q')).toStrictEqual({ count: 0, earliest: null });
  });

  it('is entered once by many rows that begin to wait in it together', async () => {
    let entries = 0;
    const store = await behind(async ({ operation, body }, forward) => {
      if (isEntry(operation, body)) entries += 1;
      return forward();
    });
    await stored(store.jobs, ...Array.from({ length: 40 }, (_, n) => waiting(`k${n}`)));
    expect(entries).toBe(1);
    expect(await store.jobs.due('q', START, 99)).toHaveLength(40);
  });
});

it('what is due is still found where rows before it were taken away just now', async () => {
  let take: (() => Promise<unknown>) | null = null;
  const store = await behind(async ({ operation }, forward) => {
    const answer = await forward();
    const taking = operation === 'Query' ? take : null;
    if (taking) take = null;
    await taking?.();
    return answer;
  });
  const [first] = await stored(
    store.jobs,
    ...['a', 'b', 'c'].map((key, at) => rowOf(jobs, key, { due: { queue: 'q', at: START + at } })),
  );
  take = () => store.jobs.save({ ...first!, due: null });
  expect((await store.jobs.due('q', START + 9, 1)).map((row) => row.key)).toStrictEqual(['b']);
});

it('two workers over one table never both save a version', async () => {
  const table = await dynamo.newTable();
  const workers = [openAt(dynamo.endpoint, table), openAt(dynamo.endpoint, table)];
  onTestFinished(async () => void (await Promise.all(workers.map((store) => store.close()))));
  await workers[0]!.origins.create([origins.fresh('hwc-ecs')]);
  await Promise.all(
    workers.map(async (store) => {
      for (let won = 0; won < 20;) {
        const row = (await store.origins.get('hwc-ecs'))!;
        const answer = await store.origins.save({ ...row, failures: row.failures + 1 });
        if (answer.outcome === 'saved') won += 1;
      }
    }),
  );
  expect(await workers[0]!.origins.get('hwc-ecs')).toMatchObject({ version: 41, failures: 40 });
});

it('says what to do when the table is not there', async () => {
  const store = openAt(dynamo.endpoint, 'nowhere');
  onTestFinished(() => store.close());
  await expect(store.jobs.get('a')).rejects.toThrow(/'nowhere' failed: there is no such table; deploy it/);
});
