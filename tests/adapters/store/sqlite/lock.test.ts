import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openStore } from '../../../../lib/adapters/store/sqlite/index.ts';
import { lockStore } from '../../../../lib/adapters/store/sqlite/lock.ts';
import { jobs } from '../../../contract/rows.ts';
import { newPath, startChild } from './places.ts';

const refusal = (pid: number | undefined, path: string): string =>
  `another Jobchime (pid ${pid}) already runs on ${path}; stop it or give this one its own store`;

it('lets one service at a time run on a store, and names it to the next', async () => {
  const path = newPath();
  const child = startChild('lock', [path]);
  expect(await child.line()).toBe('done');
  expect(() => lockStore(path)).toThrow(refusal(child.process.pid, path));
  const third = startChild('lock', [path]);
  expect(await third.line()).toBe(refusal(child.process.pid, path));
});

it('goes with a process that is killed', async () => {
  const path = newPath();
  const child = startChild('lock', [path]);
  expect(await child.line()).toBe('done');
  await child.kill();
  lockStore(path).release();
});

it('can be released, once', () => {
  const path = newPath();
  const first = lockStore(path);
  expect(() => lockStore(path)).toThrow(refusal(process.pid, path));
  first.release();
  const second = lockStore(path);
  first.release();
  expect(() => lockStore(path)).toThrow(refusal(process.pid, path));
  second.release();
});

it('is given to one of several that start at once', async () => {
  const path = newPath();
  const children = [1, 2, 3, 4].map(() => startChild('lock', [path]));
  const answers = await Promise.all(children.map((child) => child.line()));
  const winner = children[answers.indexOf('done')]!.process.pid;
  expect(answers.toSorted()).toStrictEqual(['done', ...Array(3).fill(refusal(winner, path))].toSorted());
});

it('is held even if nobody keeps what lockStore returned', async () => {
  const path = newPath();
  lockStore(path);
  setFlagsFromString('--expose-gc');
  for (let n = 0; n < 3; n++) {
    runInNewContext('gc')();
    await setImmediate();
  }
  expect(() => lockStore(path)).toThrow(refusal(process.pid, path));
});

it('keeps nobody from reading and writing the store, nor from running on another one', async () => {
  const [path, other] = [newPath(), newPath()];
  const locks = [lockStore(path), lockStore(other)];
  const child = startChild('save', [path]);
  expect(await child.line()).toBe('saved');
  const store = openStore(path);
  expect((await store.jobs.create([jobs.fresh('a')]))[0]!.outcome).toBe('created');
  await store.close();
  for (const lock of locks) lock.release();
});

it('says what is wrong with a lock file that is none', () => {
  const path = newPath();
  writeFileSync(`${path}-lock`, 'no database at all '.repeat(100));
  expect(() => lockStore(path)).toThrow(
    `cannot lock the store with ${path}-lock: the file is not a SQLite database`,
  );
  const elsewhere = join(path, 'none', 'jobs.db');
  expect(() => lockStore(elsewhere)).toThrow(`the folder ${join(path, 'none')} does not exist`);
});

it('has nothing to lock for a store in memory', () => {
  const locks = [lockStore(':memory:'), lockStore(':memory:')];
  for (const lock of locks) lock.release();
});
