import { existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openStore } from '../../../../lib/adapters/store/sqlite/index.ts';
import { lockStore, serviceOn } from '../../../../lib/adapters/store/sqlite/lock.ts';
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

it.each([
  ['a link to the file', (path: string, link: string) => symlinkSync(path, link)],
  [
    'a link to a link, both relative',
    (path: string, link: string) => {
      symlinkSync(relative(dirname(link), path), `${link}.first`);
      symlinkSync(basename(`${link}.first`), link);
    },
  ],
  [
    'a link to its folder',
    (path: string, link: string) => {
      symlinkSync(dirname(path), `${link}.folder`);
      symlinkSync(join(`${link}.folder`, basename(path)), link);
    },
  ],
])('is one lock for the store by whatever name: %s, also before there is a file', async (_, linkTo) => {
  const [path, link] = [newPath(), newPath()];
  linkTo(path, link);
  for (const make of [false, true]) {
    if (make) await openStore(link).close();
    expect(existsSync(path)).toBe(make);
    for (const [one, other] of [
      [path, link],
      [link, path],
    ] as const) {
      const lock = lockStore(one);
      expect(serviceOn(other)).toBe(process.pid);
      expect(() => lockStore(other)).toThrow(refusal(process.pid, other));
      lock.release();
    }
  }
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
