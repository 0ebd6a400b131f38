import { expect, it } from 'vitest';
import { world } from './world.ts';

it('a job is found by the end of its id, unless several jobs have that', async () => {
  const w = await world();
  await w.run('jobchime track otc-ecs 2c9eb2c5544cbf6101544f0602af2b4f 2c9eb2c5544cbf6101544f0612af2b4f');
  expect((await w.run('jobchime explain 602af2b4f')).out).toContain('otc-ecs/');
  expect(await w.run('jobchime explain 2af2b4f')).toMatchObject({
    code: 1,
    err: expect.stringContaining(
      'Several job ids end with 2af2b4f: give more of it, one of 2c9eb2c5544cbf61',
    ),
  });
  expect((await w.run('jobchime explain af2b4')).err).toBe(
    'af2b4 is not tracked. `jobchime jobs` lists what is.\n',
  );
}, 60_000);

it('jobs and events are narrowed by label, name, group and time, and fit a terminal of COLUMNS', async () => {
  const w = await world();
  await w.run('jobchime track otc-ecs ff808081 --name web-1 --label team=web --group apply-42');
  await w.run('jobchime track otc-ecs ff808082 --name db-1 --label team=db');
  const names = async (options: string): Promise<string[]> =>
    (await w.run(`jobchime jobs --json ${options}`)).out
      .trim()
      .split('\n')
      .filter(Boolean)
      .map((line) => (JSON.parse(line) as { name: string }).name);
  expect(await names('--label team=web')).toEqual(['web-1']);
  expect(await names("--name '*-1' --since 1h")).toEqual(['db-1', 'web-1']);
  expect(await names('--group apply-42 --label team=db')).toEqual([]);
  expect(await names('--since 2099-01-01')).toEqual([]);
  expect((await w.run('jobchime jobs --since yesterday')).err).toContain('Write how long ago');
  const { out } = await w.run('COLUMNS=70 jobchime jobs');
  expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(70);
  expect((await w.run('COLUMNS=70 jobchime jobs --wide')).out).toContain('/ff808081');
  expect(await w.run('jobchime jobs --watch')).toMatchObject({
    code: 1,
    err: expect.stringContaining('standard output is no terminal'),
  });
}, 60_000);
