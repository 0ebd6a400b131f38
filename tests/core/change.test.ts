import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore, type SqliteStore } from '../../lib/adapters/store/sqlite/index.ts';
import { change, stop } from '../../lib/core/change.ts';
import { newEndpoint, type Endpoint } from '../../lib/core/notify/endpoint.ts';
import { contended, START } from '../kit.ts';

let store: SqliteStore;
beforeEach(() => void (store = openStore(':memory:')));
afterEach(() => store.close());

const fresh = newEndpoint({ endpoint: 'ep_1', subscription: 'ops', channel: 'slack', shown: 'x' }, START);
const there = async (): Promise<Endpoint> => (await store.endpoints.create([fresh]))[0]!.row;
const now = (): Promise<Endpoint | null> => store.endpoints.get('ep_1');
const longer = (row: Endpoint | null): Endpoint => ({ ...(row ?? fresh), pausedUntil: START + 1 });

describe.each([0, 1, 19])('a change that loses %d races', (left) => {
  const table = () => contended(store.endpoints, { left });

  it('saves what was made from the row as it is then', async () => {
    const before = await there();
    expect(await change(table(), 'ep_1', longer)).toEqual({
      outcome: 'saved',
      row: { ...before, version: 2 + left, pausedUntil: START + 1 },
      before: { ...before, version: 1 + left },
    });
    expect((await now())!.pausedUntil).toBe(START + 1);
  });

  it('begins with the row that was read, where it is handed in', async () => {
    const known = await there();
    const seen: (Endpoint | null)[] = [];
    const { outcome } = await change(table(), 'ep_1', (row) => (seen.push(row), longer(row)), known);
    expect(outcome).toBe('saved');
    expect(seen[0]).toBe(known);
    expect(seen.map((row) => row!.version)).toEqual(Array.from({ length: left + 1 }, (_, i) => i + 1));
  });

  it('removes the row where none is wanted', async () => {
    const before = await there();
    expect(await change(table(), 'ep_1', () => null)).toEqual({
      outcome: 'removed',
      before: { ...before, version: 1 + left },
    });
    expect(await now()).toBeNull();
  });

  it('makes one where there is none, or changes that of a faster writer', async () => {
    const changed = await change(table(), 'ep_1', longer);
    expect(changed).toMatchObject({ outcome: 'saved', row: { pausedUntil: START + 1 } });
    expect(changed).toMatchObject({ before: left === 0 ? null : { key: 'ep_1' } });
    expect(await now()).toMatchObject({ pausedUntil: START + 1 });
  });
});

it('a change that loses every race gives up, says so, and has changed nothing', async () => {
  await there();
  const others = { left: Infinity };
  const table = contended(store.endpoints, others);
  expect(await change(table, 'ep_1', longer)).toEqual({ outcome: 'gave_up' });
  expect(await change(table, 'ep_1', () => null)).toEqual({ outcome: 'gave_up' });
  expect(await now()).toMatchObject({ pausedUntil: 0 });
});

it('a change to what is there already writes nothing', async () => {
  expect(await change(store.endpoints, 'ep_1', (row) => row)).toEqual({ outcome: 'unchanged', row: null });
  const row = await there();
  expect(await change(store.endpoints, 'ep_1', (found) => found)).toEqual({ outcome: 'unchanged', row });
  expect((await now())!.version).toBe(1);
});

it('a change that must not be says why, and is not tried again', async () => {
  await there();
  let asked = 0;
  const changed = await change(store.endpoints, 'ep_1', async () => {
    asked += 1;
    return stop('because');
  });
  expect(changed).toEqual({ outcome: 'stopped', why: 'because' });
  expect(asked).toBe(1);
  expect((await now())!.version).toBe(1);
});

it('a row that is removed in between is made anew only where that is wanted', async () => {
  const known = await there();
  await store.endpoints.remove(known);
  expect(await change(store.endpoints, 'ep_1', (row) => row && longer(row), known)).toEqual({
    outcome: 'unchanged',
    row: null,
  });
  expect(await change(store.endpoints, 'ep_1', longer, known)).toMatchObject({
    outcome: 'saved',
    before: null,
  });
});

it('changes that go side by side are all made', async () => {
  await there();
  const longerStill = (row: Endpoint | null): Endpoint => ({ ...row!, sequence: row!.sequence + 1 });
  const made = await Promise.all(
    Array.from({ length: 12 }, () => change(store.endpoints, 'ep_1', longerStill)),
  );
  expect(made.map(({ outcome }) => outcome)).toEqual(Array.from({ length: 12 }, () => 'saved'));
  expect((await now())!.sequence).toBe(12);
});
