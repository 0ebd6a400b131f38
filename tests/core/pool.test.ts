import { expect, it } from 'vitest';
import { pool } from '../../lib/core/pool.ts';

/** Work that lasts until it is told to end. */
function tasks() {
  const begun: number[] = [];
  const ends = new Map<number, PromiseWithResolvers<string>>();
  const work = (item: number): Promise<string> => {
    begun.push(item);
    const end = Promise.withResolvers<string>();
    ends.set(item, end);
    return end.promise;
  };
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const end = (item: number): Promise<void> => {
    ends.get(item)!.resolve(`did ${item}`);
    return turn();
  };
  const fail = (item: number): Promise<void> => {
    ends.get(item)!.reject(new Error(`broke ${item}`));
    return turn();
  };
  return { begun, work, end, fail };
}

it('works on as many items at once as it may, and answers in their order', async () => {
  const { begun, work, end } = tasks();
  const done = pool([1, 2, 3, 4], 2, work);
  expect(begun).toEqual([1, 2]);
  await end(2);
  expect(begun).toEqual([1, 2, 3]);
  await end(3);
  await end(4);
  await end(1);
  expect(await done).toEqual(['did 1', 'did 2', 'did 3', 'did 4']);
});

it('begins nothing once its signal says so, and answers with what it had begun', async () => {
  const { begun, work, end } = tasks();
  const signal = new AbortController();
  const done = pool([1, 2, 3, 4], 2, work, signal.signal);
  signal.abort();
  await end(1);
  await end(2);
  expect(await done).toEqual(['did 1', 'did 2']);
  expect(begun).toEqual([1, 2]);
});

it('rejects with the first error, once all that it began has ended', async () => {
  const { begun, work, end, fail } = tasks();
  let ended = false;
  const done = pool([1, 2, 3], 2, work).finally(() => (ended = true));
  done.catch(() => {});
  await fail(2);
  expect(ended).toBe(false);
  await end(1);
  await end(3);
  await expect(done).rejects.toThrow('broke 2');
  expect(begun).toEqual([1, 2, 3]);
});

it('works on one at a time where it is given no width, and has nothing to do for no items', async () => {
  const { begun, work, end } = tasks();
  const done = pool([1, 2], 0, work);
  expect(begun).toEqual([1]);
  await end(1);
  await end(2);
  expect(await done).toEqual(['did 1', 'did 2']);
  expect(await pool([], 3, work)).toEqual([]);
});
