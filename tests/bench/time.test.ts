import { expect, it } from 'vitest';
import { virtualTime } from '../../bench/aws/time.ts';

it('passes in the order of what is awaited, without being waited for', async () => {
  const time = virtualTime(1_000);
  const told: [string, number][] = [];
  const tell = async (what: string, ms: number) => {
    await time.sleep(ms);
    told.push([what, time.now()]);
  };
  await time.run(Promise.all([tell('a day', 86_400_000), tell('a second', 1_000), tell('at once', 0)]));
  expect(told).toEqual([
    ['at once', 1_000],
    ['a second', 2_000],
    ['a day', 86_401_000],
  ]);
});

it('stands still while something real is under way, which then has taken its time', async () => {
  const time = virtualTime(0);
  const real = async () => {
    const answer = await time.take(50, async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      expect(time.now()).toBe(0);
      return 'answer';
    });
    expect(time.now()).toBe(50);
    return answer;
  };
  expect(await time.run(Promise.all([real(), time.sleep(10)]))).toEqual(['answer', undefined]);
});

it('hands on what went wrong, and says when nothing can happen any more', async () => {
  const time = virtualTime(0);
  await expect(time.run(time.sleep(5).then(() => Promise.reject(new Error('no'))))).rejects.toThrow('no');
  await expect(time.run(new Promise(() => {}))).rejects.toThrow(/waits/);
});
