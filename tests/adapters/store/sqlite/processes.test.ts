import { expect, it } from 'vitest';
import { openStore } from '../../../../lib/adapters/store/sqlite/index.ts';
import { origins } from '../../../contract/rows.ts';
import { newPath, startChild } from './places.ts';

it('keeps a row that was saved right before the process was killed', async () => {
  const path = newPath();
  const child = startChild('save', [path]);
  expect(await child.line()).toBe('saved');
  await child.kill();
  const store = openStore(path);
  const expected = { version: 2, detail: 'saved by the child' };
  expect(await store.origins.get('hwc-ecs')).toMatchObject(expected);
  await store.close();
});

it('lets exactly one of two connections save a version', async () => {
  const path = newPath();
  const [one, two] = [openStore(path), openStore(path)];
  await one.origins.create([origins.fresh('hwc-ecs')]);
  for (let n = 0; n < 20; n++) {
    const row = (await one.origins.get('hwc-ecs'))!;
    const saves = await Promise.all([one, two].map((store) => store.origins.save(row)));
    expect(saves.map((answer) => answer.outcome).toSorted()).toStrictEqual(['raced', 'saved']);
  }
  expect((await two.origins.get('hwc-ecs'))?.version).toBe(21);
  await Promise.all([one.close(), two.close()]);
});

it('loses no change of several processes that race for one row', async () => {
  const path = newPath();
  const store = openStore(path);
  await store.origins.create([origins.fresh('hwc-ecs')]);
  const children = [1, 2, 3].map(() => startChild('count', [path, 40]));
  await Promise.all(children.map((child) => child.line()));
  expect(await store.origins.get('hwc-ecs')).toMatchObject({ version: 121, failures: 120 });
  await store.close();
});

it('lets several processes create one file at once', async () => {
  const path = newPath();
  const children = [1, 2, 3, 4].map(() => startChild('open', [path]));
  expect(await Promise.all(children.map((child) => child.line()))).toStrictEqual(Array(4).fill('done'));
});
