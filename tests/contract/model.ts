import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Due, Row } from '../../lib/core/row.ts';
import type { Table } from '../../lib/ports.ts';
import { START } from '../kit.ts';
import { pagesOf } from './helpers.ts';
import { rowOf, type Kind } from './rows.ts';

/** Few keys, queues and times, so that operations meet. Names are apart in one character that a pattern would swallow. */
const KEYS = ['a%', 'a_', 'ab', 'é', '👍'];
const QUEUES = ['q%', 'q_', 'qu'];
const PREFIXES = ['', 'a', 'a%', 'é', 'q', 'q_'];
const TIMES = [0, 1, 2, 3].map((n) => START + n);

const key = fc.constantFrom(...KEYS);
const time = fc.constantFrom(...TIMES);
const limit = fc.integer({ min: 1, max: 6 });
const due = fc.option(fc.record({ queue: fc.constantFrom(...QUEUES), at: time }, { noNullPrototype: true }));
const grown = fc.boolean();
/** Zero is the version that is stored. */
const drift = fc.constantFrom(0, 0, 0, -1, 1);

const made = fc.record({ key, createdAt: time, due, grown });
const operation = fc.oneof(
  { weight: 3, arbitrary: fc.record({ op: fc.constant('create'), rows: fc.array(made, { maxLength: 4 }) }) },
  {
    weight: 5,
    arbitrary: fc.record({ op: fc.constant('save'), key, drift, due, grown, stays: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('remove'), key, drift }) },
  fc.record({ op: fc.constant('look'), now: time, limit, prefix: fc.constantFrom(...PREFIXES) }),
);
type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;

/** What is stored, and whose rows were saved beside what they were before: an index may have these where they were. */
type Model<R> = Map<string, R> & { stay: Set<string>; mayStay: boolean };

/** Any operations in any order are answered as a plain map would answer them. */
export function modelContract<R extends Row>(
  kind: Kind<R>,
  table: () => Table<R>,
  runs: number,
  mayStay: boolean,
): void {
  it('answers any operations as a plain map would', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 25 }), async (operations) => {
        await empty(table());
        const model: Model<R> = Object.assign(new Map<string, R>(), {
          stay: new Set<string>(),
          mayStay,
        });
        for (const operation of operations) await step(kind, table(), model, operation);
        await look(kind, table(), model, TIMES[1]!, 3, '');
      }),
      { numRuns: runs },
    );
  });
}

async function empty<R extends Row>(table: Table<R>): Promise<void> {
  const rows = (await pagesOf(table, { limit: 100 })).flat();
  await Promise.all(rows.map((row) => table.remove(row)));
}

async function step<R extends Row>(
  kind: Kind<R>,
  table: Table<R>,
  model: Model<R>,
  operation: Operation,
): Promise<void> {
  const build = (key: string, over: Partial<Row>, grown: boolean): R => {
    const row = rowOf(kind, key, over);
    return grown ? kind.grown(row) : row;
  };
  if (operation.op === 'look')
    return look(kind, table, model, operation.now, operation.limit, operation.prefix);
  if (operation.op === 'create') {
    const rows = operation.rows.map(({ key, createdAt, due, grown }) =>
      build(key, { createdAt, due }, grown),
    );
    const expected = rows.map((row) => {
      const present = model.get(row.key);
      if (present) return { outcome: 'existed', row: present };
      model.set(row.key, { ...row, version: 1 });
      return { outcome: 'created', row: { ...row, version: 1 } };
    });
    return expect(await table.create(rows)).toStrictEqual(expected);
  }
  const present = model.get(operation.key);
  const read = { version: (present?.version ?? 1) + operation.drift, createdAt: present?.createdAt ?? START };
  const isCurrent = present?.version === read.version;
  if (operation.op === 'remove') {
    if (isCurrent) model.delete(operation.key);
    const answer = await table.remove(rowOf(kind, operation.key, read));
    return expect(answer).toBe(isCurrent ? 'removed' : 'raced');
  }
  const row = build(operation.key, { ...read, due: operation.due }, operation.grown);
  const next = { ...row, version: row.version + 1 };
  const before = operation.stays ? present : undefined;
  if (isCurrent) {
    model.set(row.key, next);
    if (before && model.mayStay) model.stay.add(row.key);
    else model.stay.delete(row.key);
  }
  expect(await table.save(row, before)).toStrictEqual(
    isCurrent ? { outcome: 'saved', row: next } : { outcome: 'raced' },
  );
}

/** Every question, compared with the model. Rows of one time may come in any order. */
async function look<R extends Row>(
  kind: Kind<R>,
  table: Table<R>,
  model: Model<R>,
  now: number,
  limit: number,
  prefix: string,
): Promise<void> {
  const rows = [...model.values()];
  for (const key of KEYS) expect(await table.get(key)).toStrictEqual(model.get(key) ?? null);

  const waiting = rows.filter((row): row is R & { due: Due } => row.due !== null);
  for (const queue of QUEUES) {
    const here = waiting.filter((row) => row.due.queue === queue).toSorted((a, b) => a.due.at - b.due.at);
    const isDue = here.filter((row) => row.due.at <= now);
    const found = await table.due(queue, now, limit);
    const doStay = here.some((row) => model.stay.has(row.key));
    // One that kept its place may come in the turn that it had there.
    if (doStay) expect(found).toHaveLength(Math.min(limit, isDue.length));
    else
      expect(found.map((row) => row.due?.at)).toStrictEqual(isDue.slice(0, limit).map(({ due }) => due.at));
    for (const row of found) expect(row.due!.at).toBeLessThanOrEqual(now);
    expect(new Set(found.map((row) => row.key)).size).toBe(found.length);
    for (const row of found) expect(row).toStrictEqual(model.get(row.key));
    const since = Math.ceil((now + START) / 2);
    expect((await table.due(queue, now, 99, since)).map((row) => row.due?.at)).toStrictEqual(
      isDue.filter((row) => row.due.at >= since).map((row) => row.due.at),
    );
    const { count, earliest } = await table.depth(queue);
    expect(count).toBe(here.length);
    if (doStay) expect(earliest).toBeLessThanOrEqual(here[0]!.due.at);
    else expect(earliest).toBe(here[0]?.due.at ?? null);
  }

  const busy = new Set(waiting.filter((row) => row.due.at <= now).map((row) => row.due.queue));
  const named = [...busy].filter((queue) => queue.startsWith(prefix));
  const told = await table.queues(prefix, now, 99);
  // One with nothing but rows that kept their place may be named as well.
  if (model.stay.size > 0) expect(told).toStrictEqual(expect.arrayContaining(named));
  else expect(told.toSorted()).toStrictEqual(named.toSorted());
  expect(await table.queues(prefix, now, 1)).toHaveLength(Math.min(1, told.length));

  for (const state of [undefined, kind.fresh('x').state]) {
    const matching = rows.filter((row) => row.key.startsWith(prefix) && (!state || row.state === state));
    const listed = (await pagesOf(table, { prefix, limit, ...(state ? { state } : {}) })).flat();
    expect(listed.map((row) => row.createdAt)).toStrictEqual(
      matching.map((row) => row.createdAt).toSorted((a, b) => b - a),
    );
    expect(byKey(listed)).toStrictEqual(byKey(matching));
  }
}

const byKey = <R extends Row>(rows: readonly R[]): R[] =>
  rows.toSorted((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
